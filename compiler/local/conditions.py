"""Evaluate the conditions of a condition step, with SageMaker's rules for types."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.local.resolve import (
    Json,
    Scope,
    UnresolvedReferenceError,
    described,
    kind_of,
    resolve,
)

COMPARISONS: Mapping[str, tuple[str, Callable[[Json, Json], bool]]] = MappingProxyType(
    {
        "Equals": ("==", operator.eq),
        "GreaterThan": (">", operator.gt),
        "GreaterThanOrEqualTo": (">=", operator.ge),
        "LessThan": ("<", operator.lt),
        "LessThanOrEqualTo": ("<=", operator.le),
    }
)

# Of a string that is compared, so many letters are shown.
LONGEST = 60


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
            return _compare(type_, _operand(left, scope), _operand(right, scope))
        case {"Type": "In", "QueryValue": query, "Values": list(values)}:
            return _contains(_operand(query, scope), [_operand(value, scope) for value in values])
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


@dataclass(frozen=True, kw_only=True, slots=True)
class _Operand:
    """What is compared: its value, and how it is shown, behind its name if it is a reference."""

    value: Json
    text: str


def _operand(written: Json, scope: Scope) -> _Operand:
    value = resolve(written, scope)
    name = _name(written)
    return _Operand(value=value, text=f"{name} {_literal(value)}" if name else _literal(value))


def _name(written: Json) -> str | None:
    """Return the short name of what is referred to; it tells two of them apart, no more."""
    match written:
        case {"Get": str(path)}:
            root, _, rest = path.partition(".")
            return rest if root == "Steps" else f"{root.lower()}.{rest}"
        case {"Std:JsonGet": {"PropertyFile": {"Get": str(file)}, "Path": str(path)}}:
            return f"{file.rpartition('.')[2]}.{path.removeprefix('$').removeprefix('.')}"
        case {"Std:JsonGet": {"Path": str(path)}}:
            return path.removeprefix("$").removeprefix(".")
        case _:
            return None


def _compare(type_: str, left: _Operand, right: _Operand) -> Evaluated:
    sign, compare = COMPARISONS[type_]
    text = f"{left.text} {sign} {right.text}"
    _check_alike(text, left.value, right.value)
    if isinstance(left.value, bool) and sign != "==":
        raise UnresolvedReferenceError(text, "Booleans have no order")
    return Evaluated(text=text, result=compare(left.value, right.value))


def _contains(query: _Operand, values: list[_Operand]) -> Evaluated:
    text = f"{query.text} in [{', '.join(value.text for value in values)}]"
    for value in values:
        _check_alike(text, query.value, value.value)
    return Evaluated(text=text, result=query.value in [value.value for value in values])


def _check_alike(text: str, left: Json, right: Json) -> None:
    for value in (left, right):
        if isinstance(value, dict | list) or value is None:
            raise UnresolvedReferenceError(text, f"{described(value)} cannot be compared")
    if kind_of(left) != kind_of(right):
        reason = f"{kind_of(left)} cannot be compared with {kind_of(right)}"
        raise UnresolvedReferenceError(text, reason)


def _literal(value: Json) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:.6g}"
        case str() if len(value) > LONGEST:
            return repr(f"{value[:LONGEST]}…")
        case _:
            return repr(value)
