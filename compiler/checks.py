"""What no schema can say: the rules about a pipeline's fields taken together."""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode, literal_of, scalars
from compiler.document.scalars import plain_scalar
from compiler.expressions.bound import ExecutionValue, parts
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import OPEN, Expression, paths
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, STRING, fits, type_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.resolve.scope import parameter_type
from compiler.schema.mends import as_boolean
from compiler.spec.fields import Table, seconds
from compiler.spec.job import RetrySpec
from compiler.spec.pipeline import ParameterSpec
from compiler.spec.step import StepSpec
from compiler.spec.template import HyperparameterSpec, TemplateSpec
from compiler.steps import STEP_TYPES
from compiler.steps.condition import ConditionSpec
from compiler.steps.register_model import STEP_EXCEPTIONS, RegisterModelSpec
from compiler.steps.training import RESERVED_HYPERPARAMETERS

MAX_INTERVAL_SECONDS = 43_200
MAX_EXPIRE_MINUTES = 14_400
JOB_NAMES = {"TrainingJobName": "training", "ProcessingJobName": "processing"}

Check: TypeAlias = Callable[[ResolvedPipeline], Iterator[Diagnostic]]


def check_parameters(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find defaults and enums that are not of the parameter's type."""
    for _, parameter in resolved.pipeline.spec.parameters:
        yield from _check_parameter(parameter)


def _check_parameter(parameter: ParameterSpec) -> Iterator[Diagnostic]:
    expected = parameter_type(parameter)
    wrong = False
    for node in (*parameter.enum, *((parameter.default,) if parameter.default else ())):
        found = type_of(literal_of(node))
        if isinstance(node.value, Expression) or fits(found, expected):
            continue
        wrong = True
        boolean = as_boolean(node.value) if expected == BOOLEAN else None
        quote = f'put quotes around it: "{node.value}"' if expected == STRING else None
        unquote = "take the quotes away" if node.quoted and expected != STRING else None
        yield Diagnostic(
            code=codes.INVALID_DEFAULT,
            message=f"a parameter of type {expected} can't be {_shown(node)}",
            span=node.span,
            hint=boolean or quote or unquote,
        )
    if parameter.enum and expected not in (STRING, ANY):
        yield Diagnostic(
            code=codes.INVALID_DEFAULT,
            message=f"only parameters of type string have an `enum`, this is of type {expected}",
            span=parameter.enum[0].span,
        )
    elif parameter.enum and parameter.default is not None and not wrong:
        choices = [literal_of(node) for node in parameter.enum]
        default = literal_of(parameter.default)
        if default not in choices and not isinstance(parameter.default.value, Expression):
            names = [str(choice) for choice in choices]
            yield Diagnostic(
                code=codes.INVALID_DEFAULT,
                message=f"the default `{default}` is not in the `enum`: {listing(names)}",
                span=parameter.default.span,
                hint=did_you_mean(str(default), names),
            )


def _shown(node: ScalarNode) -> str:
    return f'"{node.value}"' if isinstance(node.value, str) else f"`{node.span.text.strip()}`"


def check_steps(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Apply each step type's own rules."""
    for spec in resolved.pipeline.steps.values():
        yield from STEP_TYPES[str(spec.type.value)].check(spec)


def check_conditions(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find conditions that decide on nothing."""
    for spec in resolved.pipeline.steps.values():
        if isinstance(spec, ConditionSpec) and not spec.then and not spec.else_:
            yield Diagnostic(
                code=codes.MISSING_FIELD,
                message=f"the condition `{spec.name}` decides on nothing",
                span=spec.span,
                hint="name steps under `then` or `else`",
            )


def check_retries(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find retry policies that SageMaker refuses."""
    for spec in resolved.pipeline.steps.values():
        policies: tuple[RetrySpec, ...] = getattr(spec, "retry", ())
        for policy in policies:
            yield from _check_retry(policy)
            if isinstance(spec, RegisterModelSpec):
                yield from _check_exceptions(policy)


def _check_retry(policy: RetrySpec) -> Iterator[Diagnostic]:
    if policy.attempts is not None and policy.expire_after is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`attempts` and `expire_after` both say when to give up",
            span=policy.expire_after.span,
            hint="take one of them out",
        )
    for node, limit, unit in (
        (policy.interval, MAX_INTERVAL_SECONDS, 1),
        (policy.expire_after, MAX_EXPIRE_MINUTES * 60, 60),
    ):
        if node is not None and not isinstance(node.value, Expression):
            yield from _check_duration(node, limit, unit)


def _check_duration(node: ScalarNode, limit: int, unit: int) -> Iterator[Diagnostic]:
    length = seconds(node)
    if length > limit:
        yield Diagnostic(
            code=codes.OUT_OF_RANGE,
            message=f"`{node.value}` is {length:,} seconds, expected at most {limit:,}",
            span=node.span,
        )
    elif length % unit:
        yield Diagnostic(
            code=codes.OUT_OF_RANGE,
            message=f"`{node.value}` is no whole number of minutes",
            span=node.span,
        )


def _check_exceptions(policy: RetrySpec) -> Iterator[Diagnostic]:
    for node in policy.on:
        if node.value not in STEP_EXCEPTIONS:
            yield Diagnostic(
                code=codes.INVALID_VALUE,
                message=f"a step without a job never fails with `{node.value}`",
                span=node.span,
                hint=f"use {listing(STEP_EXCEPTIONS)}",
            )


def check_storage(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find steps that need a place in S3 which the pipeline does not name."""
    if resolved.pipeline.spec.storage is not None:
        return
    for spec in resolved.pipeline.steps.values():
        place = STEP_TYPES[str(spec.type.value)].needs_storage(spec)
        if place is not None:
            yield Diagnostic(
                code=codes.MISSING_STORAGE,
                message="the pipeline names no `storage` to keep this in",
                span=place,
                hint="add `storage: s3://bucket/prefix` to the pipeline",
            )
            return


def check_templates(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Hold each step against the contract of its template."""
    for name, template in resolved.templates.items():
        spec = resolved.pipeline.steps[name]
        yield from _check_inputs(spec, template)
        hyperparameters: Table[ScalarNode] | None = getattr(spec, "hyperparameters", None)
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
                hint=hint or f"it reads {listing(known)}",
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
    given: Table[ScalarNode], template: TemplateSpec, resolved: ResolvedPipeline
) -> Iterator[Diagnostic]:
    known = list(template.hyperparameters.entries)
    for name, node in given:
        declared = template.hyperparameters.get(name)
        if declared is None and name not in RESERVED_HYPERPARAMETERS:
            yield Diagnostic(
                code=codes.UNKNOWN_HYPERPARAMETER,
                message=f"the template reads no hyperparameter `{name}`",
                span=given.key_spans[name],
                hint=did_you_mean(name, known) or f"it reads {listing(known)}",
            )
        elif declared is not None and isinstance(node.value, Expression):
            yield from _check_reference(name, node, node.value, declared, resolved)
        elif declared is not None:
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
            message=f"`{name}` is {_shown(node)}, the template reads {KIND_NOUNS[kind]}",
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


def check_execution_variables(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find the name of a job asked for in a step that launches no such job."""
    for name, spec in resolved.pipeline.steps.items():
        for expression, bound in resolved.uses(name):
            for part in parts(bound):
                kind = JOB_NAMES.get(part.name) if isinstance(part, ExecutionValue) else None
                if kind is not None and kind != spec.type.value:
                    yield Diagnostic(
                        code=codes.UNKNOWN_NAME,
                        message=f"a {spec.type.value} step launches no {kind} job to be named",
                        span=expression.span,
                    )


CHECKS: tuple[Check, ...] = (
    check_execution_variables,
    check_parameters,
    check_steps,
    check_conditions,
    check_retries,
    check_storage,
    check_templates,
)


def unused_names(root: MappingNode) -> Iterator[Diagnostic]:
    """Find parameters and variables of a document, as written, that no expression names."""
    used: set[tuple[str, str]] = set()
    for scalar in scalars(root):
        if isinstance(scalar.value, str) and OPEN in scalar.value:
            try:
                term = parse(scalar.value)
            except ExpressionError:
                continue
            used |= {
                (path.context, str(path.segments[1].value))
                for path in paths(term)
                if len(path.segments) > 1
            }
    for section, code, noun in (
        ("parameters", codes.UNUSED_PARAMETER, "parameter"),
        ("vars", codes.UNUSED_VARIABLE, "variable"),
    ):
        declared = root.get(section)
        if not isinstance(declared, MappingNode):
            continue
        for name in declared.members:
            if (section, name) not in used:
                message = f"the {noun} `{name}` is used nowhere"
                yield Diagnostic(code=code, message=message, span=declared.key_span(name))
