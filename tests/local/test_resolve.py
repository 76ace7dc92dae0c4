"""References get the values that SageMaker gives them, and say why when they have none."""

from typing import Any

import pytest

from compiler.expressions.syntax import Segment
from compiler.local.resolve import Scope, UnresolvedReferenceError, resolve
from compiler.sagemaker.api import Shape, shape
from compiler.sagemaker.properties import NAMED_LISTS, PropertyPathError, property_type
from compiler.steps import STEP_TYPES
from tests.local.world import join

PROPERTIES = {
    "ProcessingOutputConfig": {
        "Outputs": [
            {"OutputName": "train", "S3Output": {"S3Uri": "s3://b/train"}},
            {"OutputName": "test", "S3Output": {"S3Uri": "s3://b/test"}},
        ]
    },
    "FinalMetricDataList": [{"MetricName": "val:acc", "Value": 0.5}],
    "Environment": {"A.B": "x"},
    "Counts": [10, 20],
}
EVALUATION = {"f1": {"value": 0.8}, "a b": [1, {"c": "deep"}], "list": [[1, 2], [3]]}
OBJECTS = {"s3://b/e1/x.json": {"k": [True]}}
SCOPE = Scope(
    roots={
        "Parameters": {"epochs": 3, "rate": 1e-5, "big": 0.5, "on": True, "name": "n"},
        "Execution": {"PipelineExecutionId": "e1"},
        "ForEach": {"CurrentItem": {"country": "de", "codes": [7]}},
    },
    steps={"prep": PROPERTIES},
    files={"prep": {"metrics": EVALUATION}},
    objects=lambda uri: OBJECTS[uri],
)


def get(path: str) -> dict[str, str]:
    return {"Get": path}


