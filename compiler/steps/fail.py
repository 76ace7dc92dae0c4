"""The fail step: end the execution with a message."""

from typing import Annotated

from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Length, Text
from compiler.spec.step import StepSpec
from compiler.steps.codecs import VALUE
from compiler.steps.members import Member
from compiler.steps.step_type import StepType


@declared
class FailSpec(StepSpec):
    """End the execution as failed."""

    message: Annotated[Text, Length(maximum=3072), Doc("Why the execution failed.")]


FAIL = StepType(
    name="fail",
    sagemaker_type="Fail",
    spec=FailSpec,
    members=(Member("message", "ErrorMessage", VALUE),),
    ends_execution=True,
)
