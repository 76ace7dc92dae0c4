"""No secret is printed by the verbs that tell what changes, in whatever form they tell it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.deploy.changes import changes
from compiler.deploy.deployment import Deployment
from compiler.deploy.lines import change_lines
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import ROLE, Shop

# Where secrets stand; `old` becomes `new`.
KINDS = (
    "parameter", "enum", "start", "tag", "option", "equals", "setting", "shell", "member", "join",
    "hyperparameter", "json", "pair", "nested",
)  # fmt: skip
SECRETS = {
    **{kind: f"old-horse-{number}" for number, kind in enumerate(KINDS, start=10)},
    "aws": "AKIA" + "OLDOLDNN7EXAMPLE",
    "github": "ghp_" + "old" * 12,
    "address": "postgres://me:old-horse-99@host/db",
}
SPEC = """\
kind: Pipeline
name: churn
description: with {aws}
storage: s3://ml-bucket/pipec
role: {role}
tags: {{db_password: {tag}, note: {github}, team: crm}}
parameters:
  db_password: {{type: string, default: {parameter}, enum: [{parameter}, {enum}, other]}}
  api_key: {{type: string, default: {parameter}}}
  host: {{type: string, default: h}}
schedule:
  nightly: {{rate: 7d, role: "{role}", parameters: {{api_key: {start}}}}}
defaults: {{role: "{role}"}}
steps:
  score:
    type: processing
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
    instance: ml.m5.large
    cache: 30d
    environment:
      DB_PASSWORD: {member}
      SECRET: "${{{{ parameters.host }}}}:{join}"
      URL: {address}
      KEY: "${{{{ parameters.api_key }}}} ${{{{ parameters.db_password }}}}"
    request:
      AppSpecification:
        ContainerArguments:
          - --password
          - {option}
          - --db-password={equals}
          - --conf
          - spark.password={setting}
          - score --password {shell} --fast
  train:
    type: training
    image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
    instance: ml.m5.large
    cache: 30d
    hyperparameters:
      api_key: {hyperparameter}
      config: '{{"password": "{json}"}}'
      depth: {depth}
  other:
    type: raw
    sagemaker_type: EMRContainer
    request:
      Environment: [{{Name: DB_PASSWORD, Value: {pair}}}, {{Name: A, Value: b}}]
      Deep: [{{inner: [{{name: x, api_key: {nested}}}]}}]
"""
NEW = {kind: text.replace("old", "new").replace("OLD", "NEW") for kind, text in SECRETS.items()}
FORMATS = ("text", "json", "markdown")


def run(*arguments: str) -> str:
    done = CliRunner().invoke(pipec, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert done.exit_code in (0, 4), done.output
    return done.output


def shown(printed: str) -> list[str]:
    """Return where the secrets stand that are printed."""
    assert "(hidden)" in printed
    found = {f"old {kind}": text for kind, text in SECRETS.items()}
    found |= {f"new {kind}": text for kind, text in NEW.items()}
    return [kind for kind, text in found.items() if text in printed or text[-9:] in printed]


def old(shop: Shop) -> None:
    shop.spec.write_text(SPEC.format(**SECRETS, role=ROLE, depth=1))


def new(shop: Shop) -> None:
    shop.spec.write_text(SPEC.format(**NEW, role=ROLE, depth=2))


def none(shop: Shop) -> None:
    shop.spec.write_text(
        f"kind: Pipeline\nname: churn\nrole: {ROLE}\nstorage: s3://ml-bucket/pipec\nsteps:\n"
        "  stop: {type: fail, message: stopped}\n"
    )


@pytest.fixture(autouse=True)
def _here(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    old(shop)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("after", [new, none])
def test_plan_prints_no_secret(shop: Shop, after: object, format_: str) -> None:
    assert callable(after)
    assert shown(run("plan", "pipelines/churn.yaml", "--format", format_)) == []
    assert shown(run("upsert", "pipelines/churn.yaml")) == []
    after(shop)
    assert shown(run("plan", "pipelines/churn.yaml", "--format", format_)) == []
    assert shown(run("upsert", "pipelines/churn.yaml")) == []


@pytest.mark.parametrize("format_", ["text", "json"])
def test_drift_and_rollback_print_no_secret(aws: AwsStandIn, format_: str) -> None:
    run("upsert", "pipelines/churn.yaml")
    sagemaker = aws.client("sagemaker")
    described = sagemaker.describe_pipeline(PipelineName="churn")
    definition = described["PipelineDefinition"].replace("old", "new").replace("OLD", "NEW")
    sagemaker.update_pipeline(
        PipelineName="churn", PipelineDefinition=definition, PipelineDescription=NEW["aws"]
    )
    sagemaker.add_tags(
        ResourceArn=described["PipelineArn"],
        Tags=[{"Key": "db_password", "Value": NEW["tag"]}, {"Key": "key", "Value": NEW["github"]}],
    )
    printed = run("drift", "pipelines/churn.yaml", "--format", format_)
    assert "db_password" in printed
    assert "ContainerArguments" in printed
    assert shown(printed) == []
    assert shown(run("rollback", "churn", "--yes", "--format", format_)) == []


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("after", [new, none])
def test_diff_prints_no_secret(shop: Shop, after: object, format_: str) -> None:
    assert callable(after)
    Path("before.yaml").write_text(shop.spec.read_text())
    after(shop)
    for one, other in (("pipelines/churn.yaml", "before.yaml"), ("before.yaml", str(shop.spec))):
        assert shown(run("diff", one, "--with", other, "--format", format_)) == []


def test_that_a_secret_is_another_is_told(shop: Shop) -> None:
    Path("before.yaml").write_text(shop.spec.read_text())
    new(shop)
    printed = run("diff", "pipelines/churn.yaml", "--with", "before.yaml")
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    for path in ("DefaultValue", "AppSpecification.ContainerArguments[1]", "Environment[0].Value"):
        assert f"{path} (hidden), another → (hidden)" in lines
    assert 'HyperParameters.depth "1" → "2"' in lines


@pytest.mark.parametrize("after", [{"Steps": []}, "{}"])
def test_a_definition_that_is_no_json_shows_no_secret(after: object) -> None:
    broken = json.dumps({"a": {"DB_PASSWORD": SECRETS["member"]}})[:-1]
    deployments = [Deployment(definition=each, role=None) for each in (broken, after)]
    found = list(changes(deployments[0], deployments[1], "churn"))
    assert shown("\n".join(line for each in found for line in change_lines(each))) == []
    assert shown(json.dumps([each.as_json() for each in found])) == []
