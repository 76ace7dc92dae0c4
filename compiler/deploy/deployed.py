"""What is in AWS now of a pipeline and of what belongs to it."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.deployment import Deployment
from compiler.local.resolve import Json
from compiler.starts import TARGET_ID, rule_prefix, schedule_group

Found = TypeVar("Found")

# Tags with these beginnings are set by AWS itself, and by Studio.
OTHERS_TAGS = ("aws:", "sagemaker:")
# What a schedule has beside what a spec can say of it, and the value that then means nothing.
USUAL_OF_SCHEDULE: Mapping[str, Json] = {
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "NONE",
    "Description": "",
    "StartDate": None,
    "EndDate": None,
    "KmsKeyArn": None,
}
USUAL_RETRIES: Json = {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185}


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployed:
    """A pipeline in AWS; `unseen` is what the caller may not look at, and the spec has none of."""

    arn: str
    deployment: Deployment
    modified: str
    has_schedule_group: bool = False
    unseen: tuple[str, ...] = ()


def describe(aws: Aws, name: str, **version: str | int) -> Answer | None:
    """Return the description of a pipeline by name or ARN, None if there is no such pipeline.

    AWS says that it is not there. Stand-ins say that something is wrong with the request, as AWS
    does for a wrong name; then the list of the pipelines decides.
    """
    try:
        return aws.find("sagemaker", "DescribePipeline", PipelineName=name, **version)
    except AwsError as error:
        if error.code != "ValidationException" or version:
            raise
        names = aws.pages(
            "sagemaker", "ListPipelines", "PipelineSummaries", PipelineNamePrefix=name
        )
        if any(name in (each["PipelineName"], each["PipelineArn"]) for each in names):
            raise
        return None


def read_deployed(aws: Aws, name: str, needed: Deployment | None = None) -> Deployed | None:
    """Return what is deployed under a name, None if there is nothing.

    Who may not look at schedules or rules still can if `needed` has none.
    """
    answer = describe(aws, name)
    if answer is None:
        return None
    arn = answer["PipelineArn"]
    unseen: list[str] = []
    schedules = _seen(
        lambda: _schedules(aws, name, arn),
        "schedules" if needed is not None and not needed.schedules else None,
        unseen,
    )
    triggers = _seen(
        lambda: dict(_triggers(aws, name, arn)),
        "rules" if needed is not None and not needed.triggers else None,
        unseen,
    )
    return Deployed(
        arn=arn,
        unseen=tuple(unseen),
        modified=answer["LastModifiedTime"].isoformat(),
        has_schedule_group=schedules is not None,
        deployment=Deployment(
            definition=parsed_definition(answer),
            role=answer.get("RoleArn"),
            description=answer.get("PipelineDescription") or "",
            parallelism=answer.get("ParallelismConfiguration", {}).get("MaxParallelExecutionSteps"),
            tags=dict(_tags(aws, arn)),
            schedules=schedules or {},
            triggers=triggers or {},
        ),
    )


def _seen(read: Callable[[], Found], dispensable: str | None, unseen: list[str]) -> Found | None:
    """Return what is read; None if the caller may not read it and it is dispensable."""
    try:
        return read()
    except AwsError as error:
        if not error.is_denied or dispensable is None:
            raise
        unseen.append(dispensable)
        return None


def parsed_definition(answer: Answer) -> Json:
    """Return the definition in a description; one that is no JSON as the text that it is."""
    text = answer.get("PipelineDefinition") or ""
    try:
        value: Json = json.loads(text)
    except ValueError:
        return str(text)
    return value


def _tags(aws: Aws, arn: str) -> Iterator[tuple[str, str]]:
    for tag in aws.pages("sagemaker", "ListTags", "Tags", ResourceArn=arn):
        if not tag["Key"].startswith(OTHERS_TAGS):
            yield tag["Key"], tag["Value"]


def _schedules(aws: Aws, pipeline: str, arn: str) -> dict[str, Mapping[str, Json]] | None:
    """Return the schedules of a pipeline, None if there is not even a group for them."""
    group = schedule_group(pipeline)
    if aws.find("scheduler", "GetScheduleGroup", Name=group) is None:
        return None
    found: dict[str, Mapping[str, Json]] = {}
    for item in aws.pages("scheduler", "ListSchedules", "Schedules", GroupName=group):
        answer = aws.find("scheduler", "GetSchedule", GroupName=group, Name=item["Name"])
        if answer is not None and answer["Target"]["Arn"] == arn:
            found[item["Name"]] = _schedule(answer)
    return dict(sorted(found.items()))


def _schedule(answer: Answer) -> dict[str, Json]:
    target = answer["Target"]
    found: dict[str, Json] = {
        "ScheduleExpression": answer["ScheduleExpression"],
        "ScheduleExpressionTimezone": answer.get("ScheduleExpressionTimezone", "UTC"),
        "State": answer.get("State", "ENABLED"),
        "RoleArn": target["RoleArn"],
        "Parameters": _parameters(target),
    }
    for member, usual in USUAL_OF_SCHEDULE.items():
        value = answer.get(member)
        if value is not None and value != usual:
            found[member] = value.isoformat() if hasattr(value, "isoformat") else value
    if target.get("RetryPolicy", USUAL_RETRIES) != USUAL_RETRIES:
        found["RetryPolicy"] = target["RetryPolicy"]
    return found


def _triggers(aws: Aws, pipeline: str, arn: str) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield the triggers of a pipeline: the rules that have its name in theirs."""
    prefix = rule_prefix(pipeline)
    for rule in aws.pages("events", "ListRules", "Rules", NamePrefix=prefix):
        yield rule["Name"].removeprefix(prefix), _trigger(aws, rule, arn)


def _trigger(aws: Aws, rule: Answer, arn: str) -> dict[str, Json]:
    targets = aws.pages("events", "ListTargetsByRule", "Targets", Rule=rule["Name"])
    target = next((each for each in targets if each["Id"] == TARGET_ID), {})
    found = {
        "EventPattern": json.loads(rule.get("EventPattern") or "null"),
        "State": rule.get("State", "ENABLED"),
        "RoleArn": target.get("RoleArn"),
        "Parameters": _parameters(target),
    }
    return found if target.get("Arn", arn) == arn else {**found, "Arn": target["Arn"]}


def _parameters(target: Answer) -> dict[str, Json]:
    given = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList") or ()
    return {each["Name"]: each["Value"] for each in given}
