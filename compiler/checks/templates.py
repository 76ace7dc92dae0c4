"""What a step says held against the contract of its template."""

from collections.abc import Iterator, Mapping

from compiler.checks.steps import shown
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import Node, ScalarNode, SequenceNode, literal_of
from compiler.document.scalars import plain_scalar
from compiler.expressions.bound import (
    ConstantValue,
    JoinedValue,
    PropertyValue,
)
from compiler.expressions.syntax import Expression, InterpolationTerm
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, fits
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.schema.mends import as_boolean
from compiler.spec.fields import Table
from compiler.spec.step import StepSpec
from compiler.spec.template import HyperparameterSpec, TemplateSpec
from compiler.steps import STEP_TYPES
from compiler.steps.training_job import RESERVED_HYPERPARAMETERS


def check_templates(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Hold each step against the contract of its template."""
    for name, template in resolved.templates.items():
        spec = resolved.pipeline.steps[name]
        yield from _check_inputs(spec, template)
        hyperparameters: Table[Node] | None = getattr(spec, "hyperparameters", None)
        if hyperparameters is not None:
            yield from _check_hyperparameters(hyperparameters, template, resolved)
        yield from _check_outputs(spec, template)


def _check_inputs(spec: StepSpec, template: TemplateSpec) -> Iterator[Diagnostic]:
    given: Mapping[str, Span] = STEP_TYPES[str(spec.type.value)].inputs(spec)
    known = list(template.channels.entries)
    meant = set()
    for name, span in given.items():
        if name not in template.channels:
            hint = did_you_mean(name, known)
            meant.add(near_name(name, known))
            yield Diagnostic(
                code=codes.UNKNOWN_INPUT,
                message=f"the template reads no input `{name}`",
                span=span,
                hint=hint or f"it reads {listing(known) or 'nothing'}",
            )
    for name, channel in template.channels:
        required = channel.required is None or channel.required.value is True
        if required and name not in given and name not in meant:
            yield Diagnostic(
                code=codes.MISSING_INPUT,
                message=f"the template needs the input `{name}`",
                span=_place_of_inputs(spec),
                hint=_described(channel.description),
            )


def _place_of_inputs(spec: StepSpec) -> Span:
    inputs: Table[object] = getattr(spec, "inputs", Table({}, {}))
    return inputs.span or spec.span


def _described(description: ScalarNode | None) -> str | None:
    return f"it is: {description.value}" if description is not None else None


def _check_hyperparameters(
    given: Table[Node], template: TemplateSpec, resolved: ResolvedPipeline
) -> Iterator[Diagnostic]:
    known = list(template.hyperparameters.entries)
    for name, node in given:
        declared = template.hyperparameters.get(name)
        if declared is None and name not in RESERVED_HYPERPARAMETERS:
            yield Diagnostic(
                code=codes.UNKNOWN_HYPERPARAMETER,
                message=f"the template reads no hyperparameter `{name}`",
                span=given.key_spans[name],
                hint=did_you_mean(name, known) or f"it reads {listing(known) or 'nothing'}",
            )
        elif declared is not None:
            yield from _check_declared(name, node, given.key_spans[name], declared, resolved)


def _check_declared(
    name: str,
    node: Node,
    place: Span,
    declared: HyperparameterSpec,
    resolved: ResolvedPipeline,
) -> Iterator[Diagnostic]:
    if not isinstance(node, ScalarNode):
        found = "a list" if isinstance(node, SequenceNode) else "a mapping"
        kind = KIND_NOUNS[str(declared.type.value)]
        yield Diagnostic(
            code=codes.TYPE_MISMATCH,
            message=f"`{name}` is {found}, the template reads {kind}",
            span=place,
        )
    elif isinstance(node.value, Expression):
        yield from _check_reference(name, node, node.value, declared, resolved)
    else:
        yield from _check_hyperparameter(name, node, declared)


KIND_NOUNS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "string": "a text",
}
REFERENCE_TYPES = {"integer": INTEGER, "number": FLOAT, "boolean": BOOLEAN, "string": ANY}
HYPERPARAMETER_TYPES: dict[str, tuple[type, ...]] = {
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "string": (str,),
}


def _check_reference(
    name: str,
    node: ScalarNode,
    expression: Expression,
    declared: HyperparameterSpec,
    resolved: ResolvedPipeline,
) -> Iterator[Diagnostic]:
    kind, found = str(declared.type.value), resolved.type_of(expression)
    if not fits(found, REFERENCE_TYPES[kind]):
        yield Diagnostic(
            code=codes.TYPE_MISMATCH,
            message=f"the template reads {KIND_NOUNS[kind]} as `{name}`, this is of type {found}",
            span=node.span,
        )


def _check_hyperparameter(
    name: str, node: ScalarNode, declared: HyperparameterSpec
) -> Iterator[Diagnostic]:
    kind, value = str(declared.type.value), literal_of(node)
    is_bool = isinstance(value, bool)
    if not isinstance(value, HYPERPARAMETER_TYPES[kind]) or is_bool != (kind == "boolean"):
        yield Diagnostic(
            code=codes.TYPE_MISMATCH,
            message=f"`{name}` is {shown(node)}, the template reads {KIND_NOUNS[kind]}",
            span=node.span,
            hint=_type_hint(node, kind),
        )
        return
    if not isinstance(value, int | float) or is_bool:
        return
    for bound, word in ((declared.minimum, "least"), (declared.maximum, "most")):
        limit = literal_of(bound) if bound is not None else None
        if not isinstance(limit, int | float):
            continue
        if value < limit if word == "least" else value > limit:
            message = f"`{name}` is {value}, expected at {word} {limit}"
            yield Diagnostic(code=codes.OUT_OF_RANGE, message=message, span=node.span)


def _type_hint(node: ScalarNode, kind: str) -> str | None:
    if kind == "string":
        return f'put quotes around it: "{node.span.text}"'
    if kind == "boolean":
        return as_boolean(node.value)
    is_number = isinstance(plain_scalar(str(node.value)), int | float)
    return "take the quotes away" if node.quoted and is_number else None


def _check_outputs(spec: StepSpec, template: TemplateSpec) -> Iterator[Diagnostic]:
    step_type = STEP_TYPES[str(spec.type.value)]
    known = list(template.outputs.entries)
    if not known:
        return
    spans: Mapping[str, Span] = getattr(getattr(spec, "outputs", None), "key_spans", {})
    for name in step_type.named_outputs(spec):
        if name not in template.outputs:
            yield Diagnostic(
                code=codes.UNKNOWN_OUTPUT,
                message=f"the template writes no output `{name}`",
                span=spans[name],
                hint=did_you_mean(name, known) or f"it writes {listing(known)}",
            )
    for file in step_type.files(spec).values():
        declared = template.outputs.get(file.output)
        files = declared.files.members if declared is not None and declared.files else {}
        if declared is not None and file.path not in files:
            yield Diagnostic(
                code=codes.UNKNOWN_OUTPUT,
                message=f"the template writes no `{file.path}` into `{file.output}`",
                span=file.span,
                hint=did_you_mean(file.path, files) or f"it writes {listing(files)}",
            )


def check_files_by_path(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find JSON files that are named below an output whose template writes no such file."""
    for name in resolved.pipeline.steps:
        for expression, bound in resolved.uses(name):
            match bound, expression.root:
                case (
                    JoinedValue("", (PropertyValue() as output, ConstantValue(str() as end))),
                    InterpolationTerm(parts=(_, part)),
                ) if end.startswith("/") and end.endswith(".json"):
                    yield from _check_file(resolved, output, end[1:], expression.place(part))


def _check_file(
    resolved: ResolvedPipeline, output: PropertyValue, path: str, place: Span
) -> Iterator[Diagnostic]:
    template, step = resolved.templates.get(output.step), resolved.pipeline.steps[output.step]
    named = STEP_TYPES[str(step.type.value)].named_outputs(step)
    name = next((name for name, each in named.items() if each.path == output.path), "")
    declared = template.outputs.get(name) if template is not None else None
    files = declared.files.members if declared is not None and declared.files else {}
    if files and path not in files:
        yield Diagnostic(
            code=codes.UNKNOWN_OUTPUT,
            message=f"the template writes no `{path}` into `{name}`",
            span=place,
            hint=did_you_mean(path, files) or f"it writes {listing(files)}",
        )
