"""The for_each step: the same steps for each item of a list."""

from collections.abc import Mapping
from typing import Annotated, Any

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.syntax import Expression, PathTerm
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Count,
    Doc,
    Length,
    Needed,
    OneOrMany,
    Static,
    StaticText,
    Text,
)
from compiler.spec.step import StepSpec
from compiler.steps.codecs import NOTHING, Codec
from compiler.steps.documents import document, structure
from compiler.steps.members import Member
from compiler.steps.request import RequestValue
from compiler.steps.step_type import Output, Side, StepType


@declared
class SelectSpec:
    """Which iteration counts as the best."""

    span: Span
    max_by: Annotated[
        Text | None,
        Needed(("min_by",)),
        Doc("The one with the largest value: `${{ iteration.<step>.outputs.<name> }}`."),
    ] = None
    min_by: Annotated[Text | None, Doc("The one with the smallest value, instead of `max_by`.")] = (
        None
    )


@declared
class ForEachSpec(StepSpec):
    """Run some steps for each item of a list."""

    items: Annotated[
        Node,
        Doc(
            "A list of at most 100 items, or a reference to a text that is a list in JSON. A step"
            " sees its item as `item`, and the members of one that is a mapping as `item.<name>`."
        ),
    ]
    concurrency: Annotated[
        Count, Between(1, 50), Static(), Doc("How many items are worked on at the same time.")
    ]
    steps: Annotated[
        tuple[StaticText, ...],
        OneOrMany(),
        Length(minimum=1),
        Doc("Names of the steps to run for each item."),
    ]
    select: Annotated[
        SelectSpec | None, Doc("Which iteration's results `selected` stands for.")
    ] = None


def _lower_items(node: Node) -> RequestValue:
    if not isinstance(node, SequenceNode):
        return node
    return [document(item) if isinstance(item, MappingNode) else item for item in node.items]


def _lift_items(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, list):
        return value, NOTHING
    found = [structure(item) for item in value]
    pairs = zip(value, found, strict=True)
    return [item if each in (NOTHING, {}) else each for item, each in pairs], NOTHING


PICKS = {"max_by": "MaxBy", "min_by": "MinBy"}


def _lower_select(spec: SelectSpec) -> RequestValue:
    field = "max_by" if spec.max_by is not None else "min_by"
    return {"Pick": PICKS[field], "Field": getattr(spec, field)}


def _lift_select(value: Any) -> tuple[Any, Any]:
    fields = {pick: field for field, pick in PICKS.items()}
    match value:
        case {"Pick": str() as pick, "Field": str() as path, **rest} if pick in fields and not rest:
            return {fields[pick]: path}, NOTHING
    return NOTHING, value


MEMBERS = (
    Member("items", "IterableItems", Codec(_lower_items, _lift_items)),
    Member("concurrency", "MaxConcurrency"),
    Member("select", "Selector", Codec(_lower_select, _lift_select)),
)


def holds(spec: ForEachSpec) -> Mapping[Side, tuple[ScalarNode, ...]]:
    """Return the names of the steps in the body."""
    return {"body": spec.steps}


def selected(spec: ForEachSpec) -> str | None:
    """Return the step in the body whose results tell which iteration is selected."""
    field = spec.select and (spec.select.max_by or spec.select.min_by)
    root = field.value.root if field and isinstance(field.value, Expression) else None
    if not isinstance(root, PathTerm) or root.context != "iteration" or len(root.segments) < 2:
        return None
    return str(root.segments[1].value)


FOR_EACH = StepType(
    name="for_each",
    sagemaker_type="ForEach",
    spec=ForEachSpec,
    members=MEMBERS,
    describe_shape="pipeline:ForEachProperties",
    outputs={
        "status": Output(STRING, "Status"),
        "item_count": Output(INTEGER, "InputItemCount"),
        "step_count": Output(INTEGER, "TotalStepCount"),
        "succeeded_count": Output(INTEGER, "SucceededStepCount"),
        "failed_count": Output(INTEGER, "FailedStepCount"),
        "stopped_count": Output(INTEGER, "StoppedStepCount"),
    },
    holds=holds,
    selected=selected,
)
