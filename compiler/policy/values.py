"""What a value of a request can be: itself, or what a run may choose for it."""

from dataclasses import dataclass

from compiler.diagnostics.span import Span
from compiler.document.node import Literal, Node, ScalarNode
from compiler.expressions.bound import (
    Bound,
    ConstantValue,
    ParameterValue,
    PropertyValue,
    Unknown,
)
from compiler.expressions.syntax import Expression
from compiler.resolve.pipeline import ResolvedPipeline, in_sequence

MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """One value, or what one begins with; `via` is the place that a parameter brings it to."""

    value: Literal
    span: Span
    via: Span | None = None
    is_whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Values:
    """The values that are known of one; unless it `is_proved`, a run may choose another."""

    known: tuple[Value, ...]
    is_proved: bool
    span: Span


def values_of(node: Node | None, resolved: ResolvedPipeline) -> Values | None:
    """Return what a scalar can be; None for nothing, and for what is no scalar."""
    if not isinstance(node, ScalarNode) or node.value is None:
        return None
    known: tuple[Value, ...]
    if not isinstance(node.value, Expression):
        known = (Value(value=node.value, span=node.span, via=node.via),)
        return Values(known=known, is_proved=True, span=node.span)
    expression = node.value
    bound = resolved.bind(expression)
    if isinstance(bound, ParameterValue):
        choices = resolved.choices_of(expression)
        known = tuple(
            Value(value=choice.value, span=choice.span, via=expression.span)
            for choice in choices
            if not isinstance(choice.value, Expression)
        )
        return Values(known=known, is_proved=_is_closed(bound, resolved), span=expression.span)
    if isinstance(bound, ConstantValue):
        known = (Value(value=bound.value, span=expression.span),)
        return Values(known=known, is_proved=True, span=expression.span)
    texts, is_whole, is_proved = _texts(list(in_sequence(bound)), resolved)
    known = tuple(
        Value(value=text, span=expression.span, is_whole=is_whole) for text in texts if text
    )
    return Values(known=known, is_proved=is_proved, span=expression.span)


def _is_closed(parameter: ParameterValue, resolved: ResolvedPipeline) -> bool:
    declared = resolved.pipeline.spec.parameters.get(parameter.name)
    return declared is not None and bool(declared.enum)


def _texts(values: list[Bound], resolved: ResolvedPipeline) -> tuple[tuple[str, ...], bool, bool]:
    """Return what a text can begin with, whether that is all of it, and whether it is proved.

    What another step has made is where that step has put it, which is looked at there.
    """
    texts, is_proved = [""], True
    for value in values:
        match value:
            case ConstantValue(value=constant):
                texts = [text + str(constant) for text in texts]
            case ParameterValue(name=name):
                declared = resolved.pipeline.spec.parameters.get(name)
                if declared is None or not (declared.enum or declared.default):
                    return tuple(texts), False, False
                choices = declared.enum or (declared.default,)
                is_proved = is_proved and bool(declared.enum)
                texts = [f"{text}{each.value}" for text in texts for each in choices if each][:MOST]
            case _:
                return tuple(texts), False, is_proved and isinstance(value, PropertyValue | Unknown)
    return tuple(texts), True, is_proved
