"""What `pipec import` asks AWS; apart from the verb, all else of which works without boto3."""

import json

import click

from compiler.cli.deploying import aws_of, end_with, failures_of_aws
from compiler.cli.exits import ERRORS, WORLD_FAILED
from compiler.cli.specs import report, seen_from_here
from compiler.code.project import Project
from compiler.compile import CompiledPipeline
from compiler.deploy.account import check_account
from compiler.deploy.aws import Aws
from compiler.deploy.deployed import describe, read_deployed
from compiler.deploy.deployment import Deployment, wanted
from compiler.importer.described import DEFINITION, MEMBERS


def answer_of(pipeline: str, region: str | None, profile: str | None) -> str:
    """Return what AWS answers of a pipeline as JSON, or end with the reason why there is none."""
    with failures_of_aws():
        found = describe(Aws(region=region, profile=profile), pipeline)
    if found is None:
        end_with(f"there is no pipeline `{pipeline}`", WORLD_FAILED)
    elif not isinstance(found.get(DEFINITION), str):
        end_with(f"AWS gives no definition of the pipeline `{pipeline}`", WORLD_FAILED)
    return json.dumps({member: found[member] for member in MEMBERS if found and member in found})


def deployment_of(
    pipeline: CompiledPipeline, project: Project, region: str | None, profile: str | None
) -> Deployment:
    """Return what is deployed of a pipeline, or end with the reason why nothing is."""
    aws = aws_of(pipeline, region, profile)
    with failures_of_aws():
        wrong = seen_from_here(check_account(aws, pipeline), project)
        report(wrong, "text", to_stderr=True)
        if wrong:
            raise click.exceptions.Exit(ERRORS)
        deployed = read_deployed(aws, pipeline.name, wanted(pipeline))
    if deployed.pipeline is None:
        end_with(f"there is no pipeline `{pipeline.name}`", WORLD_FAILED)
    return deployed.deployment
