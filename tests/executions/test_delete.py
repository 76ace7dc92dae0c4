"""A pipeline is deleted with what belongs to it, and with nothing else."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from compiler.deploy.aws import Aws
from compiler.deploy.objects import Place
from compiler.deploy.record import claim, read_record
from tests.aws.calls import Call
from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import ROLE, Shop
from tests.executions.conftest import ARN, Command, made
from tests.executions.test_watch import begun

GROUP, RULE = "pipec.churn", "pipec.churn.data"
WhenAsked = Callable[[Callable[[], object]], None]
RECORD = "pipec/churn/deployed/123456789012.us-east-1.json"


def objects(aws: AwsStandIn) -> list[str]:
    listed = aws.client("s3").list_objects_v2(Bucket="ml-bucket").get("Contents", [])
    return [each["Key"] for each in listed]


def test_what_starts_it_goes_first_and_its_record_last(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    printed = command.ok("delete", upserted.spec, "--yes")
    assert (
        printed
        == f"""\
to be deleted of churn:
  - rule {RULE}
  - schedule nightly
  - schedule group {GROUP}
  - pipeline {ARN}, with its versions and the history of its executions
  - record s3://ml-bucket/{RECORD}
what stays: the code in S3, model package groups and what executions have written
  ✓ rule {RULE}
  ✓ schedule nightly
  ✓ schedule group {GROUP}
  ✓ pipeline {ARN}
  ✓ record s3://ml-bucket/{RECORD}
