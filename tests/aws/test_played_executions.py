"""Executions are started, go by their scripts, and are stopped and run again."""

from typing import Any

import pytest

from tests.aws.asking import ONE, TWO, WITH_PARAMETERS, make, pages, refused
from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn

JOB = {"TrainingJob": {"Arn": "arn:aws:sagemaker:us-east-1:123456789012:training-job/j"}}
SCRIPT = (
    [step("prepare", "Executing")],
    [step("prepare"), step("train", "Starting")],
    [step("prepare"), step("train", "Failed", FailureReason="why", Metadata=JOB, AttemptCount=2)],
)


@pytest.fixture
def client(aws: AwsStandIn) -> Any:
    return aws.client("sagemaker")


def start(client: Any, **members: Any) -> str:
    started = client.start_pipeline_execution(PipelineName="Nightly", **members)
    return str(started["PipelineExecutionArn"])


def status(client: Any, arn: str) -> str:
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    return str(found["PipelineExecutionStatus"])


def states(client: Any, arn: str) -> list[str]:
    found = client.list_pipeline_execution_steps(
        PipelineExecutionArn=arn, SortOrder="Ascending"
    )["PipelineExecutionSteps"]  # fmt: skip
    return [f"{item['StepName']} {item['StepStatus']}" for item in found]


def test_without_a_script_an_execution_goes_on(client: Any) -> None:
    make(client)
    arn = start(client)
    for _ in range(3):
        assert (status(client, arn), states(client, arn)) == ("Executing", [])
    with refused("ConflictException", "running"):
        client.delete_pipeline(PipelineName="Nightly")


@pytest.mark.parametrize("describe_first", [True, False])
def test_each_round_of_polls_shows_one_list_of_steps(
    aws: AwsStandIn, client: Any, *, describe_first: bool
) -> None:
    make(client)
    aws.play_execution(SCRIPT, status="Failed", failure="train failed")
    arn = start(client)
    seen = []
    for _ in range(4):
        first = status(client, arn) if describe_first else None
        steps = states(client, arn)
        seen.append((first or status(client, arn), steps))
    end = ("Failed", ["prepare Succeeded", "train Failed"])
    assert seen == [
        ("Executing", ["prepare Executing"]),
        ("Executing", ["prepare Succeeded", "train Starting"]),
        end,
        end,
    ]
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert (found["FailureReason"], found["PipelineVersionId"]) == ("train failed", 1)


def test_steps_are_told_in_full_and_the_latest_comes_first(aws: AwsStandIn, client: Any) -> None:
    make(client)
    source = {"SourcePipelineExecutionArn": make(client, "o") + "/execution/abcdefghijkl"}
    cached = step("prepare", CacheHitResult=source)
    aws.play_execution([[step("prepare", "Executing")], [cached, SCRIPT[2][1]]])
    arn = start(client)
    states(client, arn)
    found = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    train, prepare = found["PipelineExecutionSteps"]
    assert prepare["CacheHitResult"] == source
    assert (prepare["EndTime"] - prepare["StartTime"]).total_seconds() == 1
    assert (train["FailureReason"], train["Metadata"], train["AttemptCount"]) == ("why", JOB, 2)


def test_pages_of_steps_belong_to_one_poll(aws: AwsStandIn, client: Any) -> None:
    make(client)
    many = [step(f"s{number}", "Executing") for number in range(5)]
    aws.play_execution([many, [step(f"s{number}") for number in range(5)]])
    arn = start(client)
    for expected in ("Executing", "Succeeded"):
        found = pages(
            client.list_pipeline_execution_steps, "PipelineExecutionSteps",
            PipelineExecutionArn=arn, MaxResults=2,
        )  # fmt: skip
        assert [[item["StepName"] for item in page] for page in found] == [
            ["s4", "s3"], ["s2", "s1"], ["s0"],
        ]  # fmt: skip
        assert {item["StepStatus"] for page in found for item in page} == {expected}


def test_a_script_that_aws_could_not_play_is_a_mistake(aws: AwsStandIn) -> None:
    with pytest.raises(AssertionError, match="Done is not one of"):
        aws.play_execution([[step("a", "Done")]])
    with pytest.raises(AssertionError, match="Unknown parameter"):
        aws.play_execution([[step("a", Reason="x")]])
    with pytest.raises(AssertionError, match="Done is not one of"):
        aws.play_execution(status="Done")


