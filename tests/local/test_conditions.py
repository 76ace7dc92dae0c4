"""Conditions follow the service's rules for types."""

from typing import Any

import pytest

from compiler.local.conditions import evaluate, evaluate_conditions
from compiler.local.resolve import Scope, UnresolvedReferenceError
from tests.local.world import equals

SCOPE = Scope(
    roots={"Parameters": {"on": True, "n": 3}},
    steps={"c": {"Outcome": "true"}},
    files={"c": {"metrics": {"f1": {"value": 0.852}}}},
)
F1 = {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.c.PropertyFiles.metrics"}, "Path": "f1.value"}}


def compare(type_: str, left: Any, right: Any) -> dict[str, Any]:
    return {"Type": type_, "LeftValue": left, "RightValue": right}


@pytest.mark.parametrize(
    ("condition", "text", "result"),
    [
        (compare("Equals", 1, 1.0), "1 == 1", True),
        (compare("Equals", "a", "b"), "'a' == 'b'", False),
        (compare("Equals", {"Get": "Parameters.on"}, True), "parameters.on true == true", True),
        (compare("Equals", {"Get": "Steps.c.Outcome"}, "true"), "c.Outcome 'true' == 'true'", True),
        (compare("GreaterThan", 2, 2), "2 > 2", False),
        (compare("GreaterThanOrEqualTo", {"Get": "Parameters.n"}, 2.5),
         "parameters.n 3 >= 2.5", True),
        (compare("LessThan", 0.1 + 0.2, 1), "0.3 < 1", True),
        (compare("LessThanOrEqualTo", 2, 1), "2 <= 1", False),
        # Strings are compared letter by letter, so 10 comes before 9.
        (compare("LessThan", "10", "9"), "'10' < '9'", True),
        ({"Type": "In", "QueryValue": "a", "Values": ["b", "a"]}, "'a' in ['b', 'a']", True),
        ({"Type": "In", "QueryValue": {"Get": "Parameters.n"}, "Values": [1]},
         "parameters.n 3 in [1]", False),
        (compare("GreaterThan", F1, {"Get": "Parameters.n"}),
         "metrics.f1.value 0.852 > parameters.n 3", False),
        ({"Type": "Not", "Condition": equals({"Get": "Parameters.on"}, True)},
         "not (parameters.on true == true)", False),
        (equals("a" * 100, "b"), f"'{'a' * 60}…' == 'b'", False),
        ({"Type": "Not", "Condition": equals(1, 2)}, "not (1 == 2)", True),
        ({"Type": "Or", "Conditions": [equals(1, 2), equals(1, 1)]}, "(1 == 2) or (1 == 1)", True),
        ({"Type": "Or", "Conditions": [equals(1, 2)]}, "(1 == 2)", False),
    ],
)  # fmt: skip
def test_a_condition_is_evaluated(condition: Any, text: str, result: bool) -> None:
    evaluated = evaluate(condition, SCOPE)
    assert (evaluated.text, evaluated.result) == (text, result)


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (compare("Equals", "1", 1), "a string cannot be compared with a number"),
        (compare("Equals", True, 1), "a Boolean cannot be compared with a number"),
        (compare("LessThan", True, False), "Booleans have no order"),
        (compare("Equals", None, 1), "null cannot be compared"),
        (
            {"Type": "In", "QueryValue": 1, "Values": [1, "a"]},
            "a number cannot be compared with a string",
        ),
        (compare("NotEquals", 1, 2), "is not a condition that SageMaker knows"),
        ({"Type": "Not", "Expression": equals(1, 2)}, "is not a condition that SageMaker knows"),
    ],
)
def test_what_cannot_be_compared_is_an_error(condition: Any, reason: str) -> None:
    with pytest.raises(UnresolvedReferenceError) as error:
        evaluate(condition, SCOPE)
    assert error.value.reason == reason


def test_all_conditions_have_to_hold_and_all_are_told() -> None:
    holds, evaluated = evaluate_conditions([equals(1, 2), equals(1, 1)], SCOPE)
    assert not holds
    assert [each.result for each in evaluated] == [False, True]
    assert evaluate_conditions([], SCOPE) == (True, ())
