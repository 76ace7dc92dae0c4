"""What the verbs that call AWS share: options, the pipeline that is meant, and how they end."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from compiler.cli.exits import ERRORS, WORLD_FAILED
from compiler.cli.specs import compiled_twice, environment, report, seen_from_here
from compiler.code.project import Project
from compiler.compile import CompiledPipeline, compile_pipeline
from compiler.deploy.account import check_account
from compiler.deploy.aws import Aws, AwsError
from compiler.deployable import check_deployable
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import printable
from compiler.diagnostics.span import Span
from compiler.document.node import text_of

Verb = TypeVar("Verb", bound=Callable[..., None])


def aws_options(verb: Verb) -> Verb:
    """Add the options that say whose AWS is meant, and where."""
    profile = click.option("--profile", metavar="NAME", help="Profile of the AWS configuration.")
    region = click.option(
        "--region", metavar="REGION", help="Where, if neither spec nor profile says it."
    )
    return profile(region(verb))


@dataclass(frozen=True, kw_only=True, slots=True)
class Meant:
    """A pipeline that compiles and can be deployed, and the AWS that it is for."""

    path: Path
    project: Project
    source: str
    pipeline: CompiledPipeline
    aws: Aws


def meant(path: Path, *, target: str | None, region: str | None, profile: str | None) -> Meant:
    """Return what a spec means, or end after telling why it can't be deployed."""
    compilation = compile_pipeline(path, target=target, environment=environment())
    pipeline, source = compilation.pipeline, compilation.source
    found = list(compilation.diagnostics)
    if pipeline is not None:
        found += check_deployable(pipeline)
    _report(found, compilation.project)
    if pipeline is None or source is None:
        sys.exit(ERRORS)
    aws = aws_of(pipeline, region, profile)
    _report(check_account(aws, pipeline), compilation.project)
    return Meant(
        path=path, project=compilation.project, source=source.name, pipeline=pipeline, aws=aws
    )


def all_meant(
    paths: Iterable[Path], *, target: str | None, region: str | None, profile: str | None
) -> list[Meant]:
    """Return what specs mean; two of one pipeline in one region would overwrite each other."""
    found: list[Meant] = []
    places: dict[tuple[str, str | None], Span] = {}
    for path in paths:
        each = meant(path, target=target, region=region, profile=profile)
        key, place = (each.pipeline.name, each.aws.region), each.pipeline.spec.name.span
        if key in places:
            _report([compiled_twice(each.pipeline.name, place, places[key])], each.project)
        places[key] = place
        found.append(each)
    return found


def aws_of(pipeline: CompiledPipeline, region: str | None, profile: str | None) -> Aws:
    """Return the AWS that a pipeline is for; the region of the spec is not to be overruled."""
    declared = text_of(pipeline.spec.region)
    if declared is not None and region not in (None, declared):
        raise click.UsageError(f"--region {region}: the spec is for {declared}")
    return Aws(region=declared or region, profile=profile)


def _report(found: Iterable[Diagnostic], project: Project) -> None:
    seen = seen_from_here(found, project)
    report(seen, "text", to_stderr=True)
    if any(each.is_error for each in seen):
        sys.exit(ERRORS)


@contextmanager
def failures_of_aws() -> Iterator[None]:
    """End with status 3 when AWS fails, telling which call and why."""
    try:
        yield
    except AwsError as error:
        click.echo(f"pipec: {printable(str(error))}", err=True)
        sys.exit(WORLD_FAILED)


def end_with(message: str, status: int = ERRORS) -> NoReturn:
    """Print why nothing more is done, and end."""
    click.echo(f"pipec: {printable(message)}", err=True)
    sys.exit(status)
