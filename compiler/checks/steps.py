"""Rules about parameters and the fields of steps taken together."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing
from compiler.document.node import ScalarNode, literal_of
from compiler.expressions.bound import ExecutionValue, parts
from compiler.expressions.syntax import Expression
from compiler.expressions.types import ANY, BOOLEAN, STRING, fits, type_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.resolve.scope import parameter_type
from compiler.schema.mends import as_boolean
from compiler.spec.fields import seconds
from compiler.spec.job import RetrySpec
from compiler.spec.pipeline import ParameterSpec
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import StepType

MAX_INTERVAL_SECONDS = 43_200
MAX_EXPIRE_MINUTES = 14_400


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
            message=f"a parameter of type {expected} can't be {shown(node)}",
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


def shown(node: ScalarNode) -> str:
    """Return a value as messages show it."""
    return f'"{node.value}"' if isinstance(node.value, str) else f"`{node.span.text.strip()}`"


def check_steps(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Apply each step type's own rules."""
    for spec in resolved.pipeline.steps.values():
        yield from STEP_TYPES[str(spec.type.value)].check(spec)


def check_raw_steps(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find raw steps of types that have fields of their own."""
    for spec in resolved.pipeline.steps.values():
        written = getattr(spec, "sagemaker_type", None)
        if not isinstance(written, ScalarNode):
            continue
        known = {STEP_TYPES[name].sagemaker_type: name for name in reversed(list(STEP_TYPES))}
        if written.value in known:
            yield Diagnostic(
                code=codes.CONFLICTING_FIELDS,
                message=f"`{written.value}` is a type that pipec knows",
                span=written.span,
                hint=f"write `type: {known[str(written.value)]}`, and its arguments in `request`",
            )


def check_conditions(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find steps that hold steps and name none."""
    for spec in resolved.pipeline.steps.values():
        held = STEP_TYPES[str(spec.type.value)].holds(spec)
        if held and not any(held.values()):
            is_loop = "body" in held
            sides = "steps" if is_loop else "then` or `else"
            yield Diagnostic(
                code=codes.MISSING_FIELD if is_loop else codes.NO_BRANCHES,
                message=f"the {spec.type.value} `{spec.name}` decides on nothing",
                span=spec.span,
                hint=f"name steps under `{sides}`",
            )


def check_retries(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find retry policies that SageMaker refuses."""
    for spec in resolved.pipeline.steps.values():
        policies: tuple[RetrySpec, ...] = getattr(spec, "retry", ())
        for policy in policies:
            yield from _check_retry(policy)
            yield from _check_exceptions(policy, STEP_TYPES[str(spec.type.value)])


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


def _check_exceptions(policy: RetrySpec, step_type: StepType) -> Iterator[Diagnostic]:
    for node in policy.on:
        if node.value not in step_type.exceptions:
            yield Diagnostic(
                code=codes.INVALID_VALUE,
                message=f"a {step_type.name} step never fails with `{node.value}`",
                span=node.span,
                hint=f"use {listing(step_type.exceptions)}",
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


def check_execution_variables(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find the name of a job asked for in a step that launches no such job."""
    for name, spec in resolved.pipeline.steps.items():
        launches = STEP_TYPES[str(spec.type.value)].launches
        for expression, bound in resolved.uses(name):
            for part in parts(bound):
                asked = part.name if isinstance(part, ExecutionValue) else ""
                if asked.endswith("JobName") and asked != launches:
                    kind = asked.removesuffix("JobName").lower()
                    yield Diagnostic(
                        code=codes.UNKNOWN_NAME,
                        message=f"a {spec.type.value} step launches no {kind} job to be named",
                        span=expression.span,
                    )
