"""Instance types, how many of them, for how long, and whether on spare capacity."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.document.node import Node
from compiler.policy.finding import (
    PIN,
    UNPROVED,
    Finding,
    broken,
    demand_switch,
    field_for,
    is_on,
    judge_listed,
    missing,
    texts,
)
from compiler.policy.globs import fits_any
from compiler.policy.values import Values, values_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part
from compiler.spec.fields import seconds
from compiler.spec.policy import InstancePolicySpec, MaxRunPolicySpec, SpotPolicySpec

INSTANCE_TYPES = frozenset(
    {"InstanceType", "SelectedInstanceType", "MasterInstanceType", "SlaveInstanceType"}
)
COUNTS = ("InstanceCount", "InitialInstanceCount", "MaxInstanceCount", "SelectedInstanceCount")
# Machines that a job has together; in other lists are machines to choose from.
GROUPS = "InstanceGroups"
IN_GROUPS = frozenset({"InstanceGroup", "emr:InstanceGroupConfig"})
RUNS: Mapping[str, str] = MappingProxyType(
    {
        "CreateProcessingJobRequest": "StoppingCondition.MaxRuntimeInSeconds",
        "CreateTrainingJobRequest": "StoppingCondition.MaxRuntimeInSeconds",
        "HyperParameterTrainingJobDefinition": "StoppingCondition.MaxRuntimeInSeconds",
        "CreateAutoMLJobRequest": "AutoMLJobConfig.CompletionCriteria.MaxAutoMLJobRuntimeInSeconds",
    }
)
SPOT = "EnableManagedSpotTraining"
# Those that a person starts to train; code is packed again in a training job too.
TRAININGS = frozenset({"training", "tuning"})


def check_instances(part: Part, rule: InstancePolicySpec) -> Iterator[Finding]:
    """Find instance types that are not allowed, and jobs with too many instances."""
    for name in sorted(INSTANCE_TYPES & part.node.members.keys()):
        yield from judge_listed("instance type", part.get(name), rule, part.resolved)
    most = rule.max_count.value if rule.max_count is not None else None
    if not isinstance(most, int):
        return
    for name in COUNTS:
        if part.kind not in IN_GROUPS and part.has(name):
            yield from _count(part, name, most, strict=is_on(rule.strict))
    sizes = [_size(row.get("InstanceCount"), part.resolved) for row in part.rows(GROUPS)]
    if sum(sizes) > most:
        yield Finding(
            message=f"the groups have {sum(sizes)} instances, the policy allows {most}",
            span=part.span(GROUPS),
        )


def _count(part: Part, path: str, most: int, *, strict: bool) -> Iterator[Finding]:
    values = values_of(part.get(path), part.resolved)
    if values is None:
        return
    for value in values.known:
        if isinstance(value.value, int | float) and value.value > most:
            yield broken("number of instances", value, f"at most {most}")
            return
    if strict and not values.is_proved:
        yield Finding(message=UNPROVED, span=values.span, hint=PIN)


def _size(node: Node | None, resolved: ResolvedPipeline) -> int:
    values = values_of(node, resolved)
    known = values.known if values is not None else ()
    return max((each.value for each in known if isinstance(each.value, int)), default=0)


def check_max_run(part: Part, rule: MaxRunPolicySpec) -> Iterator[Finding]:
    """Find jobs that may run for too long, or do not say how long."""
    path = RUNS.get(part.kind)
    if path is None:
        return
    longest = f"at most `{rule.at_most.value}`"
    # Some requests must have one, which pipec writes where nobody says it.
    if not part.has(path) or part.span(path) in (part.place, part.step.spec.span):
        hint = f"set {field_for(part, path)} to {longest}"
        yield missing(part, path, "a longest run time", hint)
        return
    values = values_of(part.get(path), part.resolved)
    yield from _too_long(part, path, values, rule, longest)


def _too_long(
    part: Part, path: str, values: Values | None, rule: MaxRunPolicySpec, longest: str
) -> Iterator[Finding]:
    known = values.known if values is not None else ()
    for value in known:
        if isinstance(value.value, int | float) and value.value > seconds(rule.at_most):
            shown = part.shown(path) if values is not None and value.via is None else None
            yield broken("run time", value, longest, shown)
            return
    if values is not None and is_on(rule.strict) and not values.is_proved:
        yield Finding(message=UNPROVED, span=values.span, hint=PIN)


def check_spot(part: Part, rule: SpotPolicySpec) -> Iterator[Finding]:
    """Find trainings that do not use spare capacity."""
    is_off = rule.required is not None and rule.required.value is False
    if is_off or SPOT not in part.shape.members or part.step.type.name not in TRAININGS:
        return
    if rule.instances and not _uses(part, texts(rule.instances)):
        return
    if part.get(SPOT) is None:
        yield missing(part, SPOT, "spare capacity", "set `spot`")
    else:
        yield from demand_switch(part, SPOT, "spare capacity", strict=is_on(rule.strict))


def _uses(part: Part, globs: tuple[str, ...]) -> bool:
    """Return whether a job can have a machine of one of the types."""
    resources = ("ResourceConfig", "HyperParameterTuningResourceConfig")
    rows = (*(f"{each}.InstanceGroups" for each in resources), f"{resources[1]}.InstanceConfigs")
    nodes = [part.get(f"{each}.InstanceType") for each in resources]
    nodes += [row.get("InstanceType") for path in rows for row in part.rows(path)]
    found = [values_of(node, part.resolved) for node in nodes]
    return any(
        fits_any(globs, str(value.value)) is True
        for values in found
        if values is not None
        for value in values.known
    )