def json_get(path: str) -> dict[str, Any]:
    return {"Std:JsonGet": {"PropertyFile": get("Steps.prep.PropertyFiles.metrics"), "Path": path}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (get("Parameters.epochs"), 3),
        (get("Parameters.on"), True),
        (get("Execution.PipelineExecutionId"), "e1"),
        (get("Steps.prep.ProcessingOutputConfig.Outputs['test'].S3Output.S3Uri"), "s3://b/test"),
        (get('Steps.prep.ProcessingOutputConfig.Outputs["test"].OutputName'), "test"),
        (get("Steps.prep.ProcessingOutputConfig.Outputs[0].OutputName"), "train"),
        (get("Steps.prep.FinalMetricDataList['val:acc'].Value"), 0.5),
        (get("Steps.prep.Environment['A.B']"), "x"),
        (get("Steps.prep.Counts[1]"), 20),
        (get("ForEach.CurrentItem.country"), "de"),
        (get("ForEach.CurrentItem['codes'][0]"), 7),
        (join("s3://b/", get("Execution.PipelineExecutionId"), "/x"), "s3://b/e1/x"),
        (join(get("Parameters.epochs")), "3"),
        (join(get("Parameters.rate")), "1e-05"),
        (join(get("Parameters.on"), "/", False), "true/false"),
        ({"Std:Join": {"On": "-", "Values": ["a", join("b", "c"), 1, 0.5]}}, "a-bc-1-0.5"),
        ({"Std:Join": {"On": "-", "Values": []}}, ""),
        (json_get("f1.value"), 0.8),
        (json_get("$.f1.value"), 0.8),
        (json_get("['f1']['value']"), 0.8),
        (json_get("['a b'][1].c"), "deep"),
        (json_get("list[0][1]"), 2),
        (
            {"Std:JsonGet": {"S3Uri": join("s3://b/", get("Execution.PipelineExecutionId"),
                                           "/x.json"), "Path": "k[0]"}},
            True,
        ),
        ({"a": [get("Parameters.epochs"), {"b": join("x")}], "c": None}, {"a": [3, {"b": "x"}],
                                                                         "c": None}),
        # A map that only looks like a reference is data.
        ({"Get": "Parameters.epochs", "Put": 1}, {"Get": "Parameters.epochs", "Put": 1}),
    ],
)  # fmt: skip
def test_a_reference_is_replaced_by_its_value(value: Any, expected: Any) -> None:
    assert resolve(value, SCOPE) == expected
    assert type(resolve(value, SCOPE)) is type(expected)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (get("Parameters.epoch"),
         ("`Parameters.epoch`: `Parameters` has no `epoch`; it has `epochs`, `rate`, `big`, `on`,"
         " `name`")),
        (get("Banana.x"), "`Banana.x`: there is nothing called `Banana` here"),
        (get("Steps.other.X"), "`Steps.other.X`: step `other` has no properties: it has not run"),
        (get("Steps.prep.FinalMetricDataList['f1'].Value"),
         ("`Steps.prep.FinalMetricDataList['f1'].Value`: `FinalMetricDataList` has no item `f1`;"
         " it has `val:acc`")),
        (get("Steps.prep.Counts[2]"),
         "`Steps.prep.Counts[2]`: `Counts` is a list of 2 items, there is no [2]"),
        (get("Steps.prep.Counts['x']"),
         ("`Steps.prep.Counts['x']`: `Counts` is a list of 2 items: they are chosen by [0], not by"
          " `x`")),
        (get("Steps.prep.Counts[0].x"), "`Steps.prep.Counts[0].x`: `0` is a number, it has no `x`"),
        (get("Steps.prep.Counts"),
         "`Steps.prep.Counts`: refers to a list of 2 items, only a scalar has a value"),
        (get("Steps.prep.Environment[x]"),
         "`Steps.prep.Environment[x]`: cannot read the path from `[x]` on"),
        (get("Steps.prep.PropertyFiles.metrics"),
         "`Steps.prep.PropertyFiles.metrics`: a property file is read by Std:JsonGet only"),
        (json_get("f2.value"),
         ("`Steps.prep.PropertyFiles.metrics → f2.value`: the file has no `f2`; it has `f1`,"
         " `a b`, `list`")),
        ({"Std:JsonGet": {"PropertyFile": get("Steps.prep.PropertyFiles.other"), "Path": "x"}},
         "`Steps.prep.PropertyFiles.other`: step `prep` wrote no JSON file for it"),
        ({"Std:JsonGet": {"S3Uri": "s3://b/none", "Path": "x"}}, "`s3://b/none`: s3://b/none"),
        ({"Std:JsonGet": {"PropertyFile": get("Steps.prep.PropertyFiles.metrics"),
                          "Path": get("Parameters.name")}},
         "`Std:JsonGet`: Path must be a plain string"),
        (join(["a"]), "`Std:Join`: a list of 1 item cannot be part of a text"),
    ],
)  # fmt: skip
def test_a_reference_without_a_value_says_which_and_why(value: Any, message: str) -> None:
    with pytest.raises(UnresolvedReferenceError) as error:
        resolve(value, SCOPE)
    assert str(error.value) == message


def _lists(here: Shape, name: str = "", depth: int = 0) -> list[tuple[str, Shape]]:
    """Return the lists of structures below a shape, each with the member that holds it."""
    if depth > 7:
        return []
    if here.kind == "structure":
        return [each for m in here.members for each in _lists(here.member(m), m, depth + 1)]
    if here.kind != "list":
        return []
    own = [(name, here)] if here.element().kind == "structure" else []
    return own + _lists(here.element(), name, depth + 1)


DESCRIBED = [each.describe_shape for each in STEP_TYPES.values() if each.describe_shape]


def test_an_item_has_the_member_that_names_it() -> None:
    lists = [each for name in DESCRIBED for each in _lists(shape(name))]
    # The outputs of Lambda and Callback steps have types of their own, so no one shape.
    assert set(NAMED_LISTS) - {"OutputParameters"} <= {name for name, _ in lists}
    for name, found in lists:
        # The channels of AutoML have no names.
        if name in NAMED_LISTS and found.element().name != "AutoMLChannel":
            assert found.element().member(NAMED_LISTS[name]).kind == "string"


@pytest.mark.parametrize("name", ["InferenceSpecification.Containers", "SkipModelValidation"])
def test_what_has_no_items_by_name_is_refused_when_compiled_too(name: str) -> None:
    segments = [Segment(part, True, 0, 0) for part in name.split(".")]
    with pytest.raises(PropertyPathError):
        property_type("DescribeModelPackageOutput", [*segments, Segment("x", False, 0, 0)])
