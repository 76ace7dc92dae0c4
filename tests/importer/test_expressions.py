"""Each reference and condition of a definition has an expression, or is found to be malformed."""

from typing import Any

import pytest

from compiler.expressions.parse import parse
from compiler.importer.conditions import NoConditionError, condition_text
from compiler.importer.expressions import StepNames, literal_text, reference_text

STEPS = {
    "train": StepNames(
        outputs={"ModelArtifacts.S3ModelArtifacts": ("model",)},
        describe_shape="DescribeTrainingJobResponse",
    ),
    "prepare": StepNames(
        outputs={"ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri": ("outputs", "a")},
        describe_shape="DescribeTrainingJobResponse",
    ),
    "good": StepNames(outputs={"Outcome": ("outcome",)}),
}
P = {"Get": "Parameters.p"}
Q = {"Get": "Parameters.q"}


def join(separator: Any, *values: Any) -> Any:
    return {"Std:Join": {"On": separator, "Values": list(values)}}


def json_get(path: Any, **source: Any) -> Any:
    return {"Std:JsonGet": {**source, "Path": path}}


FILE = {"Get": "Steps.prepare.PropertyFiles.f"}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (P, "${{ parameters.p }}"),
        ({"Get": "Parameters.a.b"}, "${{ parameters['a.b'] }}"),
        ({"Get": "Execution.PipelineExecutionId"}, "${{ execution.pipeline_execution_id }}"),
        ({"Get": "Execution.Banana"}, "${{ execution.Banana }}"),
        ({"Get": "PipelineExperimentConfig.TrialName"}, "${{ experiment.trial }}"),
        ({"Get": "Steps.train.ModelArtifacts.S3ModelArtifacts"}, "${{ steps.train.model }}"),
        (
            {"Get": "Steps.prepare.ProcessingOutputConfig.Outputs['a'].S3Output.S3Uri"},
            "${{ steps.prepare.outputs.a }}",
        ),
        (
            {"Get": "Steps.prepare.ProcessingOutputConfig.Outputs['b'].S3Output.S3Uri"},
            "${{ steps.prepare.properties.ProcessingOutputConfig.Outputs['b'].S3Output.S3Uri }}",
        ),
        ({"Get": "Steps.train.A[0]['k'].B"}, "${{ steps.train.properties.A[0]['k'].B }}"),
        ({"Get": "Steps.train.A['a.b:c']"}, "${{ steps.train.properties.A['a.b:c'] }}"),
        ({"Get": "Steps.good.Outcome"}, "${{ steps.good.outcome }}"),
        ({"Get": "Steps.good.Else"}, "${{ get('Steps.good.Else') }}"),
        ({"Get": "Steps.nowhere.A"}, "${{ steps.nowhere.properties.A }}"),
        ({"Get": "Steps.train"}, "${{ get('Steps.train') }}"),
        ({"Get": 'Steps.train.A["x"]'}, "${{ get('Steps.train.A[\"x\"]') }}"),
        ({"Get": "Steps.train.A[01]"}, "${{ get('Steps.train.A[01]') }}"),
        ({"Get": "Steps.train.A['it's']"}, "${{ get(\"Steps.train.A['it's']\") }}"),
        ({"Get": "banana"}, "${{ get('banana') }}"),
        ({"Get": ""}, "${{ get('') }}"),
        ({"Get": "ForEach.CurrentItem"}, "${{ item }}"),
        ({"Get": "ForEach.CurrentItem.a['b-c'][0]"}, "${{ item.a['b-c'][0] }}"),
        (
            {"Get": "IterationOutput.train.ModelArtifacts.S3ModelArtifacts"},
            "${{ iteration.train.model }}",
        ),
        (join("", "s3://b/", P, "/x"), "s3://b/${{ parameters.p }}/x"),
        (join("", P, Q), "${{ parameters.p }}${{ parameters.q }}"),
        (join("", "a $${{", P), "a $$${{${{ parameters.p }}"),
        (join("", "a$", P), "${{ 'a$' }}${{ parameters.p }}"),
        (join("", P), "${{ join('', parameters.p) }}"),
        (join("", "a", "b", P), "${{ join('', 'a', 'b', parameters.p) }}"),
        (join("", "", P), "${{ join('', '', parameters.p) }}"),
        (join("", 1, P), "${{ join('', 1, parameters.p) }}"),
        (join("", "a"), "${{ join('', 'a') }}"),
        (join("/", "s3://b", P), "${{ join('/', 's3://b', parameters.p) }}"),
        (join("", "x", join("", P)), "x${{ join('', parameters.p) }}"),
        (json_get("a.b[0]", PropertyFile=FILE), "${{ steps.prepare.files.f['a.b[0]'] }}"),
        (
            json_get("a", S3Uri=join("/", P, "r.json")),
            "${{ json(join('/', parameters.p, 'r.json'), 'a') }}",
        ),
        (
            join("", "f1=", json_get("f1", PropertyFile=FILE)),
            "f1=${{ steps.prepare.files.f['f1'] }}",
        ),
    ],
)
def test_a_reference_has_an_expression(value: Any, text: str) -> None:
    assert reference_text(value, STEPS) == text
    parse(text)


