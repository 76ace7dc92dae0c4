"""What is wrong in a definition is reported, in the spec it becomes or at its place in the JSON."""

import json
from typing import Any

import pytest

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.importer.import_definition import import_definition, name_from
from compiler.importer.steps import is_misspelling
from tests.specs import Workshop

STOP = {"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
ROLE = "arn:aws:iam::111122223333:role/ml"
JOB = {
    "Name": "count",
    "Type": "Processing",
    "Arguments": {
        "AppSpecification": {"ImageUri": "example.com/count:1"},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30,
            }
        },
        "RoleArn": ROLE,
    },
}  # fmt: skip


def definition(*steps: Any, **others: Any) -> str:
    whole = {"Version": "2020-12-01", "Metadata": {}, "Parameters": [], **others}
    return json.dumps({**whole, "Steps": list(steps)}, indent=1)


def imported(text: str) -> str:
    diagnostics = Diagnostics()
    found = import_definition(SourceFile("d.json", text), "x", diagnostics)
    assert [each.message for each in diagnostics] == []
    assert found is not None
    return found.text


def refusals(text: str) -> list[str]:
    diagnostics = Diagnostics()
    assert import_definition(SourceFile("d.json", text), "x", diagnostics) is None
    return [
        f"{each.code.id} {each.span.line + 1}:{each.span.column + 1} {each.message}"
        for each in diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "E701 1:1 the text ends, expected a value of JSON"),
        ("{'a': 1}", "E701 1:2 unexpected `'`, expected a name in double quotes"),
        ('{"a": NaN}', "E701 1:7 unexpected `NaN`, expected a value of JSON"),
        ('{"a": -Infinity}', "E701 1:7 unexpected `-Infinity`, expected a value of JSON"),
        ('{"a": 01}', "E701 1:7 unexpected `01`, expected a value of JSON"),
        ('{"a": 1e999}', "E701 1:7 the number is too large"),
        ('{"a": "\n"}', "E701 1:7 the text in quotes is not closed, or holds what must be escaped"),
        ('["\\ud800"]', "E701 1:2 the text holds half of a surrogate pair, which is no character"),
        ("[1] 2", "E701 1:5 unexpected `2`, expected the end"),
        ("[" * 91 + "]" * 91, "E701 1:91 nested more than 90 deep"),
        ('{"a": 1, "a": 2}',
         "E702 1:10 the name `a` is here twice, and only one of the two can be meant"),
        ("[]", "E703 1:1 `$`: expected an object with `Steps`"),
        ("{}", "E703 1:1 `$.Steps`: expected a list of steps"),
        ('{"Steps": {}}', "E703 1:2 `$.Steps`: expected a list of steps"),
        ('{"Steps": [5]}',
         "E703 1:12 `$.Steps[0]`: expected a step, which is an object with a `Name`"),
        ('{"Version": "1", "Steps": []}', "E703 1:2 `$.Version`: the only version is `2020-12-01`"),
        ('{"Steps": [], "Parameters": {}}',
         "E703 1:15 `$.Parameters`: expected a list of parameters"),
        ('{"Steps": [], "name": "y"}', "E706 1:15 `$.name`: there is no such member"),
        ('{"Steps": [], "Metadata": {"${{ a }}": "y"}}',
         "E706 1:28 `$.Metadata.${{ a }}`: a name can't hold `${{`"),
    ],
)  # fmt: skip
def test_what_has_no_yaml_form_is_refused_at_its_place(text: str, message: str) -> None:
    assert refusals(text) == [message]


def test_two_steps_of_one_name_are_refused_wherever_they_stand() -> None:
    inner = {"Conditions": [], "IfSteps": [STOP], "ElseSteps": []}
    text = definition({"Name": "c", "Type": "Condition", "Arguments": inner}, STOP)
    (refusal,) = refusals(text)
    assert "`$.Steps[1].Name`: another step is called `stop` too" in refusal


def test_a_readable_spec_comes_of_a_definition() -> None:
    condition = {"Type": "Equals", "LeftValue": {"Get": "Parameters.fast"}, "RightValue": True}
    choice = {"Conditions": [condition], "IfSteps": [JOB], "ElseSteps": [STOP]}
    text = definition(
        {"Name": "choose", "Type": "Condition", "Arguments": choice},
        {**JOB, "Name": "again", "DependsOn": [{"Step": "count", "Trigger": "Failed"}]},
        Parameters=[{"Name": "fast", "Type": "Boolean", "DefaultValue": False}],
        PipelineExperimentConfig=None,
    )
    assert imported(text) == (
        "kind: Pipeline\n"
        "name: x\n"
        "experiment: false\n"
        "\n"
        "parameters:\n"
        "  fast: {type: boolean, default: false}\n"
        "\n"
        "defaults:\n"
        "  image: example.com/count:1\n"
        f"  role: {ROLE}\n"
        "  instance: ml.m5.large\n"
        "\n"
        "steps:\n"
        "  choose:\n"
        "    type: condition\n"
        "    if: ${{ parameters.fast == true }}\n"
        "    then: [count]\n"
        "    else: [stop]\n"
        "\n"
        "  count:\n"
        "    type: processing\n"
        "\n"
        "  stop:\n"
        "    type: fail\n"
        '    message: "no"\n'
        "\n"
        "  again:\n"
        "    type: processing\n"
        "    after: {step: count, when: failed}\n"
    )


