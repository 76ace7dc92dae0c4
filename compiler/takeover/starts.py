"""Schedules and triggers as they are deployed, back to the fields that declare them."""

import re
from collections.abc import Mapping

from compiler.definition import Json
from compiler.document.scalars import plain_scalar
from compiler.document.write import Value
from compiler.steps.codecs import duration_text

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400}
OTHER = re.compile(r"(cron|at)\((.*)\)")


def schedule_fields(schedule: Mapping[str, Json]) -> dict[str, Value]:
    """Return the fields of a schedule."""
    expression = str(schedule.get("ScheduleExpression", ""))
    fields: dict[str, Value] = {}
    if (rate := RATE.fullmatch(expression)) is not None:
        fields["rate"] = duration_text(int(rate[1]) * SECONDS[rate[2]])
    elif (other := OTHER.fullmatch(expression)) is not None:
        fields[other[1]] = other[2]
    zone = schedule.get("ScheduleExpressionTimezone")
    if zone not in (None, "UTC"):
        fields["timezone"] = str(zone)
    return fields | _common(schedule)


def trigger_fields(trigger: Mapping[str, Json]) -> dict[str, Value]:
    """Return the fields of a trigger."""
    return _event(trigger.get("EventPattern")) | _common(trigger)


def _event(pattern: Json) -> dict[str, Value]:
    match pattern:
        case {
            "source": ["aws.sagemaker"],
            "detail-type": ["SageMaker Model Package State Change"],
            "detail": {
                "ModelPackageGroupName": [str() as group],
                "ModelApprovalStatus": ["Approved"],
                **rest,
            },
            **others,
        } if not rest and not others:
            return {"model_approved": group}
        case {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [str() as bucket]}, **rest},
            **others,
        } if not others:
            match rest:
                case {"object": {"key": [{"prefix": str() as prefix}]}} if len(rest) == 1:
                    return {"s3": f"s3://{bucket}/{prefix}"}
                case _ if not rest:
                    return {"s3": f"s3://{bucket}"}
    return {"event": pattern} if isinstance(pattern, dict) else {}


def _common(start: Mapping[str, Json]) -> dict[str, Value]:
    fields: dict[str, Value] = {}
    if start.get("State") == "DISABLED":
        fields["enabled"] = False
    if start.get("RoleArn") is not None:
        fields["role"] = str(start["RoleArn"])
    given = start.get("Parameters")
    if isinstance(given, dict) and given:
        fields["parameters"] = {name: _said(value) for name, value in given.items()}
    return fields


def _said(value: Json) -> Value:
    """Return the number or Boolean that a text says, as the author will have written it."""
    said = plain_scalar(value) if isinstance(value, str) and value else value
    is_said = isinstance(said, bool | int | float)
    return said if is_said and repr(said).lower() == value else value