@pytest.mark.parametrize(
    "value",
    [
        {"Get": 1},
        {"Get": "Parameters.p", "Else": 1},
        join(P, "a"),
        join("", {"a": 1}),
        join("", ["a"]),
        {"Std:Join": {"On": "", "Values": [], "Else": 1}},
        {"Std:Join": {"Values": []}},
        {"Std:Join": "a"},
        json_get(P, PropertyFile=FILE),
        json_get("a", PropertyFile="f"),
        json_get("a", PropertyFile=P),
        json_get("a", PropertyFile=FILE, S3Uri="s3://b/c"),
        json_get("a"),
        {"a": 1},
        ["a"],
        "a",
    ],
)
def test_what_is_malformed_has_none(value: Any) -> None:
    assert reference_text(value, STEPS) is None


def test_what_is_nested_deeper_than_the_parser_goes_has_none() -> None:
    value = P
    for _ in range(60):
        value = join("/", value)
    assert reference_text(value, STEPS) is None


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain", "plain"),
        ("${{ a }}", "$${{ a }}"),
        ("{{ steps.a }}", "{${{ '{ steps.a }}' }}"),
        ("x ${parameters.a} y", "${{ 'x $' }}${{ '{parameters.a} y' }}"),
    ],
)
def test_a_literal_is_written_so_that_it_stays_one(text: str, written: str) -> None:
    assert literal_text(text) == written


def compare(kind: str, left: Any, right: Any) -> Any:
    return {"Type": kind, "LeftValue": left, "RightValue": right}


def negated(condition: Any) -> Any:
    return {"Type": "Not", "Condition": condition}


def any_of(*conditions: Any) -> Any:
    return {"Type": "Or", "Conditions": list(conditions)}


EQUAL = compare("Equals", P, "a")
LESS = compare("LessThan", P, 0.5)


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([EQUAL], "parameters.p == 'a'"),
        ([compare("GreaterThan", 1, P)], "1 > parameters.p"),
        ([compare("LessThanOrEqualTo", P, True)], "parameters.p <= true"),
        ([compare("GreaterThanOrEqualTo", join("", P, "x"), Q)],
         "join('', parameters.p, 'x') >= parameters.q"),
        ([EQUAL, LESS], "parameters.p == 'a' and parameters.p < 0.5"),
        ([negated(EQUAL)], "parameters.p != 'a'"),
        ([negated(LESS)], "not parameters.p < 0.5"),
        ([negated(negated(LESS))], "not not parameters.p < 0.5"),
        ([any_of(EQUAL, LESS), EQUAL],
         "(parameters.p == 'a' or parameters.p < 0.5) and parameters.p == 'a'"),
        ([any_of(EQUAL, LESS)], "parameters.p == 'a' or parameters.p < 0.5"),
        ([any_of(any_of(EQUAL, LESS), LESS)],
         "(parameters.p == 'a' or parameters.p < 0.5) or parameters.p < 0.5"),
        ([negated(any_of(EQUAL, LESS))], "not (parameters.p == 'a' or parameters.p < 0.5)"),
        ([{"Type": "In", "QueryValue": P, "Values": ["a", Q]}],
         "parameters.p in ['a', parameters.q]"),
        ([negated({"Type": "In", "QueryValue": P, "Values": [1]})], "parameters.p not in [1]"),
        ([compare("Equals", json_get("a", PropertyFile=FILE), 1)],
         "steps.prepare.files.f['a'] == 1"),
    ],
)  # fmt: skip
def test_conditions_have_an_expression(conditions: Any, text: str) -> None:
    assert condition_text(conditions, STEPS) == f"${{{{ {text} }}}}"
    parse(condition_text(conditions, STEPS))


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        ([], ()),
        ({}, ()),
        ([1], (0,)),
        ([EQUAL, {"Type": "And", "Conditions": []}], (1, "Type")),
        ([{"Type": ["Or"], "Conditions": []}], (0, "Type")),
        ([{"LeftValue": 1}], (0,)),
        ([{"Type": "Equals", "LeftValue": 1}], (0,)),
        ([{**EQUAL, "Else": 1}], (0, "Else")),
        ([negated(any_of(EQUAL, compare("Equals", [], 1)))],
         (0, "Condition", "Conditions", 1, "LeftValue")),
        ([any_of()], (0, "Conditions")),
        ([{"Type": "In", "QueryValue": P, "Values": 1}], (0, "Values")),
        ([{"Type": "In", "QueryValue": P, "Values": [1, {}]}], (0, "Values", 1)),
        ([negated(5)], (0, "Condition")),
    ],
)  # fmt: skip
def test_what_is_no_condition_has_a_place(conditions: Any, path: tuple[Any, ...]) -> None:
    with pytest.raises(NoConditionError) as raised:
        condition_text(conditions, STEPS)
    assert raised.value.path == path
