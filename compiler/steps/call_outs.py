"""What steps that call something outside have in common: free arguments, and declared outputs."""

from typing import Annotated, Any, TypeAlias

from compiler.diagnostics.span import Span
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, STRING
from compiler.spec.fields import Choice, Doc, Keys, Length, StaticText, Table
from compiler.steps.codecs import OUTPUT_PARAMETERS, OUTPUT_TYPES, STRUCTURE
from compiler.steps.members import Member, Naming
from compiler.steps.request import RequestValue
from compiler.steps.step_type import Output

TYPES = {"string": STRING, "integer": INTEGER, "boolean": BOOLEAN, "float": FLOAT}

OutputParameters: TypeAlias = Annotated[
    Table[Annotated[StaticText, Choice(tuple(OUTPUT_TYPES))]],
    Keys(r"^[^'\[\]]{1,256}$", "at most 256 characters, without quotes and brackets"),
    Length(maximum=50),
    Doc("What the answer has in it: a type for each name."),
]


def _none(naming: Naming, span: Span) -> RequestValue:  # noqa: ARG001
    return []


CALL_MEMBERS = (Member("arguments", "", STRUCTURE),)
OUTPUTS = Member("outputs", "OutputParameters", OUTPUT_PARAMETERS, default=_none)


def output_parameters(spec: Any) -> dict[str, Output]:
    """Return what `steps.S.outputs.<name>` stands for."""
    return {
        name: Output(TYPES.get(str(kind.value), ANY), f"OutputParameters['{name}']")
        for name, kind in spec.outputs
    }
