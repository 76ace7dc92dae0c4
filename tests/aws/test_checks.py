"""What goes in and out is checked against botocore's model, also under many threads."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from tests.aws.asking import ONE, definition, make, pages, refused
from tests.aws.played import PLAYED, PLAYED_FOR_PIPELINES
from tests.aws.routes import service_model
from tests.aws.shapes import wrong_answer, wrong_request
from tests.aws.stand_in import AwsStandIn

CREATE = "import boto3; boto3.client('sagemaker').create_pipeline(PipelineName={name!r}, {rest})"


def test_what_is_played_is_in_the_model() -> None:
    model = service_model("sagemaker")
    assert model is not None
    assert {*PLAYED, *PLAYED_FOR_PIPELINES} <= set(model.operation_names)
    lacking = {
        name
        for name in model.operation_names
        if "Pipeline" in name and "StepFailure" not in name and "StepSuccess" not in name
    } - PLAYED.keys()
    assert lacking == set()


def test_wrong_answers_are_found() -> None:
    def said(**answer: Any) -> str:
        return "; ".join(wrong_answer("sagemaker", "DescribePipeline", answer))

    assert said(PipelineName="a") == ""
    assert said(PipelineStatus="Odd") == ".PipelineStatus: Odd is not one of Active, Deleting"
    assert "Unknown parameter" in said(Version=1)
    assert "Invalid type" in said(CreationTime=[])
    assert said(PipelineVersionAliases=["a b"]).startswith(".PipelineVersionAliases[0]: a b does")


def test_wrong_requests_are_found() -> None:
    assert wrong_request("sagemaker", "ListPipelines", {"MaxResults": 100}) == []
    assert wrong_request("sagemaker", "ListPipelines", {"MaxResults": 101}) == [
        ".MaxResults: 101 is more than 100"
    ]
    assert "Missing required" in wrong_request("sagemaker", "DescribePipeline", {})[0]


def test_what_goes_to_moto_is_checked_as_well(aws: AwsStandIn) -> None:
    with refused("ValidationException", "does not match"):
        aws.client("events").put_rule(Name="not a name", ScheduleExpression="rate(1 day)")
    scheduler = aws.client("scheduler")
    with refused("ValidationException", "does not match"):
        scheduler.create_schedule_group(Name="not a name")
    scheduler.list_schedules(MaxResults=5)
    assert aws.calls[2].request == {"MaxResults": 5}


def test_the_environment_leads_here(aws: AwsStandIn) -> None:
    boto3.session.Session().client("s3").create_bucket(Bucket="bucket")
    boto3.session.Session().client("s3").put_object(Bucket="bucket", Key="k", Body=b"x")
    assert [call.resource for call in aws.calls] == ["bucket", "bucket/k"]


def test_two_processes_meet(aws: AwsStandIn) -> None:
    meeting = aws.meet("CreatePipeline", parties=2, timeout=60)
    rest = f"PipelineDefinition={ONE!r}, RoleArn='arn:aws:iam::123456789012:role/ml'"
    running = [
        subprocess.Popen([sys.executable, "-c", CREATE.format(name=name, rest=rest)])
        for name in ("a", "b")
    ]
    assert [process.wait() for process in running] == [0, 0]
    assert meeting.met


def test_twenty_updates_at_once_make_twenty_versions(aws: AwsStandIn) -> None:
    client = aws.client("sagemaker", max_pool_connections=20)
    make(client)
    together = threading.Barrier(20)

    def update(number: int) -> int:
        together.wait()
        text = definition(Metadata={"number": str(number)})
        answer = client.update_pipeline(PipelineName="Nightly", PipelineDefinition=text)
        client.start_pipeline_execution(PipelineName="Nightly")
        return int(answer["PipelineVersionId"])

    with ThreadPoolExecutor(20) as pool:
        numbers = sorted(pool.map(update, range(20)))
    assert numbers == list(range(2, 22))
    found = pages(
        client.list_pipeline_executions, "PipelineExecutionSummaries",
        PipelineName="Nightly", MaxResults=7,
    )  # fmt: skip
    assert [len(page) for page in found] == [7, 7, 6]


@pytest.mark.parametrize("attribute", ["calls", "writes", "changes"])
def test_nothing_is_recorded_at_first(aws: AwsStandIn, attribute: str) -> None:
    assert getattr(aws, attribute) == []
