"""Faults come at the calls that are chosen, in the form of the service, and are retried."""

import threading
import time
from collections.abc import Callable
from typing import Any

import botocore.exceptions as errors
import pytest

from tests.aws.asking import ONE, TWO, make, refused
from tests.aws.faults import How
from tests.aws.refusals import RefusedError
from tests.aws.stand_in import AwsStandIn

THRICE = {"mode": "standard", "total_max_attempts": 3}
pytestmark = pytest.mark.usefixtures("impatient")

ASKING: dict[str, Callable[[Any], Any]] = {
    "sagemaker": lambda client: client.list_pipelines(),
    "events": lambda client: client.list_rules(),
    "sts": lambda client: client.get_caller_identity(),
    "iam": lambda client: client.list_roles(),
    "scheduler": lambda client: client.list_schedules(),
    "s3": lambda client: client.list_buckets(),
}
CODES = {
    ("sagemaker", "throttle"): "ThrottlingException",
    ("events", "throttle"): "ThrottlingException",
    ("scheduler", "throttle"): "ThrottlingException",
    ("sts", "throttle"): "Throttling",
    ("iam", "throttle"): "Throttling",
    ("s3", "throttle"): "SlowDown",
    ("sagemaker", "error"): "InternalFailure",
    ("events", "error"): "InternalFailure",
    ("sts", "error"): "InternalFailure",
    ("iam", "error"): "InternalFailure",
    ("scheduler", "error"): "InternalServerException",
    ("s3", "error"): "InternalError",
    ("sagemaker", "denied"): "AccessDeniedException",
    ("events", "denied"): "AccessDeniedException",
    ("scheduler", "denied"): "AccessDeniedException",
    ("sts", "denied"): "AccessDenied",
    ("iam", "denied"): "AccessDenied",
    ("s3", "denied"): "AccessDenied",
}


@pytest.mark.parametrize("service", ASKING)
@pytest.mark.parametrize("how", ["throttle", "error", "denied"])
def test_a_service_refuses_in_its_own_form(aws: AwsStandIn, service: str, how: Any) -> None:
    aws.fail(how, times=1)
    client = aws.client(service)
    with refused(CODES[service, how]):
        ASKING[service](client)
    ASKING[service](client)
    assert [call.fault for call in aws.calls] == [how, None]


@pytest.mark.parametrize("service", ASKING)
@pytest.mark.parametrize("how", ["throttle", "error", "reset", "lost"])
def test_two_faults_are_survived_and_three_are_not(aws: AwsStandIn, service: str, how: How) -> None:
    client = aws.client(service, retries=THRICE)
    aws.fail(how, times=2)
    ASKING[service](client)
    assert [call.fault for call in aws.calls] == [how, how, None]
    aws.fail(how, times=3)
    with pytest.raises((errors.ClientError, errors.ConnectionError, errors.HTTPClientError)):
        ASKING[service](client)
    assert [call.fault for call in aws.calls[3:]] == [how] * 3


def test_a_lost_answer_means_that_it_was_done(aws: AwsStandIn) -> None:
    client = aws.client("sagemaker")
    aws.fail("lost", at="CreatePipeline")
    with pytest.raises(errors.ConnectionClosedError):
        make(client)
    assert client.describe_pipeline(PipelineName="Nightly")["PipelineDefinition"] == ONE
    assert [(call.status, call.fault, call.changed) for call in aws.writes] == [(200, "lost", True)]


def test_a_lost_answer_is_made_good_by_the_token(aws: AwsStandIn) -> None:
    aws.fail("lost", at="CreatePipeline")
    make(aws.client("sagemaker", retries=THRICE))
    assert [call.status for call in aws.calls] == [200, 200]


def test_a_reset_means_that_nothing_was_done(aws: AwsStandIn) -> None:
    client = aws.client("sagemaker")
    aws.fail("reset", at="CreatePipeline")
    with pytest.raises(errors.ConnectionClosedError):
        make(client)
    with refused("ResourceNotFound"):
        client.describe_pipeline(PipelineName="Nightly")
    assert (aws.calls[0].status, aws.changes) == (None, [])


@pytest.mark.parametrize("forwarded", [True, False])
def test_a_timeout_lasts_until_the_client_gives_up(aws: AwsStandIn, *, forwarded: bool) -> None:
    client = aws.client("sagemaker", read_timeout=0.2)
    aws.fail("timeout", at="CreatePipeline", forwarded=forwarded)
    start = time.monotonic()
    with pytest.raises(errors.ReadTimeoutError):
        make(client)
    assert time.monotonic() - start < 10
    found = aws.client("sagemaker").list_pipelines()["PipelineSummaries"]
    assert len(found) == forwarded


