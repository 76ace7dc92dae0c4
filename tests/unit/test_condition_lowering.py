"""Conditions mean in SageMaker's JSON what they mean in the expression, whatever the values are."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.definition import conditions_json, value_json
from compiler.expressions.bound import (
    Bound,
    Comparison,
    ConstantValue,
    FileValue,
    JoinedValue,
    Logic,
    Membership,
    Negation,
    ParameterValue,
)
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, STRING
from compiler.local.conditions import evaluate_conditions
from compiler.local.resolve import Scope

FLAGS = ("p", "q", "r")
TYPES_OF_CONDITION = {
    "Equals", "GreaterThan", "GreaterThanOrEqualTo", "LessThan", "LessThanOrEqualTo", "In",
    "Not", "Or",
}  # fmt: skip


def flag(name: str) -> Bound:
    return Comparison("==", ParameterValue(name, BOOLEAN), ConstantValue(value=True))


def truth(bound: Bound, values: dict[str, Any]) -> Any:
    """Return what an expression means, as Python says."""
    match bound:
        case ConstantValue(value=value):
            return value
        case ParameterValue(name=name):
            return values[name]
        case Comparison(operator=operator, left=left, right=right):
            pair = truth(left, values), truth(right, values)
            return {
                "==": pair[0] == pair[1],
                "!=": pair[0] != pair[1],
                "<": pair[0] < pair[1],
                "<=": pair[0] <= pair[1],
                ">": pair[0] > pair[1],
                ">=": pair[0] >= pair[1],
            }[operator]
        case Membership(query=query, values=items):
            return truth(query, values) in [truth(item, values) for item in items]
        case Negation(operand=operand):
            return not truth(operand, values)
        case Logic(operator="and", operands=operands):
            return all(truth(operand, values) for operand in operands)
        case Logic(operands=operands):
            return any(truth(operand, values) for operand in operands)
        case _:
            raise AssertionError(bound)


NUMBER = st.sampled_from(
    [ParameterValue("n", INTEGER), *(ConstantValue(value) for value in (0, 1, 2))]
)
LEAVES: st.SearchStrategy[Bound] = st.one_of(
    st.sampled_from(FLAGS).map(flag),
    st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), NUMBER, NUMBER),
    st.builds(Membership, NUMBER, st.lists(NUMBER, max_size=3).map(tuple)),
)


def _deeper(inner: st.SearchStrategy[Bound]) -> st.SearchStrategy[Bound]:
    operands = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Negation, inner), st.builds(Logic, st.sampled_from(["and", "or"]), operands)
    )


@settings(max_examples=300, deadline=None)
@given(st.recursive(LEAVES, _deeper, max_leaves=12))
def test_the_json_holds_exactly_when_the_expression_does(bound: Bound) -> None:
    conditions = conditions_json(bound)
    assert set(_types(conditions)) <= TYPES_OF_CONDITION
    for flags in itertools.product([True, False], repeat=len(FLAGS)):
        for n in (0, 1):
            values = {**dict(zip(FLAGS, flags, strict=True)), "n": n}
            found, _ = evaluate_conditions(conditions, Scope(roots={"Parameters": values}))
            assert found == truth(bound, values)


def _types(value: Any) -> list[str]:
    if isinstance(value, list):
        return [each for item in value for each in _types(item)]
    if not isinstance(value, dict):
        return []
    own = [value["Type"]] if "Type" in value else []
    return own + [each for item in value.values() for each in _types(item)]


EQUALS = {"Type": "Equals", "RightValue": True}
P, Q, R = ({**EQUALS, "LeftValue": {"Get": f"Parameters.{name}"}} for name in FLAGS)


def negated(condition: Any) -> dict[str, Any]:
    return {"Type": "Not", "Condition": condition}


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (Logic("and", (flag("p"), Logic("and", (flag("q"), flag("r"))))), [P, Q, R]),
        (Logic("or", (flag("p"), flag("q"))), [{"Type": "Or", "Conditions": [P, Q]}]),
        (Negation(flag("p")), [negated(P)]),
        (Negation(Negation(flag("p"))), [negated(negated(P))]),
        (Comparison("!=", ParameterValue("p", BOOLEAN), ConstantValue(value=True)), [negated(P)]),
        (
            Negation(Comparison("!=", ParameterValue("p", BOOLEAN), ConstantValue(value=True))),
            [negated(negated(P))],
        ),
        (
            Logic("or", (flag("p"), Logic("and", (flag("q"), Negation(flag("r")))))),
            [
                {
                    "Type": "Or",
                    "Conditions": [P, negated({"Type": "Or", "Conditions": [negated(Q), R]})],
                }
            ],
        ),
        (
            Negation(Logic("and", (flag("p"), flag("q")))),
            [{"Type": "Or", "Conditions": [negated(P), negated(Q)]}],
        ),
    ],
)
def test_and_below_the_top_becomes_a_negated_or(bound: Bound, expected: list[Any]) -> None:
    assert conditions_json(bound) == expected


WORD = ParameterValue("word", STRING)
RATE = ParameterValue("rate", FLOAT)
GET_WORD, GET_RATE = {"Get": "Parameters.word"}, {"Get": "Parameters.rate"}
LOSS = FileValue("s", "f", "loss", ANY)


def text(*values: Bound) -> Bound:
    return JoinedValue("", values)


def join(*values: Any, on: str = "") -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": list(values)}}


@pytest.mark.parametrize(
    ("bound", "expected"),
    [
        (text(WORD), GET_WORD),
        (text(RATE), join(GET_RATE)),
        (text(ConstantValue("a"), ConstantValue(1), ConstantValue(value=True)), "a1true"),
        (text(ConstantValue("a"), ConstantValue("b"), WORD), join("ab", GET_WORD)),
        (text(text(ConstantValue("a"), WORD), ConstantValue("b")), join("a", GET_WORD, "b")),
        (text(ConstantValue("a"), text(ConstantValue("b"), text(WORD))), join("ab", GET_WORD)),
        (
            JoinedValue("-", (ConstantValue("a"), ConstantValue(2), WORD)),
            join("a", "2", GET_WORD, on="-"),
        ),
        (JoinedValue("-", (ConstantValue("a"), ConstantValue(2.5))), "a-2.5"),
        (
            JoinedValue("-", (text(ConstantValue("a"), WORD), WORD)),
            join(join("a", GET_WORD), GET_WORD, on="-"),
        ),
        (
            text(ConstantValue("x"), JoinedValue("-", (WORD, RATE))),
            join("x", join(GET_WORD, GET_RATE, on="-")),
        ),
        (
            text(LOSS),
            join({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.s.PropertyFiles.f"},
                                  "Path": "loss"}}),
        ),
    ],
)  # fmt: skip
def test_a_join_is_as_flat_as_it_can_be(bound: Bound, expected: Any) -> None:
    assert value_json(bound) == expected
