"""The calls that make one deployment of another, in an order in which each may be the last.

Until the pipeline itself is written, only things are made that nothing uses yet; after that, what
starts it. What is gone goes last. So a failure leaves the old pipeline or the new one, whole, and
the calls that are then left finish the work.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.definition import definition_line
from compiler.deploy.changes import is_same_definition
from compiler.deploy.deployed import Deployed
from compiler.deploy.deployment import Deployment
from compiler.deploy.difference import is_same
from compiler.deploy.objects import Place
from compiler.local.resolve import Json
from compiler.starts import TARGET_ID, rule_name, rule_target, schedule_group, schedule_target

# Stands for the ARN of a pipeline that is yet to be created.
ARN = "<the pipeline's ARN>"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """A call to AWS that writes, and the names of what it writes."""

    service: str
    operation: str
    subjects: tuple[str, ...]
    request: Mapping[str, Json]

    @property
    def subject(self) -> str:
        """The names in one text."""
        return ", ".join(self.subjects)

    @property
    def words(self) -> str:
        """The call as people read it."""
        return f"{self.service}:{self.operation} {self.subject}"


def calls(
    *,
    name: str,
    wanted: Deployment,
    deployed: Deployed,
    absent_groups: tuple[str, ...],
    definition_at: Place | None,
) -> tuple[Call, ...]:
    """Return the calls that are needed.

    `definition_at` is where the definition lies in S3 if it is too large for a request.
    """
    arn, old = deployed.arn or ARN, deployed.deployment
    return (
        *(_group(group, wanted) for group in absent_groups),
        *_pipeline(name, wanted, deployed.pipeline, definition_at),
        *(_tags(arn, wanted, old) if deployed.arn is not None else ()),
        *_schedules(name, arn, wanted, deployed),
        *_triggers(name, arn, wanted, old),
        *_gone(name, wanted, deployed),
    )


def _group(group: str, wanted: Deployment) -> Call:
    request = {"ModelPackageGroupName": group, **_tag_list(wanted.tags)}
    return _sagemaker("CreateModelPackageGroup", request, group)


def _pipeline(
    name: str, wanted: Deployment, old: Deployment | None, definition_at: Place | None
) -> Iterator[Call]:
    request: dict[str, Json] = {}
    if old is None or not is_same_definition(old.definition, wanted.definition):
        request |= _definition(wanted, definition_at)
    if wanted.role is not None and (old is None or old.role != wanted.role):
        request["RoleArn"] = wanted.role
    if wanted.description != (old.description if old is not None else ""):
        request["PipelineDescription"] = wanted.description
    limit = wanted.parallelism
    if limit is not None and (old is None or old.parallelism != limit):
        request["ParallelismConfiguration"] = {"MaxParallelExecutionSteps": limit}
    if old is None:
        request |= _tag_list(wanted.tags)
        yield _sagemaker("CreatePipeline", {"PipelineName": name, **request}, name)
    elif request:
        yield _sagemaker("UpdatePipeline", {"PipelineName": name, **request}, name)


def _definition(wanted: Deployment, definition_at: Place | None) -> dict[str, Json]:
    if definition_at is None:
        return {"PipelineDefinition": definition_line(wanted.definition)}
    place = {"Bucket": definition_at.bucket, "ObjectKey": definition_at.key}
    return {"PipelineDefinitionS3Location": place}


def _tags(arn: str, wanted: Deployment, old: Deployment) -> Iterator[Call]:
    added = {key: value for key, value in wanted.tags.items() if old.tags.get(key) != value}
    if added:
        yield _sagemaker("AddTags", {"ResourceArn": arn, **_tag_list(added)}, *added)
    gone = [key for key in old.tags if key not in wanted.tags]
    if gone:
        yield _sagemaker("DeleteTags", {"ResourceArn": arn, "TagKeys": gone}, *gone)


def _schedules(name: str, arn: str, wanted: Deployment, deployed: Deployed) -> Iterator[Call]:
    group = schedule_group(name)
    old = deployed.deployment.schedules
    if wanted.schedules and not deployed.starts.has_schedule_group:
        # Other than a pipeline, a group takes no tags without a value.
        tags = {key: value for key, value in wanted.tags.items() if value}
        request = {"Name": group, **_tag_list(tags)}
        yield _scheduler("CreateScheduleGroup", request, group)
    for schedule, value in wanted.schedules.items():
        if schedule not in old or not is_same(old[schedule], value):
            yield _scheduler(
                "UpdateSchedule" if schedule in old else "CreateSchedule",
                {
                    "Name": schedule,
                    "GroupName": group,
                    "ScheduleExpression": value["ScheduleExpression"],
                    "ScheduleExpressionTimezone": value["ScheduleExpressionTimezone"],
                    "State": value["State"],
                    "FlexibleTimeWindow": {"Mode": "OFF"},
                    "Target": schedule_target(value, arn),
                },
                schedule,
            )


def _triggers(name: str, arn: str, wanted: Deployment, old: Deployment) -> Iterator[Call]:
    for trigger, value in wanted.triggers.items():
        before = old.triggers.get(trigger)
        if before is not None and is_same(before, value):
            continue
        rule = rule_name(name, trigger)
        request = {
            "Name": rule,
            "EventPattern": json.dumps(value["EventPattern"], separators=(",", ":")),
            "State": value["State"],
        }
        tags = _tag_list(wanted.tags) if before is None else {}
        yield _events("PutRule", {**request, **tags}, trigger)
        yield _events("PutTargets", {"Rule": rule, "Targets": [rule_target(value, arn)]}, trigger)


def _gone(name: str, wanted: Deployment, deployed: Deployed) -> Iterator[Call]:
    old = deployed.deployment
    for schedule in old.schedules:
        if schedule not in wanted.schedules:
            request: dict[str, Json] = {"Name": schedule, "GroupName": schedule_group(name)}
            yield _scheduler("DeleteSchedule", request, schedule)
    for trigger in old.triggers:
        if trigger not in wanted.triggers:
            rule = rule_name(name, trigger)
            # An upsert that failed in between has left a rule without a target.
            if old.triggers[trigger]["RoleArn"] is not None:
                request = {"Rule": rule, "Ids": [TARGET_ID]}
                yield _events("RemoveTargets", request, trigger)
            if trigger in deployed.starts.shared_rules:
                continue  # it goes on to start what others have added
            yield _events("DeleteRule", {"Name": rule}, trigger)


def _sagemaker(operation: str, request: Mapping[str, Json], *subjects: str) -> Call:
    return Call(service="sagemaker", operation=operation, subjects=subjects, request=request)


def _scheduler(operation: str, request: Mapping[str, Json], *subjects: str) -> Call:
    return Call(service="scheduler", operation=operation, subjects=subjects, request=request)


def _events(operation: str, request: Mapping[str, Json], *subjects: str) -> Call:
    return Call(service="events", operation=operation, subjects=subjects, request=request)


def _tag_list(tags: Mapping[str, str]) -> dict[str, Json]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]} if tags else {}