@pytest.mark.parametrize(
    ("change", "line", "code"),
    [
        ({"Foo": 1}, "Foo: 1", "E201"),
        ({"DependsOn": ["nobody"]}, "after: nobody", "E402"),
        ({"DependsOn": 5}, "after: 5", "E203"),
        ({"CacheConfig": {"Enabled": True, "ExpireAfter": "banana"}}, "cache: banana", "E204"),
        ({"RetryPolicies": [{"ExceptionType": ["Banana"], "MaxAttempts": 3}]},
         "retry: {on: [Banana], attempts: 3}", "E204"),
        ({"Arguments": {**JOB["Arguments"], "RoleArn": 5}}, "role: 5", "E203"),  # type: ignore[dict-item]
        ({"Arguments": {**JOB["Arguments"], "Foo": 1}}, "request: {Foo: 1}", "E501"),  # type: ignore[dict-item]
        ({"Arguments": {**JOB["Arguments"], "RoleArn": {"Get": "Parameters.no"}}},  # type: ignore[dict-item]
         "role: ${{ parameters.no }}", "E302"),
        ({"Description": {"Get": "Execution.PipelineName"}},
         "description: ${{ execution.pipeline_name }}", "E304"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_at_the_line_that_it_becomes(
    change: dict[str, Any], line: str, code: str, tmp_path: Any
) -> None:
    text = imported(definition({**JOB, **change}))
    at = next(n for n, each in enumerate(text.splitlines(), 1) if line in each)
    body = text.removeprefix("kind: Pipeline\nname: x\n")
    found = [each.split()[:2] for each in Workshop(tmp_path).messages(body)]
    assert [(each, int(place.split(":")[0]) + 2) for each, place in found] == [(code, at)]


def test_a_type_that_is_not_known_becomes_a_raw_step() -> None:
    step = {
        "Name": "new", "Type": "Newest", "Arguments": {"A": {"Get": "Execution.PipelineName"}},
        "Beside": {"b": 1},
    }  # fmt: skip
    text = imported(definition(step))
    assert text.endswith(
        "  new:\n"
        "    type: raw\n"
        "    sagemaker_type: Newest\n"
        "    members:\n"
        "      Beside: {b: 1}\n"
        "    request:\n"
        "      A: ${{ execution.pipeline_name }}\n"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("bert_reviews", "bert-reviews"),
        ("arn:aws:sagemaker:us-east-1:111122223333:pipeline/my-pipeline", "my-pipeline"),
        ("__", "pipeline"),
        ("a" * 300, "a" * 256),
        ("été 2026!", "t-2026"),
    ],
)
def test_a_pipeline_is_named_after_its_source(text: str, name: str) -> None:
    assert name_from(text) == name


@pytest.mark.parametrize(
    ("word", "is_one"),
    [
        ("Trainings", True), ("Trainin", True), ("Trianing", True), ("Trainimg", True),
        ("training", True), ("TrainingV2", False), ("Athena", False), ("Tuning", False),
    ],
)  # fmt: skip
def test_a_type_one_letter_off_is_a_misspelling(word: str, is_one: bool) -> None:
    assert is_misspelling(word, "Training") == is_one


def test_a_misspelt_type_is_no_new_type() -> None:
    text = imported(definition({**STOP, "Type": "Fial"}))
    assert "    type: Fial\n" in text


def test_what_only_a_short_field_refuses_stands_in_the_request(tmp_path: Any) -> None:
    data = {"S3Uri": "s3://b/c", "LocalPath": "/opt/ml/processing/data", "S3DataType": "S3Prefix"}
    inputs = [{"InputName": "data of today", "S3Input": data}]
    step = {**JOB, "Arguments": {**JOB["Arguments"], "ProcessingInputs": inputs}}  # type: ignore[dict-item]
    text = imported(definition(step))
    assert "request:" in text
    assert Workshop(tmp_path).messages(text.removeprefix("kind: Pipeline\nname: x\n")) == []
