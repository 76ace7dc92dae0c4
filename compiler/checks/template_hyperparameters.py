"""The hyperparameters of a step, and the ranges of a tuning, against those of its template."""

from collections.abc import Iterator
from typing import Protocol

from compiler.checks.steps import shown
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import Node, ScalarNode, SequenceNode, literal_of
from compiler.document.scalars import plain_scalar
from compiler.expressions.syntax import Expression
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, fits, type_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.schema.mends import as_boolean
from compiler.spec.fields import Table
from compiler.spec.template import HyperparameterSpec, TemplateSpec
from compiler.steps.training_job import RESERVED_HYPERPARAMETERS
from compiler.steps.tuning_ranges import RangeSpec

NO_RANGES: Table[RangeSpec] = Table({}, {})


def described(description: ScalarNode | None) -> str | None:
    """Return the hint that says what is missing."""
    return f"it is: {description.value}" if description is not None else None


class _Job(Protocol):
    """The fields of a training job that its template is held against."""

    @property
    def span(self) -> Span:
        """Where the job stands."""

    @property
    def hyperparameters(self) -> Table[Node]:
        """The values that it is given."""


def check_hyperparameters(
    job: _Job, template: TemplateSpec, resolved: ResolvedPipeline
) -> Iterator[Diagnostic]:
    """Hold the values of a job, and the ranges of a tuning, against what the template reads."""
    ranges: Table[RangeSpec] = getattr(job, "ranges", NO_RANGES)
    yield from _check_values(job.hyperparameters, template, resolved)
    yield from _check_ranges(ranges, template)
    for name, declared in template.hyperparameters:
        is_required = declared.required is not None and declared.required.value is True
        if is_required and name not in job.hyperparameters and name not in ranges:
            yield Diagnostic(
                code=codes.MISSING_HYPERPARAMETER,
                message=f"the template needs the hyperparameter `{name}`",
                span=job.hyperparameters.span or job.span,
                hint=described(declared.description),
            )


def _check_ranges(ranges: Table[RangeSpec], template: TemplateSpec) -> Iterator[Diagnostic]:
    for name, tuned in ranges:
        declared = template.hyperparameters.get(name)
        if declared is None:
            yield _unknown(name, ranges.key_spans[name], template)
            continue
        kind, of = str(declared.type.value), str(tuned.type.value) if tuned.type else ""
        if (of == "continuous" and kind != "number") or (
            of == "integer" and kind not in ("integer", "number")
        ):
            yield Diagnostic(
                code=codes.TYPE_MISMATCH,
                message=f"the template reads {KIND_NOUNS[kind]} as `{name}`, this is a range of"
                f" type `{of}`",
                span=tuned.type.span if tuned.type else tuned.span,
            )
            continue
        for node in (tuned.min, tuned.max, *tuned.values):
            if node is not None and not isinstance(node.value, Expression):
                yield from _check_hyperparameter(name, node, declared)


def _unknown(name: str, place: Span, template: TemplateSpec) -> Diagnostic:
    known = list(template.hyperparameters.entries)
    return Diagnostic(
        code=codes.UNKNOWN_HYPERPARAMETER,
        message=f"the template reads no hyperparameter `{name}`",
        span=place,
        hint=did_you_mean(name, known) or f"it reads {listing(known) or 'nothing'}",
    )


def _check_values(
    given: Table[Node], template: TemplateSpec, resolved: ResolvedPipeline
) -> Iterator[Diagnostic]:
    for name, node in given:
        declared = template.hyperparameters.get(name)
        if declared is None and name not in RESERVED_HYPERPARAMETERS:
            yield _unknown(name, given.key_spans[name], template)
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
        return
    for choice in resolved.choices_of(expression):
        # Of a value that is a parameter's, only what the template says is left to be checked.
        if fits(type_of(literal_of(choice)), found):
            yield from _check_bounds(name, choice, declared)


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
    yield from _check_bounds(name, node, declared)


def _check_bounds(
    name: str, node: ScalarNode, declared: HyperparameterSpec
) -> Iterator[Diagnostic]:
    value = literal_of(node)
    choices = [literal_of(choice) for choice in declared.enum]
    if choices and value not in choices:
        texts = [str(choice) for choice in choices]
        yield Diagnostic(
            code=codes.INVALID_VALUE,
            message=f"`{name}` is {shown(node)}, the template takes {listing(texts)}",
            span=node.span,
            hint=did_you_mean(str(value), texts),
        )
    if not isinstance(value, int | float) or isinstance(value, bool):
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
