"""Addresses of consoles and logs are those of the region's partition and of the kind of job."""

from typing import Any

import pytest

from compiler.operate.arns import parse_arn
from compiler.operate.console import log_address
from compiler.operate.job_logs import JobLog, log_of
from compiler.operate.step_runs import StepRun

PREFIX = "arn:aws:sagemaker:us-east-1:123456789012"


@pytest.mark.parametrize(
    ("region", "begins"),
    [
        ("eu-west-1", "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#"),
        ("cn-north-1", "https://cn-north-1.console.amazonaws.cn/cloudwatch/"),
        ("us-gov-west-1", "https://us-gov-west-1.console.amazonaws-us-gov.com/cloudwatch/"),
        ("us-iso-east-1", None),
    ],
)
def test_the_console_is_that_of_the_partition(region: str, begins: str | None) -> None:
    address = log_address(region, "/aws/x", "job/")
    if begins is None:
        assert address is None
        return
    assert address is not None
    assert address.startswith(begins)
    assert address.endswith(
        "#logsV2:log-groups/log-group/$252Faws$252Fx$3FlogStreamNameFilter$3Djob$252F"
    )


@pytest.mark.parametrize(
    ("metadata", "group", "prefix"),
    [
        ({"Arn": f"{PREFIX}:training-job/j"}, "/aws/sagemaker/TrainingJobs", "j/"),
        ({"Arn": f"{PREFIX}:processing-job/j"}, "/aws/sagemaker/ProcessingJobs", "j/"),
        ({"CheckJobArn": f"{PREFIX}:processing-job/j"}, "/aws/sagemaker/ProcessingJobs", "j/"),
        ({"Arn": f"{PREFIX}:transform-job/j"}, "/aws/sagemaker/TransformJobs", "j/"),
        ({"Arn": f"{PREFIX}:hyper-parameter-tuning-job/j"}, "/aws/sagemaker/TrainingJobs", "j-"),
        ({"Arn": f"{PREFIX}:endpoint/e"}, "/aws/sagemaker/Endpoints/e", ""),
        ({"Arn": "arn:aws:lambda:us-east-1:123456789012:function:f:7"}, "/aws/lambda/f", ""),
    ],
)
def test_the_log_is_that_of_the_kind_of_job(
    metadata: dict[str, Any], group: str, prefix: str
) -> None:
    run = StepRun(name="s", status="Failed", metadata=metadata)
    assert log_of(run) == JobLog(group=group, prefix=prefix)


@pytest.mark.parametrize(
    "metadata", [{}, {"Arn": "none"}, {"Arn": f"{PREFIX}:model/m"}, {"Outcome": "True"}]
)
def test_what_is_no_job_has_no_log(metadata: dict[str, Any]) -> None:
    assert log_of(StepRun(name="s", status="Failed", metadata=metadata)) is None


def test_an_arn_is_taken_apart_and_put_together() -> None:
    text = "arn:aws-cn:sagemaker:cn-north-1:123456789012:pipeline/churn/execution/e1"
    arn = parse_arn(text)
    assert arn is not None
    assert (arn.region, arn.name, arn.execution, arn.text) == ("cn-north-1", "churn", "e1", text)
    assert parse_arn("arn:aws:sagemaker:us-east-1:123456789012:model/m") is None
