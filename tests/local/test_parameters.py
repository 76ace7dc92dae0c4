"""Parameter values are checked before anything runs, with one message for each mistake."""

from typing import Any

import pytest

from compiler.local.parameters import ParameterError, bind_parameters

DEFINITION = {
    "Parameters": [
        {"Name": "epochs", "Type": "Integer", "DefaultValue": 3},
        {"Name": "rate", "Type": "Float", "DefaultValue": 0.1},
        {"Name": "on", "Type": "Boolean", "DefaultValue": True},
        {"Name": "stage", "Type": "String", "DefaultValue": "dev", "EnumValues": ["dev", "prod"]},
        {"Name": "plain", "DefaultValue": ""},
    ]
}
DEFAULTS = {"epochs": 3, "rate": 0.1, "on": True, "stage": "dev", "plain": ""}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, {}),
        ({"epochs": "5", "rate": "1e-3"}, {"epochs": 5, "rate": 0.001}),
        ({"epochs": -1, "rate": 2}, {"epochs": -1, "rate": 2.0}),
        ({"on": "false"}, {"on": False}),
        ({"on": "True", "stage": "prod"}, {"on": True, "stage": "prod"}),
        ({"plain": "5"}, {"plain": "5"}),
    ],
)
def test_values_and_defaults_are_bound(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert bind_parameters(DEFINITION, given) == DEFAULTS | expected


@pytest.mark.parametrize(
    ("given", "mistake"),
    [
        ({"epoch": 1},
         "unknown parameter `epoch`; the pipeline has `epochs`, `rate`, `on`, `stage`, `plain`"),
        ({"epochs": "5.0"}, "parameter `epochs`: `5.0` is not of type Integer"),
        ({"epochs": "1_000"}, "parameter `epochs`: `1_000` is not of type Integer"),
        ({"epochs": True}, "parameter `epochs`: a Boolean (`True`) is not of type Integer"),
        ({"epochs": 1.5}, "parameter `epochs`: a number (`1.5`) is not of type Integer"),
        ({"rate": "nan"}, "parameter `rate`: `nan` is not of type Float"),
        ({"on": "yes"}, "parameter `on`: `yes` is not of type Boolean"),
        ({"plain": 5}, "parameter `plain`: a number (`5`) is not of type String"),
        ({"stage": "test"}, "parameter `stage`: `test` is not one of `dev`, `prod`"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_one_mistake(given: dict[str, Any], mistake: str) -> None:
    with pytest.raises(ParameterError) as error:
        bind_parameters(DEFINITION, given)
    assert error.value.mistakes == (mistake,)


def test_every_mistake_is_told_at_once() -> None:
    definition = {"Parameters": [{"Name": "needed", "Type": "Integer"}, *DEFINITION["Parameters"]]}
    with pytest.raises(ParameterError) as error:
        bind_parameters(definition, {"x": 1, "rate": "fast"})
    assert [mistake.split("`")[1] for mistake in error.value.mistakes] == ["x", "needed", "rate"]
