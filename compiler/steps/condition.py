"""The condition step: choose which steps run."""

from dataclasses import dataclass
from typing import Annotated

from compiler.expressions.types import STRING
from compiler.spec.fields import Doc, OneOrMany, StaticText, Text
from compiler.spec.step import StepSpec
from compiler.steps.request import Request
from compiler.steps.step_type import Output, StepContext, StepType


@dataclass(frozen=True, kw_only=True)
class ConditionSpec(StepSpec):
    """Run some steps if a condition holds and others if not."""

    if_: Annotated[Text, Doc("The condition, as one expression: `${{ … >= … }}`.")]
    then: Annotated[
        tuple[StaticText, ...], OneOrMany(), Doc("Names of the steps to run if it holds.")
    ] = ()
    else_: Annotated[
        tuple[StaticText, ...], OneOrMany(), Doc("Names of the steps to run if it does not.")
    ] = ()


def lower(spec: ConditionSpec, context: StepContext) -> Request:  # noqa: ARG001
    """Return nothing: conditions and branches are the work of `compiler.lower`."""
    return {}


CONDITION = StepType(
    name="condition",
    sagemaker_type="Condition",
    spec=ConditionSpec,
    lower=lower,
    outputs={"outcome": Output(STRING, "Outcome")},
)
