"""The fields of every step."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Length, OneOrMany, StaticText

Overlay: TypeAlias = Annotated[
    MappingNode,
    Doc("Members of the SageMaker request, as in the API reference; laid over the fields."),
]


# How a step that is waited for ended, and what SageMaker calls it.
TRIGGERS: Mapping[str, str | None] = MappingProxyType(
    {"completed": None, "failed": "Failed", "stopped": "Stopped", "any": "Any"}
)


@declared
class AfterSpec:
    """A step that must have ended before."""

    SHORTHAND: ClassVar[str] = "step"

    span: Span
    step: Annotated[StaticText, Doc("Name of the step to wait for.")]
    when: Annotated[
        StaticText | None,
        Choice(tuple(TRIGGERS)),
        Doc("How it must have ended; `completed` when left out."),
    ] = None


@declared
class StepSpec:
    """What each step has, whatever its type."""

    name: str
    span: Span
    type: Annotated[StaticText, Doc("What kind of step this is.")]
    description: Annotated[
        StaticText | None, Length(maximum=3072), Doc("What the step is for; shown in Studio.")
    ] = None
    display_name: Annotated[
        StaticText | None, Length(maximum=256), Doc("Name to show instead of the step's own.")
    ] = None
    after: Annotated[
        tuple[AfterSpec, ...],
        OneOrMany(),
        Doc("Steps to wait for that no reference names already."),
    ] = ()