"""
    )
    assert [line.split()[0] for line in made(aws)] == [
        "s3:PutObject",
        "events:RemoveTargets",
        "events:DeleteRule",
        "scheduler:DeleteSchedule",
        "scheduler:DeleteScheduleGroup",
        "sagemaker:DeletePipeline",
        "s3:DeleteObjects",
    ]
    assert objects(aws)
    assert all(key.startswith("pipec/churn/code/") for key in objects(aws))
    assert command.refused("delete", upserted.spec, "--yes") == (
        "pipec: there is no pipeline `churn`, and nothing that belongs to one\n"
    )


def test_by_its_name_all_is_found_as_well(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    assert upserted.spec.is_file()
    done = command("delete", "churn", "--artifacts", "--yes", "--format", "json")
    assert done.exit_code == 0
    record = json.loads(done.stdout)
    assert record["rules"] == [RULE]
    assert record["schedules"] == ["nightly"]
    assert record["record"] == f"s3://ml-bucket/{RECORD}"
    assert len(record["objects"]) == 3
    assert objects(aws) == []


@pytest.mark.parametrize("at", range(1, 8))
def test_a_second_deletion_finishes_the_first(
    upserted: Shop, aws: AwsStandIn, command: Command, at: int
) -> None:
    done_so_far = 0

    def is_meant(call: Any) -> bool:
        nonlocal done_so_far
        done_so_far += call.writes
        return bool(call.writes) and done_so_far == at

    aws.fail("denied", at=is_meant)
    done = command("delete", upserted.spec, "--yes")
    assert done.exit_code == 3
    assert done.stderr.startswith("pipec: ")
    assert command("delete", upserted.spec, "--yes").exit_code == 0
    assert command("delete", upserted.spec, "--yes").exit_code == 1
    assert aws.client("events").list_rules()["Rules"] == []
    groups = aws.client("scheduler").list_schedule_groups()["ScheduleGroups"]
    assert [each["Name"] for each in groups] == ["default"]
    assert RECORD not in objects(aws)


def test_what_targets_something_else_stays(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    events, scheduler = aws.client("events"), aws.client("scheduler")
    other = {"Id": "other", "Arn": "arn:aws:sqs:us-east-1:123456789012:q"}
    events.put_targets(Rule=RULE, Targets=[other])
    events.put_rule(Name=f"{GROUP}.foreign", ScheduleExpression="rate(1 day)")
    events.put_targets(Rule=f"{GROUP}.foreign", Targets=[other])
    target = {"Arn": other["Arn"], "RoleArn": ROLE}
    scheduler.create_schedule(
        Name="foreign", GroupName=GROUP, ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"}, Target=target,
    )  # fmt: skip
    printed = command.ok("delete", upserted.spec, "--yes")
    assert f"  - rule {RULE}: only its target\n" in printed
    assert "schedule group" not in printed
    assert "foreign" not in printed
    assert {each["Name"] for each in events.list_rules()["Rules"]} == {RULE, f"{GROUP}.foreign"}
    targets = events.list_targets_by_rule(Rule=RULE)["Targets"]
    assert [each["Id"] for each in targets] == ["other"]
    schedules = scheduler.list_schedules(GroupName=GROUP)["Schedules"]
    assert [each["Name"] for each in schedules] == ["foreign"]


def test_a_pipeline_whose_name_begins_the_same_stays(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    upserted.write(
        "pipelines/other.yaml", upserted.spec.read_text().replace("name: churn", "name: churn2")
    )
    command.ok("upsert", "pipelines/other.yaml")
    command.ok("delete", upserted.spec, "--yes", "--artifacts")
    assert [each["pipeline"] for each in command.json("list")["pipelines"]] == ["churn2"]
    assert [each["Name"] for each in aws.client("events").list_rules()["Rules"]] == [
        "pipec.churn2.data"
    ]
    assert all(key.startswith("pipec/churn2/") for key in objects(aws))
    assert command.ok("plan", "pipelines/other.yaml").splitlines()[1] == "  no changes"


def test_it_is_not_deleted_while_it_runs(upserted: Shop, aws: AwsStandIn, command: Command) -> None:
    arn = begun(aws, *[[step("train", "Executing")]] * 9)
    said = command.refused("delete", upserted.spec, "--yes")
    assert said == "pipec: `churn` is running, as `e00000000001`: wait, or give --stop\n"
    assert aws.writes == []
    printed = command.ok("delete", upserted.spec, "--yes", "--stop")
    assert "  - execution e00000000001, which runs and is stopped\n" in printed
    assert "  ✓ stopping execution e00000000001\n" in printed
    assert [line.split()[0] for line in made(aws)][-4:-1] == [
        "scheduler:DeleteScheduleGroup",
        "sagemaker:StopPipelineExecution",
        "sagemaker:DeletePipeline",
    ]
    assert "no execution" in command.refused("watch", arn)


@pytest.mark.usefixtures("deployed")
def test_an_execution_that_does_not_end_is_not_waited_for_for_ever(
    aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(aws, *[[step("train", "Executing")]] * 9)
    monkeypatch.setattr("compiler.operate.delete.STOP_SECONDS", -1.0)
    done = command("delete", "churn", "--yes", "--stop")
    assert done.exit_code == 1
    assert "execution e00000000001 has not ended" in done.stderr
    assert made(aws)[-1].startswith("sagemaker:StopPipelineExecution")
    assert command.json("list")["pipelines"] != []


def test_somebody_is_asked(
    upserted: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command("delete", upserted.spec)
    assert done.exit_code == 2
    assert "give --yes" in done.stderr
    monkeypatch.setattr("compiler.cli.confirming.is_terminal", lambda: True)
    done = command("delete", upserted.spec, typed="yes\n")
    assert (done.exit_code, done.stderr) == (1, "pipec: nothing was done\n")
    assert aws.writes == []
    assert command("delete", upserted.spec, typed="churn\n").exit_code == 0


@pytest.fixture
def when_asked(monkeypatch: pytest.MonkeyPatch) -> WhenAsked:
    """Let something happen while somebody is asked."""

    def answer(act: Callable[[], object]) -> None:
        monkeypatch.setattr("compiler.cli.delete_verb.confirm_by", lambda *_, **__: act())

    return answer


def test_an_execution_that_begins_while_somebody_is_asked_is_left_alone(
    upserted: Shop, aws: AwsStandIn, command: Command, when_asked: WhenAsked
) -> None:
    when_asked(lambda: begun(aws, *[[step("train", "Executing")]] * 9))
    done = command("delete", upserted.spec)
    assert (done.exit_code, done.stderr) == (
        1, "pipec: `churn` is running, as `e00000000001`: wait, or give --stop\n",
    )  # fmt: skip
    assert {call.service for call in aws.writes} == {"s3"}
    assert command("delete", upserted.spec, "--stop").exit_code == 0


def test_what_has_changed_while_somebody_was_asked_is_listed_again(
    upserted: Shop, aws: AwsStandIn, command: Command, when_asked: WhenAsked
) -> None:
    target = {"Arn": ARN, "RoleArn": ROLE}
    when_asked(
        lambda: aws.client("scheduler").create_schedule(
            Name="foreign", GroupName=GROUP, ScheduleExpression="rate(1 day)",
            FlexibleTimeWindow={"Mode": "OFF"}, Target=target,
        )
    )  # fmt: skip
    done = command("delete", upserted.spec)
    assert (done.exit_code, done.stderr) == (
        1, "pipec: what there is of `churn` is no longer what was listed: look again\n",
    )  # fmt: skip
    assert {call.service for call in aws.writes} == {"scheduler", "s3"}
    assert command.json("list")["pipelines"] != []


def test_an_upsert_that_begins_while_somebody_is_asked_is_not_disturbed(
    upserted: Shop, aws: AwsStandIn, command: Command, client: Aws, when_asked: WhenAsked
) -> None:
    when_asked(lambda: claim(client, read_record(client, Place("ml-bucket", RECORD))))
    done = command("delete", upserted.spec)
    assert (done.exit_code, done.stderr) == (
        1, "pipec: somebody else has begun to work on `churn` meanwhile: look again\n",
    )  # fmt: skip
    assert {call.service for call in aws.writes} == {"s3"}
    assert "is at work" in command.refused("delete", upserted.spec, "--yes")


def test_a_first_upsert_that_ends_while_somebody_is_asked_is_not_disturbed(
    deployed: Shop, aws: AwsStandIn, command: Command, when_asked: WhenAsked
) -> None:
    when_asked(lambda: command("upsert", deployed.spec))
    done = command("delete", deployed.spec)
    assert done.exit_code == 1
    assert "somebody else has begun to work on `churn`" in done.stderr
    assert not [call for call in aws.writes if "Delete" in call.operation]


@pytest.mark.parametrize("options", [[], ["--stop"]])
def test_an_execution_that_a_schedule_has_just_started_is_seen(
    upserted: Shop, aws: AwsStandIn, command: Command, options: list[str]
) -> None:
    aws.play_execution([[step("train", "Executing")]] * 9)
    client = aws.client("sagemaker")
    aws.before(
        "DeleteScheduleGroup", lambda _: client.start_pipeline_execution(PipelineName="churn")
    )
    done = command("delete", upserted.spec, "--yes", *options)
    if options:
        assert (done.exit_code, done.stderr) == (0, "")
        assert "  ✓ stopping execution e00000000001\n" in done.stdout
        return
    assert (done.exit_code, done.stderr) == (
        1,
        (
            "pipec: `churn` has been started meanwhile, as `e00000000001`, and is not deleted; its"
            " rules and schedules are: wait and delete again, or give --stop\n"
        ),
    )
    assert command.json("list")["pipelines"] != []
    assert "StopPipelineExecution" not in str(made(aws))
    assert command("delete", upserted.spec, "--yes", "--stop").exit_code == 0


def test_an_execution_that_stops_already_is_not_told_to(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    begun(aws, *[[step("train", "Executing")]] * 9)
    command.ok("stop", "churn")
    aws.clear_calls()
    command.ok("delete", upserted.spec, "--yes", "--stop")
    assert "StopPipelineExecution" not in str(made(aws))


def test_the_claim_holds_while_executions_are_waited_for(
    upserted: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiler.deploy.record.LEASE_SECONDS", 0.0)
    begun(aws, *[[step("train", "Executing")]] * 9)
    command.ok("delete", upserted.spec, "--yes", "--stop")
    claims = [call for call in aws.writes if call.operation == "PutObject"]
    assert len(claims) == 1 + len(command.slept) > 1


def test_a_claim_that_somebody_has_taken_over_ends_the_deletion(
    upserted: Shop, aws: AwsStandIn, command: Command, client: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compiler.deploy.record.LEASE_SECONDS", 0.0)
    begun(aws, *[[step("train", "Executing")]] * 9)

    def take(_: Call) -> None:
        claim(client, read_record(client, Place("ml-bucket", RECORD)))

    aws.before("StopPipelineExecution", take)
    done = command("delete", upserted.spec, "--yes", "--stop")
    assert done.exit_code == 1
    assert "somebody else has begun to work on `churn`" in done.stderr
    assert command.json("list")["pipelines"] != []


def test_code_that_other_deployments_use_stays(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    aws.client("s3").put_object(
        Bucket="ml-bucket", Key="pipec/churn/deployed/123456789012.eu-west-1.json", Body=b"{}"
    )
    aws.clear_calls()
    said = command.refused("delete", upserted.spec, "--yes", "--artifacts")
    assert "the code is also that of deployments to `123456789012.eu-west-1`" in said
    assert aws.writes == []
    command.ok("delete", upserted.spec, "--yes")
    assert "pipec/churn/deployed/123456789012.eu-west-1.json" in objects(aws)


def test_an_upsert_that_is_at_work_is_not_disturbed(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    s3 = aws.client("s3")
    record = json.loads(s3.get_object(Bucket="ml-bucket", Key=RECORD)["Body"].read())
    record["claim"] = {"by": "somebody", "since": time.time(), "until": time.time() + 100}
    s3.put_object(Bucket="ml-bucket", Key=RECORD, Body=json.dumps(record).encode())
    aws.clear_calls()
    said = command.refused("delete", upserted.spec, "--yes")
    assert said == (
        "pipec: an upsert, a rollback or a deletion of `churn` that somebody has begun is at work\n"
    )
    assert aws.writes == []


@pytest.mark.usefixtures("aws")
def test_without_a_pipeline_and_a_spec_it_is_not_known_where_its_code_is(
    command: Command,
) -> None:
    assert "nothing that belongs to one" in command.refused("delete", "churn", "--artifacts")
