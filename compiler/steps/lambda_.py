"""The lambda step: one call of a Lambda function."""

from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import MappingNode, ScalarNode
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Pattern, StaticText
from compiler.spec.job import Cache
from compiler.spec.step import StepSpec
from compiler.steps.call_outs import CALL_MEMBERS, OUTPUTS, OutputParameters, output_parameters
from compiler.steps.members import Member
from compiler.steps.step_type import StepType

FUNCTION = Pattern(
    r"^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$",
    "the ARN of a Lambda function",
)


@declared
class LambdaSpec(StepSpec):
    """Call a Lambda function."""

    function: Annotated[StaticText, FUNCTION, Doc("ARN of the function.")]
    arguments: Annotated[
        MappingNode | None, Doc("The event that the function gets: single values by name.")
    ] = None
    outputs: OutputParameters
    cache: Cache | None = None


def check(spec: LambdaSpec) -> Iterator[Diagnostic]:
    """Find arguments that are no single values."""
    if spec.arguments is None:
        return
    for name, value in spec.arguments.members.items():
        if not isinstance(value, ScalarNode):
            found = "a mapping" if isinstance(value, MappingNode) else "a list"
            yield Diagnostic(
                code=codes.MEMBER_TYPE,
                message=f"`{name}` is {found}, a Lambda function gets single values",
                span=spec.arguments.key_span(name),
                hint="write it as text in JSON, and let the function parse it",
            )


LAMBDA = StepType(
    name="lambda",
    sagemaker_type="Lambda",
    spec=LambdaSpec,
    members=CALL_MEMBERS,
    beside=(Member("function", "FunctionArn"), OUTPUTS),
    describe_shape="pipeline:OutputParameters",
    named_outputs=output_parameters,
    check=check,
)
