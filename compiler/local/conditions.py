"""Evaluate the conditions of a condition step, with SageMaker's rules for types."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.local.resolve import Json, Scope, UnresolvedReferenceError, kind_of, resolve

COMPARISONS: Mapping[str, tuple[str, Callable[[Json, Json], bool]]] = MappingProxyType(
    {
        "Equals": ("==", operator.eq),
        "GreaterThan": (">", operator.gt),
        "GreaterThanOrEqualTo": (">=", operator.ge),
        "LessThan": ("<", operator.lt),
        "LessThanOrEqualTo": ("<=", operator.le),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluated:
    """A condition with its values filled in, and what came out."""

    text: str
    result: bool


def evaluate_conditions(conditions: list[Json], scope: Scope) -> tuple[bool, tuple[Evaluated, ...]]:
    """Return whether all conditions hold, and each of them; all are evaluated."""
    evaluated = tuple(evaluate(condition, scope) for condition in conditions)
    return all(each.result for each in evaluated), evaluated


def evaluate(condition: Json, scope: Scope) -> Evaluated:
    """Evaluate one condition."""
    match condition:
        case {"Type": str(type_), "LeftValue": left, "RightValue": right} if type_ in COMPARISONS:
            return _compare(type_, resolve(left, scope), resolve(right, scope))
        case {"Type": "In", "QueryValue": query, "Values": list(values)}:
            return _contains(resolve(query, scope), [resolve(value, scope) for value in values])
        case {"Type": "Not", "Condition": inner}:
            evaluated = evaluate(inner, scope)
            return Evaluated(text=f"not ({evaluated.text})", result=not evaluated.result)
        case {"Type": "Or", "Conditions": list(inner)}:
            parts = [evaluate(each, scope) for each in inner]
            text = " or ".join(f"({part.text})" for part in parts)
            return Evaluated(text=text, result=any(part.result for part in parts))
        case _:
            kind = condition.get("Type") if isinstance(condition, dict) else condition
            raise UnresolvedReferenceError(str(kind), "is not a condition that SageMaker knows")


def _compare(type_: str, left: Json, right: Json) -> Evaluated:
    sign, compare = COMPARISONS[type_]
    text = f"{_literal(left)} {sign} {_literal(right)}"
    _check_alike(text, left, right)
    if isinstance(left, bool) and sign != "==":
        raise UnresolvedReferenceError(text, "Booleans have no order")
    return Evaluated(text=text, result=compare(left, right))


def _contains(query: Json, values: list[Json]) -> Evaluated:
    text = f"{_literal(query)} in [{', '.join(_literal(value) for value in values)}]"
    for value in values:
        _check_alike(text, query, value)
    return Evaluated(text=text, result=query in values)


def _check_alike(text: str, left: Json, right: Json) -> None:
    for value in (left, right):
        if isinstance(value, dict | list) or value is None:
            raise UnresolvedReferenceError(text, f"{kind_of(value)} cannot be compared")
    if kind_of(left) != kind_of(right):
        reason = f"{kind_of(left)} cannot be compared with {kind_of(right)}"
        raise UnresolvedReferenceError(text, reason)


def _literal(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.6g}"
        case _:
            return repr(value)
