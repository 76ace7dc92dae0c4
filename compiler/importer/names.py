"""What expressions may say of each step of a definition."""

from collections.abc import Iterator, Mapping, Sequence

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode, ScalarNode
from compiler.expressions.parse import parse
from compiler.expressions.syntax import Expression
from compiler.importer.expressions import StepNames
from compiler.importer.form import RawStep
from compiler.importer.steps import lifted_fields
from compiler.importer.values import Values
from compiler.schema.validate import validate_pipeline
from compiler.spec.build import build
from compiler.spec.step import StepSpec
from compiler.steps.codecs import Reference
from compiler.steps.members import Json
from compiler.steps.request import located
from compiler.steps.step_type import Output, StepType

NOWHERE = SourceFile("", "").span(0, 0)


def names_of(
    steps: Sequence[RawStep], types: Mapping[str, StepType], text_parameters: frozenset[str]
) -> dict[str, StepNames]:
    """Return the names of each step: those of its type, and those that its fields declare."""
    known = {step.name: _names(types[step.name], {}) for step in steps}
    values = Values(steps=known, text_parameters=text_parameters)
    fields = {step.name: lifted_fields(step, types[step.name], values) for step in steps}
    declared = dict(_declared(fields, types))
    return {name: _names(types[name], declared.get(name, {})) for name in fields}


def _declared(
    fields: Mapping[str, Json], types: Mapping[str, StepType]
) -> Iterator[tuple[str, Mapping[str, Output]]]:
    """Yield the outputs that each step declares by name, as far as its fields are right."""
    steps = _with_expressions(dict(fields))
    document = located({"kind": "Pipeline", "name": "x", "steps": steps}, NOWHERE)
    assert isinstance(document, MappingNode)  # noqa: S101 - as it is a dict
    validated = validate_pipeline(document, Diagnostics())
    if validated is None:
        return
    for name, node in validated.steps.members.items():
        if name in validated.broken:
            continue
        found = Diagnostics()
        spec: StepSpec = build(types[name].spec, node, found, name=name, span=NOWHERE)
        if not found.has_errors:
            yield name, types[name].named_outputs(spec)


def _with_expressions(value: Json) -> Json:
    match value:
        case Reference():
            return ScalarNode(Expression(str(value), parse(value), NOWHERE), NOWHERE)
        case dict():
            return {name: _with_expressions(item) for name, item in value.items()}
        case list():
            return [_with_expressions(item) for item in value]
        case _:
            return value


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
