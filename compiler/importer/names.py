"""What expressions may say of each step of a definition."""

from collections.abc import Mapping, Sequence

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode
from compiler.importer.expressions import StepNames
from compiler.importer.form import RawStep
from compiler.importer.steps import lifted_fields
from compiler.importer.values import Values
from compiler.spec.build import build
from compiler.spec.step import StepSpec
from compiler.steps.request import located
from compiler.steps.step_type import Output, StepType

NOWHERE = SourceFile("", "").span(0, 0)


def names_of(
    steps: Sequence[RawStep], types: Mapping[str, StepType], text_parameters: frozenset[str]
) -> dict[str, StepNames]:
    """Return the names of each step: those of its type, and those that its fields declare."""
    known = {step.name: _names(types[step.name], {}) for step in steps}
    values = Values(steps=known, text_parameters=text_parameters)
    return {
        step.name: _names(types[step.name], _declared(step, types[step.name], values))
        for step in steps
    }


def _declared(step: RawStep, step_type: StepType, values: Values) -> Mapping[str, Output]:
    fields = located(lifted_fields(step, step_type, values), NOWHERE)
    if not isinstance(fields, MappingNode):
        return {}
    spec: StepSpec = build(step_type.spec, fields, Diagnostics(), name=step.name, span=NOWHERE)
    return step_type.named_outputs(spec)


def _names(step_type: StepType, declared: Mapping[str, Output]) -> StepNames:
    outputs: dict[str, tuple[str, ...]] = {}
    types = {}
    for path, output in (
        *(((name,), output) for name, output in step_type.outputs.items()),
        *((("outputs", name), output) for name, output in declared.items()),
    ):
        outputs.setdefault(output.path, path)
        types[path] = output.type
    return StepNames(outputs=outputs, describe_shape=step_type.describe_shape, types=types)
