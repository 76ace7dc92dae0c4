"""Conditions that always decide the same, or on nothing."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing
from compiler.expressions.bound import (
    Bound,
    Comparison,
    ConstantValue,
    Membership,
    ParameterValue,
    PropertyValue,
    parts,
)
from compiler.expressions.syntax import Expression
from compiler.lower import LoweredPipeline

OUTCOMES = ("true", "false")


def check_conditions(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find comparisons of literals, and of a value with a literal that it never is."""
    for step in lowered.steps.values():
        field = step.type.condition
        node = getattr(step.spec, f"{field}_", None) if field is not None else None
        expression = getattr(node, "value", None)
        if not isinstance(expression, Expression):
            continue
        for part in parts(lowered.resolved.bind(expression)):
            match part:
                case Comparison(left=ConstantValue(), right=ConstantValue()):
                    yield Diagnostic(
                        code=codes.CONSTANT_CONDITION,
                        message="two literals are compared, so the outcome is always the same",
                        span=expression.span,
                    )
                case Comparison(operator="==" | "!=", left=left, right=right):
                    yield from _check_values(lowered, expression, left, (right,))
                    yield from _check_values(lowered, expression, right, (left,))
                case Membership(values=()):
                    yield Diagnostic(
                        code=codes.NO_VALUES,
                        message="there are no values behind `in`",
                        span=expression.span,
                        hint="name at least one: `in ['a', 'b']`",
                    )
                case Membership(query=query, values=values):
                    yield from _check_values(lowered, expression, query, values)


def _check_values(
    lowered: LoweredPipeline, expression: Expression, asked: Bound, values: tuple[Bound, ...]
) -> Iterator[Diagnostic]:
    known = _values_of(lowered, asked)
    for value in values if known else ():
        if isinstance(value, ConstantValue) and value.value not in known:
            yield Diagnostic(
                code=codes.NEVER_EQUAL,
                message=f"`{value.value}` is none of the values that are compared with it:"
                f" {listing(known)}",
                span=expression.span,
                hint=did_you_mean(str(value.value), known),
            )


def _values_of(lowered: LoweredPipeline, asked: Bound) -> tuple[str, ...]:
    """Return all values that something can have; nothing if they are not known."""
    match asked:
        case ParameterValue(name=name):
            parameter = lowered.resolved.pipeline.spec.parameters.get(name)
            choices = parameter.enum if parameter is not None else ()
            return tuple(str(choice.value) for choice in choices)
        case PropertyValue(step=name, path="Outcome"):
            step = lowered.steps.get(name)
            is_condition = step is not None and step.sagemaker_type == "Condition"
            return OUTCOMES if is_condition else ()
        case _:
            return ()
