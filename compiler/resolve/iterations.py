"""What expressions say of the iterations of a ForEach: its item, its outputs, the selected one."""

from collections.abc import Sequence

from compiler.diagnostics.diagnostic import listing
from compiler.expressions.bound import Bound, PathValue, PropertyValue
from compiler.expressions.syntax import Segment
from compiler.expressions.types import ANY
from compiler.resolve.scope import StepScope
from compiler.sagemaker.properties import written

# What stands behind the name of a step and is itself no value.
GROUPS = frozenset({"outputs", "files", "properties"})


def item_value(segments: Sequence[Segment]) -> Bound:
    """Return the item that a ForEach is at, or what lies in it; of what type, nobody knows."""
    path = written(segments[1:])
    joint = "." if path and not path.startswith("[") else ""
    return PathValue(f"ForEach.CurrentItem{joint}{path}", ANY)


def iteration_value(bound: Bound) -> Bound:
    """Return the result of a body step in the iteration that a selector looks at."""
    if not isinstance(bound, PropertyValue):
        return bound
    return PathValue(f"IterationOutput.{bound.step}.{bound.path}", bound.type)


def body_names(step: StepScope) -> list[str]:
    """Return the names of the steps in the body of a ForEach."""
    return [str(node.value) for node in step.type.holds(step.spec).get("body", ())]


def body_step(step: StepScope, path: Sequence[Segment]) -> str | None:
    """Return the step in the body of a ForEach that a path of its properties leads into."""
    if step.type.name != "for_each":
        return None
    values = [segment.value for segment in path]
    if values[0] == "Selected" and len(values) > 1:
        return step.type.selected(step.spec)
    is_output = values[0] == "IterationOutputs" and len(values) > 3 and isinstance(values[1], int)
    return str(values[2]) if is_output and values[2] in body_names(step) else None


def iteration_path(
    step: StepScope, segments: Sequence[Segment]
) -> tuple[str, tuple[Segment, ...]] | str:
    """Return the path of an iteration and the rest, which begins with a body step; or a mistake."""
    known = body_names(step)
    if segments[2].value == "selected":
        chosen = step.type.selected(step.spec)
        if chosen is None:
            return "without a `select` no iteration is selected"
        if len(segments) < 4:
            return "`selected` alone is no value"
        is_step = segments[3].value in known and segments[3].value not in GROUPS
        if is_step and len(segments) > 4:
            return f"`selected` is `{chosen}`, which `select` names, and leads to no other step"
        origin = segments[2]
        named = Segment(chosen, True, origin.start, origin.end)
        return "Selected.", (named, *segments[3:])
    if len(segments) < 5 or not isinstance(segments[3].value, int):
        return f"write `iterations[0].<step>.…`, with a step of {listing(known)}"
    if segments[4].value not in known:
        return f"`{segments[4].value}` is no step of the body, which has {listing(known)}"
    return f"IterationOutputs[{segments[3].value}].{segments[4].value}.", tuple(segments[4:])
