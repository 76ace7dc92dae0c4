"""What starts a pipeline, as EventBridge takes it: schedules and rules."""

import hashlib
import json
from collections.abc import Mapping

from compiler.definition import Json
from compiler.document.node import ScalarNode, literal_of, plain
from compiler.spec.fields import Table, seconds
from compiler.spec.pipeline import PipelineSpec, ScheduleSpec, TriggerSpec

# Of a schedule, a group of schedules and a rule.
MAX_NAME = 64
TARGET_ID = "pipeline"
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))


def schedules(spec: PipelineSpec) -> dict[str, Json]:
    """Return the schedules by name, in the words of EventBridge Scheduler's CreateSchedule."""
    return {name: _schedule(schedule) for name, schedule in spec.schedule}


def triggers(spec: PipelineSpec) -> dict[str, Json]:
    """Return the rules by name, in the words of EventBridge's PutRule and PutTargets."""
    return {name: _trigger(trigger) for name, trigger in spec.triggers}


def schedule_group(pipeline: str) -> str:
    """Return the name of the group that holds the schedules of a pipeline, and no others.

    The dot stands in no name of a pipeline, so no two pipelines get the same name of anything.
    """
    return f"pipec.{_short(pipeline, MAX_NAME - len('pipec.'))}"


def rule_prefix(pipeline: str) -> str:
    """Return what the names of all rules of a pipeline begin with."""
    return f"pipec.{_short(pipeline, 29)}."


def rule_name(pipeline: str, trigger: str) -> str:
    """Return the name of the rule that a trigger of a pipeline becomes."""
    return rule_prefix(pipeline) + name_in_rule(trigger)


def rule_pattern(pipeline: str) -> str:
    """Return a pattern of the names of a pipeline's rules, whatever its triggers are called."""
    return f"{rule_prefix(pipeline)}*"


def name_in_rule(trigger: str) -> str:
    """Return the name of a trigger as the name of its rule ends with it."""
    return _short(trigger, 28)


def _short(name: str, limit: int) -> str:
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: limit - 9]}-{digest}"


def schedule_target(start: Mapping[str, Json], pipeline_arn: Json) -> dict[str, Json]:
    """Return the target of a schedule: the pipeline, the role that starts it, and its parameters.

    `start` is a schedule as `schedules` gives it, or a trigger as `triggers` does.
    """
    target: dict[str, Json] = {"Arn": pipeline_arn, "RoleArn": start["RoleArn"]}
    parameters = start["Parameters"]
    if isinstance(parameters, dict) and parameters:
        target["SageMakerPipelineParameters"] = {
            "PipelineParameterList": [
                {"Name": name, "Value": parameter_text(value)} for name, value in parameters.items()
            ]
        }
    return target


def rule_target(start: Mapping[str, Json], pipeline_arn: Json) -> dict[str, Json]:
    """Return the target of a rule, which has an id beside what a schedule's has."""
    return {"Id": TARGET_ID, **schedule_target(start, pipeline_arn)}


def parameter_text(value: Json) -> str:
    """Return the value of a parameter as SageMaker takes it: always as text."""
    return value if isinstance(value, str) else json.dumps(value)


def _schedule(schedule: ScheduleSpec) -> Json:
    return {
        "ScheduleExpression": _expression(schedule),
        "ScheduleExpressionTimezone": _text(schedule.timezone) or "UTC",
        **_common(schedule),
    }


def _expression(schedule: ScheduleSpec) -> str:
    if schedule.cron is not None:
        return f"cron({_text(schedule.cron)})"
    if schedule.rate is not None:
        length = seconds(schedule.rate)
        unit, size = next((u, s) for u, s in UNITS if length % s == 0)
        count = length // size
        return f"rate({count} {unit}{'' if count == 1 else 's'})"
    at = _text(schedule.at) or ""
    return f"at({at if at.count(':') == 2 else f'{at}:00'})"


def _trigger(trigger: TriggerSpec) -> Json:
    return {"EventPattern": _pattern(trigger), **_common(trigger)}


def _pattern(trigger: TriggerSpec) -> Json:
    if trigger.event is not None:
        return plain(trigger.event)  # type: ignore[return-value]
    if trigger.model_approved is not None:
        return {
            "source": ["aws.sagemaker"],
            "detail-type": ["SageMaker Model Package State Change"],
            "detail": {
                "ModelPackageGroupName": [_text(trigger.model_approved)],
                "ModelApprovalStatus": ["Approved"],
            },
        }
    bucket, _, prefix = (_text(trigger.s3) or "").removeprefix("s3://").partition("/")
    detail: dict[str, Json] = {"bucket": {"name": [bucket]}}
    if prefix:
        detail["object"] = {"key": [{"prefix": prefix}]}
    return {"source": ["aws.s3"], "detail-type": ["Object Created"], "detail": detail}


def _common(start: ScheduleSpec | TriggerSpec) -> dict[str, Json]:
    is_enabled = start.enabled is None or start.enabled.value is not False
    return {
        "State": "ENABLED" if is_enabled else "DISABLED",
        "RoleArn": _text(start.role),
        "Parameters": dict(_parameters(start.parameters)),
    }


def _parameters(given: Table[ScalarNode]) -> Mapping[str, Json]:
    return {name: literal_of(node) for name, node in given}


def _text(node: ScalarNode | None) -> str | None:
    return str(node.value) if node is not None else None
