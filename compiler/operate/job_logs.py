"""Where the jobs of steps write their logs in CloudWatch, and the last lines of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.deploy.aws import Aws, AwsError
from compiler.operate.step_runs import StepRun

# By the kind of resource in the job's ARN: the group, and how the names of its streams begin.
# https://docs.aws.amazon.com/sagemaker/latest/dg/logging-cloudwatch.html
GROUPS: Mapping[str, tuple[str, str]] = {
    "training-job": ("/aws/sagemaker/TrainingJobs", "{name}/"),
    # The training jobs of a tuning job are called after it.
    "hyper-parameter-tuning-job": ("/aws/sagemaker/TrainingJobs", "{name}-"),
    "processing-job": ("/aws/sagemaker/ProcessingJobs", "{name}/"),
    "transform-job": ("/aws/sagemaker/TransformJobs", "{name}/"),
    "endpoint": ("/aws/sagemaker/Endpoints/{name}", ""),
    "function": ("/aws/lambda/{name}", ""),
}
MOST_STREAMS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLog:
    """The streams of a group whose names begin with a prefix."""

    group: str
    prefix: str


def log_of(run: StepRun) -> JobLog | None:
    """Return the log of a step's job, None if it has none in CloudWatch."""
    arn = run.metadata.get("Arn") or run.metadata.get("CheckJobArn")
    if not isinstance(arn, str) or arn.count(":") < 5:
        return None
    resource = arn.split(":", 5)[5]
    # Lambda's ARNs have `:` where others have `/`, and may end with a version.
    kind, _, name = resource.replace(":", "/").partition("/")
    if kind not in GROUPS or not name:
        return None
    group, prefix = GROUPS[kind]
    name = name.partition("/")[0]
    return JobLog(group=group.format(name=name), prefix=prefix.format(name=name))


def last_lines(aws: Aws, log: JobLog, count: int) -> tuple[str, ...]:
    """Return the last lines of a log, none if it can't be read: it may be gone, or not be ours."""
    try:
        return tuple(_last_lines(aws, log, count))
    except AwsError as error:
        if error.is_missing:
            return ()
        return (f"its log can't be read: {error}",)


def _last_lines(aws: Aws, log: JobLog, count: int) -> list[str]:
    # Only streams that are not asked for by a prefix come in the order of their last lines.
    which: dict[str, str | bool] = (
        {"logStreamNamePrefix": log.prefix}
        if log.prefix
        else {"orderBy": "LastEventTime", "descending": True}
    )
    answer = aws.call(
        "logs", "DescribeLogStreams", logGroupName=log.group, limit=MOST_STREAMS, **which
    )
    events = []
    for stream in answer["logStreams"]:
        found = aws.call(
            "logs",
            "GetLogEvents",
            logGroupName=log.group,
            logStreamName=stream["logStreamName"],
            limit=count,
            startFromHead=False,
        )
        events += [(each["timestamp"], each["message"].rstrip()) for each in found["events"]]
    # Sorted by time alone: the lines of one moment stay as they were written.
    last = sorted(events, key=lambda event: event[0])[-count:]
    return [message for _, message in last]
