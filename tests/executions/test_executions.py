"""Executions are listed, looked at, stopped and retried."""

import pytest

from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import Command, made
from tests.executions.test_watch import LOG, begun, failing


def test_the_status_is_told_in_a_table(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    arn = failing(aws)
    command("watch", arn)
    printed = command.ok("status", deployed.spec).splitlines()
    assert printed[0] == "execution e00000000001: failed in < 0.1 s"
    assert printed[2:5] == [
        "  version 1",
        "  Step failure: One or multiple steps failed.",
        f"  {arn}",
    ]
    assert printed[5].startswith("✓  prepare  ")
    assert printed[5].endswith(" UTC  succeeded in 1.0 s")
    assert printed[6].startswith("✗  train    ")
    assert printed[6].endswith("failed in 1.0 s, attempt 2, training job pipelines-e1-train-x")
    assert printed[7:] == [
        "train failed",
        "  AlgorithmError: no data",
        "  exit 1",
        f"  its log is {LOG}",
        "  --> pipelines/churn.yaml:22:3",
        "   |",
        "22 |   train:",
        "   |   ^^^^^",
    ]
    record = command.json("status", deployed.spec)
    assert (record["status"], record["arn"]) == ("Failed", arn)
    assert [(each["step"], each["status"]) for each in record["steps"]] == [
        ("prepare", "Succeeded"), ("train", "Failed"),
    ]  # fmt: skip
    assert (record["steps"][1]["file"], record["steps"][1]["line"]) == ("pipelines/churn.yaml", 22)


@pytest.mark.usefixtures("deployed")
def test_what_runs_is_told_with_the_time_it_has_taken(aws: AwsStandIn, command: Command) -> None:
    begun(aws, *[[step("a", "Executing")]] * 9)
    printed = command.ok("status", "churn")
    assert "▸  a  " in printed
    assert " UTC  executing for " in printed


@pytest.mark.usefixtures("deployed")
def test_a_selective_execution_says_so(aws: AwsStandIn, command: Command) -> None:
    source = begun(aws, [step("prepare")])
    command("watch", source)
    command.ok("start", "churn", "--select", "train", "--source", source)
    assert "  only train, the rest from e00000000001\n" in command.ok("status", "churn")


@pytest.mark.usefixtures("deployed")
def test_executions_are_listed_by_status(aws: AwsStandIn, command: Command) -> None:
    aws.world.page_size = 2
    for status, reason in (("Succeeded", None), ("Failed", "bad luck"), ("Succeeded", None)):
        begun(aws, [], status=status, failure=reason)
    printed = command.ok("list", "churn").splitlines()
    assert [line.split()[0] for line in printed] == [
        "execution", "e00000000003", "e00000000002", "e00000000001",
    ]  # fmt: skip
    assert printed[2].endswith("UTC  Failed     e00000000002  bad luck")
    assert len(command.ok("list", "churn", "--limit", "1").splitlines()) == 2
    found = command.json("list", "churn", "--status", "failed")["executions"]
    assert [(each["id"], each["status"]) for each in found] == [("e00000000002", "Failed")]
    assert command.ok("list", "churn", "--status", "Stopped") == "no executions\n"


def test_pipelines_are_listed_with_their_last_execution(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    assert deployed.spec.is_file()
    client = aws.client("sagemaker")
    definition = client.describe_pipeline(PipelineName="churn")["PipelineDefinition"]
    client.create_pipeline(
        PipelineName="almost", PipelineDefinition=definition,
        RoleArn="arn:aws:iam::123456789012:role/ml",
    )  # fmt: skip
    begun(aws, [], status="Failed")
    printed = command.ok("list").splitlines()
    assert [(line.split()[0], line.split()[-1]) for line in printed] == [
        ("pipeline", "status"), ("almost", "-"), ("churn", "Failed"),
    ]  # fmt: skip
    found = command.json("list")["pipelines"]
    assert [each["pipeline"] for each in found] == ["almost", "churn"]
    assert found[0]["last_execution"] is None
    assert found[1]["last_execution"]["status"] == "Failed"
    assert command.ok("list", "--region", "eu-west-1") == "no pipelines in eu-west-1\n"
    assert "name a PIPELINE" in command.refused("list", "--status", "Failed", status=2)


def test_to_stop_again_stops_no_other(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    begun(aws, *[[step("a", "Executing")]] * 9)
    begun(aws, *[[step("a", "Executing")]] * 9)
    assert command.ok("stop", deployed.spec).startswith("execution e00000000002: stopping")
    aws.clear_calls()
    assert command.ok("stop", deployed.spec).startswith("execution e00000000002: stopping")
    assert aws.writes == []


def test_the_newest_that_runs_is_stopped_and_then_retried(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    running = begun(aws, *[[step("a", "Executing")]] * 9)
    begun(aws, [], status="Failed")
    printed = command.ok("stop", deployed.spec)
    assert printed == (f"execution e00000000001: stopping\n  watch it end: pipec watch {running}\n")
    assert command.ok("stop", deployed.spec) == printed
    assert command("watch", running).exit_code == 1
    assert command.refused("stop", running) == (
        "pipec: execution e00000000001 is Stopped already\n"
    )
    aws.play_execution([[step("a", "Executing")], [step("a")]])
    assert command.json("retry", running)["status"] == "Executing"
    assert command("watch", running).exit_code == 0
    assert command.refused("retry", running) == (
        "pipec: execution e00000000001 is Succeeded:"
        " only one that is Failed or Stopped can be retried\n"
    )
    assert [line.split()[0] for line in made(aws)] == [
        "sagemaker:StopPipelineExecution",
        "sagemaker:RetryPipelineExecution",
    ]


@pytest.mark.usefixtures("deployed")
def test_the_newest_is_retried(aws: AwsStandIn, command: Command) -> None:
    arn = begun(aws, [], status="Failed")
    assert command.ok("retry", "churn") == (
        f"execution e00000000001: executing\n  watch it: pipec watch {arn}\n"
    )


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("verb", ["stop", "retry", "status", "watch", "versions", "list"])
def test_every_verb_ends_with_3_when_aws_fails(
    aws: AwsStandIn, command: Command, verb: str
) -> None:
    aws.fail("denied", at="DescribePipeline", times=None)
    aws.fail("denied", at="ListPipelineExecutions", times=None)
    said = command.refused(verb, "churn", status=3)
    assert said.startswith("pipec: DescribePipeline: User")


@pytest.mark.usefixtures("deployed")
@pytest.mark.parametrize("verb", ["stop", "retry", "status", "watch", "versions", "list", "delete"])
def test_a_stand_in_that_words_it_otherwise_is_understood(
    aws: AwsStandIn, command: Command, verb: str
) -> None:
    aws.world.missing_code = "ValidationException"
    said = command.refused(verb, "other")
    assert said.startswith("pipec: there is no pipeline `other`")