def test_an_object_is_put_after_an_answer_was_lost(aws: AwsStandIn) -> None:
    s3 = aws.client("s3", retries=THRICE)
    s3.create_bucket(Bucket="bucket")
    aws.fail("lost", at="s3:PutObject")
    with refused("PreconditionFailed"):
        s3.put_object(Bucket="bucket", Key="k", Body=b"1", IfNoneMatch="*")
    aws.fail("throttle", at="s3:HeadObject", times=2)
    assert s3.head_object(Bucket="bucket", Key="k")["ContentLength"] == 1


def test_any_error_can_be_answered(aws: AwsStandIn) -> None:
    aws.fail(RefusedError("ResourceLimitExceeded", "too many"), at="sagemaker:*", times=None)
    for _ in range(3):
        with refused("ResourceLimitExceeded", "too many"):
            make(aws.client("sagemaker"))
    assert aws.calls[0].fault == "ResourceLimitExceeded"


def test_a_fault_is_chosen_by_what_is_asked(aws: AwsStandIn) -> None:
    client = aws.client("sagemaker")
    aws.fail("error", at=lambda call: call.resource == "b")
    make(client, "a")
    with refused("InternalFailure"):
        make(client, "b")
    make(client, "b")
    assert aws.faults.pending == 0


def upsert(client: Any) -> None:
    try:
        client.describe_pipeline(PipelineName="Nightly")
    except client.exceptions.ResourceNotFound:
        make(client)
    client.update_pipeline(PipelineName="Nightly", PipelineDefinition=TWO)


@pytest.mark.parametrize("how", ["throttle", "error", "reset", "lost"])
def test_every_call_in_turn_fails(aws: AwsStandIn, how: How) -> None:
    client = aws.client("sagemaker")
    upsert(client)
    clean = [call.operation for call in aws.calls]
    assert clean == ["DescribePipeline", "CreatePipeline", "UpdatePipeline"]
    for number, operation in enumerate(clean, start=1):
        aws.reset()
        aws.fail(how, at=number)
        upsert(aws.client("sagemaker", retries=THRICE))
        failed = [call.operation for call in aws.calls if call.fault]
        assert failed == [operation]
        found = aws.client("sagemaker").describe_pipeline(PipelineName="Nightly")
        assert found["PipelineDefinition"] == TWO


def test_calls_are_counted_anew(aws: AwsStandIn) -> None:
    client = aws.client("sagemaker")
    make(client)
    aws.clear_calls()
    aws.fail("error", at=2)
    client.list_pipelines()
    with refused("InternalFailure"):
        client.list_pipelines()


def test_a_test_acts_right_before_a_call(aws: AwsStandIn) -> None:
    make(aws.client("sagemaker"))
    other = aws.client("sagemaker", key="OTHER")
    aws.before(
        "UpdatePipeline",
        lambda _: other.update_pipeline(PipelineName="Nightly", PipelineDefinition=TWO),
    )
    mine = aws.client("sagemaker").update_pipeline(
        PipelineName="Nightly", PipelineDefinition=ONE
    )  # fmt: skip
    assert mine["PipelineVersionId"] == 3
    assert [(call.operation, call.who == "OTHER") for call in aws.calls[1:]] == [
        ("UpdatePipeline", False), ("UpdatePipeline", True),
    ]  # fmt: skip


def test_two_upserts_meet_before_they_create(aws: AwsStandIn) -> None:
    meeting = aws.meet("CreatePipeline", parties=2)
    refusals: list[str] = []

    def compete() -> None:
        try:
            upsert(aws.client("sagemaker"))
        except errors.ClientError as error:
            refusals.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=compete) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert meeting.met
    assert refusals == ["ConflictException"]


def test_who_waits_in_vain_goes_on(aws: AwsStandIn) -> None:
    meeting = aws.meet("CreatePipeline", parties=2, timeout=0.1)
    make(aws.client("sagemaker"))
    assert not meeting.met


def test_what_breaks_in_the_stand_in_is_told(aws: AwsStandIn) -> None:
    aws.before("ListPipelines", lambda _: 1 / 0)
    with pytest.raises(errors.ConnectionClosedError):
        aws.client("sagemaker").list_pipelines()
    assert "ZeroDivisionError" in aws.mistakes.pop()
