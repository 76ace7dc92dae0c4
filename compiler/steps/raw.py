"""The raw step: a type that pipec does not know, written as the service takes it."""

from typing import Annotated

from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Pattern, StaticText
from compiler.spec.job import RETRY_EXCEPTIONS, Cache, Retry
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import STRUCTURE
from compiler.steps.members import Member
from compiler.steps.step_type import StepType


@declared
class RawSpec(StepSpec):
    """Run a step of a type that has no fields of its own here."""

    sagemaker_type: Annotated[
        StaticText,
        Pattern(r"^[A-Za-z0-9]+$", "a type such as `HubContent`"),
        Doc("Type of the step, as SageMaker names it."),
    ]
    members: Annotated[
        MappingNode | None,
        Doc("Members of the step that stand beside its `Arguments`."),
    ] = None
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


RAW = StepType(
    name="raw",
    sagemaker_type="",
    spec=RawSpec,
    beside=(Member("members", "", STRUCTURE),),
    describe_shape="pipeline:Any",
    exceptions=tuple(RETRY_EXCEPTIONS),
)
