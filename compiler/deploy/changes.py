"""What is not the same in two deployments, said of steps, parameters, tags and the like."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from compiler.deploy.deployment import Deployment
from compiler.deploy.difference import Difference, differences
from compiler.deploy.steps import steps_of
from compiler.local.resolve import Json
from compiler.secrets.hide import without_secrets

Kind: TypeAlias = Literal["pipeline", "step", "parameter", "tag", "schedule", "trigger", "group"]
Verb: TypeAlias = Literal["add", "change", "remove"]

APART = frozenset({"Steps", "Parameters"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A thing that is added, changed or removed; only a change has differences.

    What is added or removed is described by `label`, a step by its type, and a tag by its value if
    that is no secret. `place` is where the spec
    declares it.
    """

    kind: Kind
    name: str
    verb: Verb
    label: str = ""
    differences: tuple[Difference, ...] = ()
    place: str | None = None

    def as_json(self) -> dict[str, Json]:
        """Return the change as JSON."""
        return {
            "kind": self.kind,
            "name": self.name,
            "verb": self.verb,
            "label": self.label,
            "differences": [each.as_json() for each in self.differences],
            "place": self.place,
        }


def changes(
    old: Deployment | None, new: Deployment, pipeline: str, left: Deployment | None = None
) -> Iterator[Change]:
    """Yield what makes `new` another deployment than `old`; None is no pipeline.

    `left` has the schedules and triggers that are there without a pipeline.
    """
    if old is None:
        yield Change(kind="pipeline", name=pipeline, verb="add", label="pipeline")
        old = left or Deployment(definition=None, role=None)
    else:
        found = tuple(_of_pipeline(old, new))
        if found:
            yield Change(kind="pipeline", name=pipeline, verb="change", differences=found)
    yield from _named("parameter", _parameters(old), _parameters(new))
    yield from _of_steps(old.definition, new.definition)
    yield from _named("tag", old.tags, new.tags)
    yield from _named("schedule", old.schedules, new.schedules)
    yield from _named("trigger", old.triggers, new.triggers)


def _of_pipeline(old: Deployment, new: Deployment) -> Iterator[Difference]:
    yield from differences(old.role, new.role, "RoleArn")
    yield from differences(old.description, new.description, "PipelineDescription")
    yield from differences(old.parallelism, new.parallelism, "MaxParallelExecutionSteps")
    if not isinstance(old.definition, dict):
        yield from differences(old.definition, "the spec's", "PipelineDefinition")
        return
    yield from differences(_apart(old.definition), _apart(new.definition))


def is_same_definition(old: Json, new: Json) -> bool:
    """Return whether two definitions say the same; the order of steps and parameters does not."""
    one, other = Deployment(definition=old, role=None), Deployment(definition=new, role=None)
    return next(changes(one, other, ""), None) is None


def _apart(definition: Json) -> dict[str, Json]:
    """Return the members of a definition that belong to none of its parts."""
    if not isinstance(definition, dict):
        return {}
    return {
        name: value
        for name, value in definition.items()
        # An empty Metadata is as good as none.
        if name not in APART and value != {}
    }


def _parameters(deployment: Deployment) -> dict[str, Json]:
    definition = deployment.definition
    listed = definition.get("Parameters") if isinstance(definition, dict) else None
    return {
        str(each["Name"]): each
        for each in listed or ()
        if isinstance(each, dict) and "Name" in each
    }


def _of_steps(old: Json, new: Json) -> Iterator[Change]:
    before, after = steps_of(old), steps_of(new)
    for name, step in after.items():
        if name not in before:
            yield Change(kind="step", name=name, verb="add", label=step.type)
            continue
        found = tuple(differences(before[name].comparable, step.comparable))
        if found:
            yield Change(kind="step", name=name, verb="change", label=step.type, differences=found)
    for name, step in before.items():
        if name not in after:
            yield Change(kind="step", name=name, verb="remove", label=step.type)


def _named(kind: Kind, old: Mapping[str, Json], new: Mapping[str, Json]) -> Iterator[Change]:
    for name, value in new.items():
        if name not in old:
            yield Change(kind=kind, name=name, verb="add", label=_label(value, name))
            continue
        found = tuple(differences(old[name], value, called=name))
        if found:
            yield Change(kind=kind, name=name, verb="change", differences=found)
    for name, value in old.items():
        if name not in new:
            yield Change(kind=kind, name=name, verb="remove", label=_label(value, name))


def _label(value: Json, name: str) -> str:
    """Return what a thing is, in a word."""
    value = without_secrets(value, name)
    if isinstance(value, str):
        return value
    for member in ("Type", "ScheduleExpression"):
        if member in value:
            return str(value[member])
    return ""
