"""Conditions of a definition, as the expression that compiles to them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from compiler.definition import COMPARISONS
from compiler.diagnostics.diagnostic import listing
from compiler.expressions.syntax import (
    Comparator,
    CompareTerm,
    InTerm,
    ListTerm,
    LogicTerm,
    NotTerm,
    Term,
)
from compiler.importer.expressions import StepNames, checked_text, term_of
from compiler.steps.members import Json

OPERATORS = {kind: cast("Comparator", operator) for operator, kind in COMPARISONS.items()}
MEMBERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(OPERATORS, ("LeftValue", "RightValue")),
    "In": ("QueryValue", "Values"),
    "Not": ("Condition",),
    "Or": ("Conditions",),
}


@dataclass(frozen=True, slots=True)
class NoConditionError(Exception):
    """What in a list of conditions is none, and the members and items that lead there."""

    message: str
    path: tuple[str | int, ...]


def condition_text(conditions: Json, steps: Mapping[str, StepNames]) -> str:
    """Return the expression of a list of conditions; raises NoConditionError."""
    terms = tuple(_all(conditions, (), steps))
    text = checked_text(terms[0] if len(terms) == 1 else LogicTerm("and", terms, 0, 0))
    if text is None:
        raise NoConditionError("the conditions are nested too deep", ())
    return text


def _all(
    conditions: Json, path: tuple[str | int, ...], steps: Mapping[str, StepNames]
) -> Iterator[Term]:
    if not isinstance(conditions, list) or not conditions:
        raise NoConditionError("expected a list of conditions", path)
    for index, condition in enumerate(conditions):
        yield _condition(condition, (*path, index), steps)


def _condition(
    condition: Json, path: tuple[str | int, ...], steps: Mapping[str, StepNames]
) -> Term:
    members = _members(condition, path)
    kind = str(members.pop("Type"))
    if kind == "Not":
        return _opposite(_condition(members["Condition"], (*path, "Condition"), steps))
    if kind == "Or":
        operands = tuple(_all(members["Conditions"], (*path, "Conditions"), steps))
        return operands[0] if len(operands) == 1 else LogicTerm("or", operands, 0, 0)
    if kind == "In":
        values, place = members["Values"], (*path, "Values")
        if not isinstance(values, list):
            raise NoConditionError("expected a list of values", place)
        items = [_operand(value, (*place, index), steps) for index, value in enumerate(values)]
        query = _operand(members["QueryValue"], (*path, "QueryValue"), steps)
        return InTerm(query, ListTerm(tuple(items), 0, 0), 0, 0)
    left, right = (_operand(members[name], (*path, name), steps) for name in MEMBERS[kind])
    return CompareTerm(OPERATORS[kind], left, right, 0, 0)


def _members(condition: Json, path: tuple[str | int, ...]) -> dict[str, Json]:
    if not isinstance(condition, dict):
        raise NoConditionError("expected a condition, which is an object with a `Type`", path)
    kind = condition.get("Type")
    members = MEMBERS.get(kind) if isinstance(kind, str) else None
    if members is None:
        place = (*path, "Type") if "Type" in condition else path
        raise NoConditionError(f"expected a `Type` of condition: {listing(MEMBERS)}", place)
    for name in condition.keys() - {"Type", *members}:
        raise NoConditionError(f"a condition `{kind}` has no member `{name}`", (*path, name))
    for name in members:
        if name not in condition:
            raise NoConditionError(f"the condition `{kind}` lacks its `{name}`", path)
    return dict(condition)


def _opposite(term: Term) -> Term:
    if isinstance(term, CompareTerm) and term.operator == "==":
        return CompareTerm("!=", term.left, term.right, 0, 0)
    return NotTerm(term, 0, 0)


def _operand(value: Json, path: tuple[str | int, ...], steps: Mapping[str, StepNames]) -> Term:
    term = term_of(value, steps)
    if term is None:
        raise NoConditionError("expected a single value or a reference", path)
    return term
