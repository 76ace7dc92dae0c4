"""The fail step: end the execution with a message."""

from dataclasses import dataclass
from typing import Annotated

from compiler.spec.fields import Doc, Length, Text
from compiler.spec.step import StepSpec
from compiler.steps.request import Request, as_text
from compiler.steps.step_type import StepContext, StepType


@dataclass(frozen=True, kw_only=True)
class FailSpec(StepSpec):
    """End the execution as failed."""

    message: Annotated[Text, Length(maximum=3072), Doc("Why the execution failed.")]


def lower(spec: FailSpec, context: StepContext) -> Request:  # noqa: ARG001
    """Return the arguments of a Fail step."""
    return {"ErrorMessage": as_text(spec.message)}


FAIL = StepType(name="fail", sagemaker_type="Fail", spec=FailSpec, lower=lower)
