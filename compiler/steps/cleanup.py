"""The cleanup step: remove what other steps left in S3."""

from collections.abc import Mapping
from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Length, S3Uri, Table
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import LIST
from compiler.steps.members import Items, Member
from compiler.steps.step_type import StepType


@declared
class CleanupSourceSpec:
    """What of a step is removed."""

    span: Span
    uris: Annotated[
        tuple[S3Uri, ...],
        Length(minimum=1),
        Doc("Objects to remove, of a processing or transform step; left out for other steps."),
    ] = ()


@declared
class CleanupSpec(StepSpec):
    """Remove what other steps left in S3."""

    sources: Annotated[
        Table[CleanupSourceSpec],
        Doc("Steps whose results are removed, and which of them. The step waits for all of these."),
    ]
    request: Overlay | None = None


MEMBERS = (Items("sources", "Resources.S3", "StepName", (Member("uris", "S3Uris", LIST),)),)


def awaits(spec: CleanupSpec) -> Mapping[str, Span]:
    """Return the steps whose results are removed."""
    return spec.sources.key_spans


CLEANUP = StepType(
    name="cleanup",
    sagemaker_type="Cleanup",
    spec=CleanupSpec,
    members=MEMBERS,
    request_shape="pipeline:CleanupArguments",
    awaits=awaits,
)