def test_an_execution_is_stopped_and_run_again(aws: AwsStandIn, client: Any) -> None:
    make(client)
    aws.play_execution([[step("prepare"), step("train", "Executing")]] * 9)
    arn = start(client)
    with refused("ConflictException", "is Executing"):
        client.retry_pipeline_execution(PipelineExecutionArn=arn)
    client.stop_pipeline_execution(PipelineExecutionArn=arn)
    client.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert status(client, arn) == "Stopping"
    assert states(client, arn) == ["prepare Succeeded", "train Stopping"]
    assert status(client, arn) == "Stopped"
    assert states(client, arn) == ["prepare Succeeded", "train Stopped"]
    with refused("ConflictException", "is Stopped"):
        client.stop_pipeline_execution(PipelineExecutionArn=arn)
    aws.play_execution([[step("train", "Executing")], [step("train")]])
    client.retry_pipeline_execution(PipelineExecutionArn=arn)
    assert [status(client, arn) for _ in range(3)] == ["Executing", "Succeeded", "Succeeded"]
    with refused("ConflictException", "is Succeeded"):
        client.retry_pipeline_execution(PipelineExecutionArn=arn)


def test_a_version_or_an_alias_is_started(client: Any) -> None:
    make(client, PipelineVersionAliases=["prod"])
    client.update_pipeline(PipelineName="Nightly", PipelineDefinition=TWO)

    def started(**members: Any) -> tuple[int, str]:
        arn = start(client, **members)
        found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        text = client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
        return found["PipelineVersionId"], text["PipelineDefinition"]

    assert started() == (2, TWO)
    assert started(PipelineVersionId=1) == (1, ONE)
    assert started(PipelineVersionAlias="prod") == (1, ONE)
    with refused("ResourceNotFound"):
        started(PipelineVersionAlias="none")
    with refused("ValidationException", "together"):
        started(PipelineVersionAlias="prod", PipelineVersionId=1)
    executions = client.list_pipeline_executions(
        PipelineName="Nightly", PipelineVersionAlias="prod"
    )["PipelineExecutionSummaries"]  # fmt: skip
    assert len(executions) == 2
    versions = client.list_pipeline_versions(PipelineName="Nightly")["PipelineVersionSummaries"]
    first = versions[1]["LastExecutionPipelineExecutionArn"]
    assert first == executions[0]["PipelineExecutionArn"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("epoch", "3", "epoch"), ("epochs", "many", "no Integer"), ("mode", "c", "EnumValues")],
)
def test_parameters_that_do_not_fit_are_refused(
    client: Any, name: str, value: str, said: str
) -> None:
    make(client, PipelineDefinition=WITH_PARAMETERS)
    with refused("ValidationException", said):
        start(client, PipelineParameters=[{"Name": name, "Value": value}])
    assert client.list_pipeline_executions(PipelineName="Nightly")[
        "PipelineExecutionSummaries"
    ] == []  # fmt: skip


def test_parameters_are_listed_with_their_defaults(client: Any) -> None:
    make(client, PipelineDefinition=WITH_PARAMETERS)
    arn = start(client, PipelineParameters=[{"Name": "mode", "Value": "b"}])
    listed = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert listed["PipelineParameters"] == [
        {"Name": "epochs", "Value": "3"}, {"Name": "mode", "Value": "b"},
    ]  # fmt: skip


def test_executions_are_listed_page_by_page_and_the_newest_first(client: Any) -> None:
    make(client)
    arns = [start(client, PipelineExecutionDisplayName=f"run-{n}") for n in range(3)]
    found = pages(
        client.list_pipeline_executions, "PipelineExecutionSummaries",
        PipelineName="Nightly", MaxResults=2,
    )  # fmt: skip
    shown = [[item["PipelineExecutionArn"] for item in page] for page in found]
    assert shown == [[arns[2], arns[1]], [arns[0]]]
    assert found[1][0]["PipelineExecutionDisplayName"] == "run-0"
    assert client.describe_pipeline(PipelineName="Nightly")["LastRunTime"]


def test_a_request_with_a_token_starts_one_execution(client: Any) -> None:
    make(client)
    token = "t" * 32
    assert start(client, ClientRequestToken=token) == start(client, ClientRequestToken=token)
    assert start(client) != start(client)


def test_an_execution_is_named_and_described(client: Any) -> None:
    make(client)
    arn = start(client)
    client.update_pipeline_execution(
        PipelineExecutionArn=arn, PipelineExecutionDisplayName="new",
        PipelineExecutionDescription="d", ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
    )  # fmt: skip
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert found["PipelineExecutionDisplayName"] == "new"
    assert found["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 2}
    with refused("ResourceNotFound"):
        client.describe_pipeline_execution(PipelineExecutionArn=arn[:-1] + "x")


def test_chosen_steps_must_be_there(client: Any) -> None:
    make(client)
    with refused("ValidationException", "none"):
        start(client, SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "none"}]})
    chosen = {"SelectedSteps": [{"StepName": "train"}]}
    arn = start(client, SelectiveExecutionConfig=chosen)
    found = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert found["SelectiveExecutionConfig"] == chosen


def test_a_pipeline_goes_with_its_executions(aws: AwsStandIn, client: Any) -> None:
    make(client)
    aws.play_execution()
    arn = start(client)
    client.delete_pipeline(PipelineName="Nightly")
    with refused("ResourceNotFound"):
        client.describe_pipeline_execution(PipelineExecutionArn=arn)
