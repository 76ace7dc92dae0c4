"""Upsert makes what the spec says, says what it does, and does nothing when nothing has changed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.compile import CompiledPipeline, compile_pipeline
from compiler.deploy.aws import Aws
from compiler.deploy.deployed import read_deployed
from compiler.deploy.deployment import wanted
from compiler.deploy.planning import make_plan
from compiler.deploy.upsert import upsert
from compiler.deploy.world import read_world
from tests.aws.stand_in import AwsStandIn
from tests.conftest import ROOT
from tests.deploy.conftest import ROLE, Shop


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(pipec, [str(each) for each in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def names(aws: AwsStandIn) -> list[str]:
    return [f"{call.service}:{call.operation}" for call in aws.writes]


def test_all_that_a_spec_says_is_there_after_an_upsert(shop: Shop, client: Aws) -> None:
    status, printed = run("upsert", shop.spec)
    assert status == 0, printed
    deployed = read_deployed(client, "churn")
    assert deployed.deployment == wanted(shop.compile())


def test_the_order_of_the_calls_is_that_nothing_is_used_before_it_is_there(
    shop: Shop, aws: AwsStandIn
) -> None:
    assert run("upsert", shop.spec)[0] == 0
    assert names(aws) == [
        *["s3:PutObject"] * 3,
        "s3:PutObject",  # the claim
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:CreatePipeline",
        "scheduler:CreateScheduleGroup",
        *["scheduler:CreateSchedule"] * 2,
        *["events:PutRule", "events:PutTargets"] * 2,
        "s3:PutObject",  # the record
    ]


def test_nothing_is_written_when_nothing_has_changed(shop: Shop, aws: AwsStandIn) -> None:
    assert run("upsert", shop.spec)[0] == 0
    aws.clear_calls()
    status, printed = run("upsert", shop.spec)
    assert (status, aws.writes) == (0, [])
    assert "no changes" in printed


def test_what_is_gone_from_the_spec_goes(shop: Shop, aws: AwsStandIn, client: Aws) -> None:
    assert run("upsert", shop.spec)[0] == 0
    shop.second_version()
    aws.clear_calls()
    status, printed = run("upsert", shop.spec)
    assert status == 0, printed
    deployed = read_deployed(client, "churn")
    assert deployed.deployment == wanted(shop.compile())
    assert names(aws) == [
        "s3:PutObject",  # the code of train, and of it alone
        "s3:PutObject",
        "sagemaker:CreateModelPackageGroup",
        "sagemaker:UpdatePipeline",
        "sagemaker:AddTags",
        "sagemaker:DeleteTags",
        "scheduler:UpdateSchedule",
        "scheduler:CreateSchedule",
        *["events:PutRule", "events:PutTargets"] * 2,
        "scheduler:DeleteSchedule",
        "events:RemoveTargets",
        "events:DeleteRule",
        "s3:PutObject",
    ]


@pytest.mark.parametrize("unknown", ["ResourceNotFound", "ValidationException"])
def test_a_pipeline_is_known_by_asking_for_it(shop: Shop, aws: AwsStandIn, unknown: str) -> None:
    aws.world.missing_code = unknown
    assert run("upsert", shop.spec)[0] == 0
    assert run("plan", shop.spec, "--detailed-exitcode")[0] == 0


def test_a_large_definition_goes_through_s3_under_its_content(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    more = "".join(
        f"  stop{number}: {{type: fail, message: {'x' * 900}}}\n" for number in range(120)
    )
    shop.spec.write_text(shop.spec.read_text() + more)
    status, printed = run("upsert", shop.spec)
    assert status == 0, printed
    (created,) = [call for call in aws.writes if call.operation == "CreatePipeline"]
    place = created.request["PipelineDefinitionS3Location"]
    assert place["ObjectKey"].startswith("pipec/churn/definitions/")
    assert "PipelineDefinition" not in created.request
    deployed = read_deployed(client, "churn")
    assert deployed.deployment.definition == shop.compile().definition
    aws.clear_calls()
    assert run("upsert", shop.spec)[0] == 0
    assert aws.writes == []


def test_another_account_is_refused_before_anything_is_written(shop: Shop, aws: AwsStandIn) -> None:
    shop.replace("parallelism: 4", 'parallelism: 4\naccount: "999999999999"')
    status, printed = run("upsert", shop.spec)
    assert status == 1
    assert "E742" in printed
    assert "churn.yaml:5:10" in printed
    assert {call.operation for call in aws.calls} <= {"GetCallerIdentity"}


def test_a_plan_that_was_written_is_carried_out(shop: Shop, tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    assert run("plan", shop.spec, "-o", plan)[0] == 0
    status, printed = run("upsert", shop.spec, "--plan", plan)
    assert status == 0, printed
    assert run("plan", shop.spec, "--detailed-exitcode")[0] == 0


def test_a_plan_is_refused_when_the_spec_is_another(
    shop: Shop, aws: AwsStandIn, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.json"
    assert run("plan", shop.spec, "-o", plan)[0] == 0
    shop.replace("depth: 4", "depth: 5")
    status, printed = run("upsert", shop.spec, "--plan", plan)
    assert (status, aws.writes) == (1, [])
    assert "the spec or its code is not what it was" in printed


def test_a_plan_is_refused_when_the_world_is_another(
    shop: Shop, aws: AwsStandIn, tmp_path: Path
) -> None:
    assert run("upsert", shop.spec)[0] == 0
    shop.second_version()
    plan = tmp_path / "plan.json"
    assert run("plan", shop.spec, "-o", plan)[0] == 0
    aws.client("sagemaker").update_pipeline(PipelineName="churn", PipelineDescription="mine")
    aws.clear_calls()
    status, printed = run("upsert", shop.spec, "--plan", plan)
    assert (status, aws.writes) == (1, [])
    assert "what is deployed has changed since the plan" in printed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no plan"),
        ('{"version": 99, "plans": []}', "it is of version 99, not 1"),
        ('{"version": 1, "plans": []}', "has nothing about churn"),
    ],
)
def test_a_file_that_is_no_plan_of_the_spec_is_refused(
    shop: Shop, aws: AwsStandIn, text: str, said: str
) -> None:
    (shop.root / "plan.json").write_text(text)
    status, printed = run("upsert", shop.spec, "--plan", shop.root / "plan.json")
    assert status in (1, 2)
    assert said in printed
    assert aws.writes == []


def test_who_may_not_see_schedules_needs_not_if_the_spec_has_none(
    shop: Shop, aws: AwsStandIn
) -> None:
    text = shop.spec.read_text()
    start, end = text.index("schedule:"), text.index("triggers:")
    shop.spec.write_text(text[:start] + text[end:])
    assert run("upsert", shop.spec)[0] == 0
    aws.fail("denied", at="scheduler:*", times=None)
    status, printed = run("plan", shop.spec, "--detailed-exitcode")
    assert status == 0, printed
    assert "note: schedules of the pipeline could not be looked at" in printed
    shop.spec.write_text(text)
    status, printed = run("plan", shop.spec)
    assert status == 3
    assert "pipec: GetScheduleGroup: " in printed


def test_json_says_what_was_done(shop: Shop) -> None:
    done = CliRunner().invoke(pipec, ["upsert", str(shop.spec), "--format", "json"])
    assert json.loads(done.stdout) == {
        "version": 1,
        "pipelines": [
            {
                "pipeline": "churn",
                "status": "created",
                "arn": "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn",
                "uploads": 3,
                "calls": 9,
            }
        ],
        "failure": None,
    }


FOLDERS = ("pipelines", "tests/cases/steps", "tests/conformance")
SPECS = [
    path
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.yaml"))
    if not path.name.endswith((".test.yaml", "pipec.yaml", "template.yaml"))
]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_after_an_upsert_nothing_is_planned(
    path: Path, aws: AwsStandIn, client: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = compile_pipeline(path).pipeline
    assert pipeline is not None
    if pipeline.role is None:
        monkeypatch.setattr(CompiledPipeline, "role", ROLE)
    if pipeline.storage:
        bucket = pipeline.storage.removeprefix("s3://").partition("/")[0]
        aws.client("s3").create_bucket(Bucket=bucket)
    world = read_world(client, pipeline)
    upsert(client, pipeline, world, make_plan(pipeline, world, path.name), lambda _: None)
    aws.clear_calls()
    after = read_world(client, pipeline)
    assert make_plan(pipeline, after, path.name).is_empty
    assert aws.writes == []
