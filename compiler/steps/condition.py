"""The condition step: choose which steps run."""

from collections.abc import Mapping
from typing import Annotated

from compiler.document.node import ScalarNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, OneOrMany, StaticText, Text
from compiler.spec.step import StepSpec
from compiler.steps.step_type import Output, Side, StepType


@declared
class ConditionSpec(StepSpec):
    """Run some steps if a condition holds and others if not."""

    if_: Annotated[Text, Doc("The condition, as one expression: `${{ … >= … }}`.")]
    then: Annotated[
        tuple[StaticText, ...], OneOrMany(), Doc("Names of the steps to run if it holds.")
    ] = ()
    else_: Annotated[
        tuple[StaticText, ...], OneOrMany(), Doc("Names of the steps to run if it does not.")
    ] = ()


def holds(spec: ConditionSpec) -> Mapping[Side, tuple[ScalarNode, ...]]:
    """Return the names of the steps on both sides."""
    return {"then": spec.then, "else": spec.else_}


CONDITION = StepType(
    name="condition",
    sagemaker_type="Condition",
    spec=ConditionSpec,
    describe_shape="pipeline:ConditionProperties",
    outputs={"outcome": Output(STRING, "Outcome")},
    holds=holds,
    condition="if",
)
