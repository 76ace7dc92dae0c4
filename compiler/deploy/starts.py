"""What starts a pipeline in AWS: the schedules and rules that bear its name."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.deploy.deployment import Deployment
from compiler.local.resolve import Json
from compiler.starts import TARGET_ID, rule_prefix, schedule_group

Found = TypeVar("Found")

# What a schedule has beside what a spec can say of it, and the value that then means nothing.
USUAL_OF_SCHEDULE: Mapping[str, Json] = {
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "NONE",
    "Description": "",
    "StartDate": None,
    "EndDate": None,
    "KmsKeyArn": None,
}
USUAL_OF_TARGET: Mapping[str, Json] = {
    "RetryPolicy": {"MaximumEventAgeInSeconds": 86_400, "MaximumRetryAttempts": 185},
    "DeadLetterConfig": None,
    "Input": None,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Starts:
    """Schedules and triggers by name, in the form that a deployment has them in.

    `shared_rules` are the triggers whose rules have targets of others too. `unseen` is what the
    caller may not look at, and the spec has none of.
    """

    schedules: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    triggers: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    has_schedule_group: bool = False
    shared_rules: frozenset[str] = frozenset()
    unseen: tuple[str, ...] = ()


def read_starts(
    aws: Aws, pipeline: str, arn: str | None, wanted: Deployment, recorded: Deployment | None
) -> Starts:
    """Return what starts a pipeline, also if there is no such pipeline any more: `arn` is None.

    Who may not look at schedules or rules still can if none is wanted.
    """
    unseen: list[str] = []
    known = {*wanted.schedules, *(recorded.schedules if recorded is not None else ())}
    schedules = _seen(
        lambda: _schedules(aws, pipeline, arn, known, is_wanted=bool(wanted.schedules)),
        None if wanted.schedules else "schedules",
        unseen,
    )
    rules = _seen(
        lambda: list(_rules(aws, pipeline, arn)), None if wanted.triggers else "rules", unseen
    )
    ours = [rule for rule in rules or () if rule.is_ours or rule.trigger in wanted.triggers]
    return Starts(
        schedules=schedules or {},
        triggers={rule.trigger: rule.form for rule in ours},
        has_schedule_group=schedules is not None,
        shared_rules=frozenset(rule.trigger for rule in ours if rule.has_others),
        unseen=tuple(unseen),
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


def _schedules(
    aws: Aws, pipeline: str, arn: str | None, known: set[str], *, is_wanted: bool
) -> dict[str, Mapping[str, Json]] | None:
    """Return the schedules of a pipeline, None if there is not even a group for them.

    One that starts something else is none of ours, unless it has the name of one that is.
    """
    name = schedule_group(pipeline)
    group = aws.find("scheduler", "GetScheduleGroup", Name=name)
    if group is None:
        return None
    if group.get("State") == "DELETING":
        if is_wanted:
            raise AwsError(f"the schedule group {name} is being deleted: try again in a minute")
        return None
    found: dict[str, Mapping[str, Json]] = {}
    for item in aws.pages("scheduler", "ListSchedules", "Schedules", GroupName=name):
        answer = aws.find("scheduler", "GetSchedule", GroupName=name, Name=item["Name"])
        if answer is None:
            continue
        target = answer["Target"]["Arn"]
        is_ours = target == arn if arn is not None else _is_pipeline(target, pipeline)
        if is_ours or item["Name"] in known:
            found[item["Name"]] = _schedule(answer) | ({} if is_ours else {"Arn": target})
    return dict(sorted(found.items()))


def _is_pipeline(arn: str, pipeline: str) -> bool:
    """Return whether an ARN is that of a pipeline of this name, which it may have in small."""
    parts = arn.split(":")
    return len(parts) == 6 and parts[5].lower() == f"pipeline/{pipeline.lower()}"


def _schedule(answer: Answer) -> dict[str, Json]:
    target = answer["Target"]
    found: dict[str, Json] = {
        "ScheduleExpression": answer["ScheduleExpression"],
        "ScheduleExpressionTimezone": answer.get("ScheduleExpressionTimezone", "UTC"),
        "State": answer.get("State", "ENABLED"),
        "RoleArn": target["RoleArn"],
        "Parameters": _parameters(target),
    }
    for source, usual_members in ((answer, USUAL_OF_SCHEDULE), (target, USUAL_OF_TARGET)):
        for member, usual in usual_members.items():
            value = source.get(member)
            if value is not None and value != usual:
                found[member] = value.isoformat() if hasattr(value, "isoformat") else value
    return found


@dataclass(frozen=True, kw_only=True, slots=True)
class _Rule:
    """A rule with the name of a trigger; one that only starts other things is not ours."""

    trigger: str
    form: dict[str, Json]
    is_ours: bool
    has_others: bool


def _rules(aws: Aws, pipeline: str, arn: str | None) -> Iterator[_Rule]:
    prefix = rule_prefix(pipeline)
    for rule in aws.pages("events", "ListRules", "Rules", NamePrefix=prefix):
        targets = list(aws.pages("events", "ListTargetsByRule", "Targets", Rule=rule["Name"]))
        target = next((each for each in targets if each["Id"] == TARGET_ID), {})
        form = {
            "EventPattern": json.loads(rule.get("EventPattern") or "null"),
            "State": rule.get("State", "ENABLED"),
            "RoleArn": target.get("RoleArn"),
            "Parameters": _parameters(target),
        }
        if arn is not None and target.get("Arn", arn) != arn:
            form["Arn"] = target["Arn"]
        others = len(targets) - bool(target)
        yield _Rule(
            trigger=rule["Name"].removeprefix(prefix),
            form=form,
            # An upsert that failed in between has left a rule without any target.
            is_ours=bool(target) or not others,
            has_others=others > 0,
        )


def _parameters(target: Answer) -> dict[str, Json]:
    given = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList") or ()
    return {each["Name"]: each["Value"] for each in given}
