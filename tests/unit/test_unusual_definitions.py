"""Definitions that are right and written in an unusual way come back as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.code.project import Project
from compiler.compile import compile_document
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.read import read_document
from compiler.importer.import_definition import import_definition

ROLE = "arn:aws:iam::111122223333:role/ml"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/job:1"
PARAMETERS = [{"Name": "share", "Type": "Float", "DefaultValue": 0.5}]
SHARE = {"Get": "Parameters.share"}
TRAINING = {
    "TrainingJobName": "nightly",
    "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": "s3://ml-dev/out"},
    "ResourceConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30},
    "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
}
PROCESSING = {
    "AppSpecification": {"ImageUri": IMAGE, "ContainerArguments": ["--share", SHARE]},
    "RoleArn": ROLE,
    "ProcessingResources": {
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 30}
    },
}


def join(separator: str, *values: Any) -> dict[str, Any]:
    return {"Std:Join": {"On": separator, "Values": list(values)}}


def step(kind: str, arguments: dict[str, Any], **beside: Any) -> dict[str, Any]:
    return {"Name": "it", "Type": kind, "Arguments": arguments, **beside}


def function(arguments: dict[str, Any], **beside: Any) -> dict[str, Any]:
    arn = "arn:aws:lambda:us-east-1:111122223333:function:f"
    return step("Lambda", arguments, FunctionArn=arn, OutputParameters=[], **beside)


STEPS = {
    "a training whose name is kept": step("Training", TRAINING),
    "a number among the words of a command": step("Processing", PROCESSING),
    "a message that is a number": step("Fail", {"ErrorMessage": SHARE}),
    "a message of literals": step("Fail", {"ErrorMessage": join(" ", "more than", 6.0)}),
    "a join of literals": function({"a": join(", ", "x", "y"), "b": join("", join("", SHARE))}),
    "hours without days": function({}, CacheConfig={"Enabled": True, "ExpireAfter": "T12H"}),
    "small letters": function({}, CacheConfig={"Enabled": True, "ExpireAfter": "p30d"}),
    "one collection with two lots of settings": step(
        "Training",
        {
            **TRAINING,
            "DebugHookConfig": {
                "S3OutputPath": "s3://ml-dev/debug",
                "CollectionConfigurations": [
                    {"CollectionName": "losses", "CollectionParameters": {"save_interval": "50"}},
                    {"CollectionName": "losses", "CollectionParameters": {"save_interval": "500"}},
                ],
            },
        },
    ),
}


def there_and_back(step: dict[str, Any]) -> dict[str, Any]:
    """Import a definition of one step, and return that step as its spec compiles to it."""
    definition = {"Version": "2020-12-01", "Parameters": PARAMETERS, "Steps": [step]}
    diagnostics = Diagnostics()
    source = SourceFile("nightly.json", json.dumps(definition))
    imported = import_definition(source, "nightly", diagnostics)
    assert imported is not None, list(diagnostics)
    document = read_document(SourceFile("nightly.yaml", imported.text), diagnostics)
    assert document is not None
    project = Project(Path("/nonexistent"))
    compiled = compile_document(
        document, project, target=None, environment={}, diagnostics=diagnostics
    )
    assert [each.message for each in diagnostics if each.is_error] == []
    assert compiled is not None
    steps: Any = compiled.definition["Steps"]
    found: dict[str, Any] = steps[0]
    return found


@pytest.mark.parametrize("name", STEPS)
def test_comes_back_as_it_is(name: str) -> None:
    assert there_and_back(STEPS[name]) == STEPS[name]


def test_members_that_are_null_are_left_out() -> None:
    names = ("DependsOn", "DisplayName", "Description", "CacheConfig")
    given = function({"a": 1}) | dict.fromkeys(names)
    assert there_and_back(given) == function({"a": 1})


def test_days_may_lack_their_first_letter() -> None:
    given = function({}, CacheConfig={"Enabled": True, "ExpireAfter": "30d"})
    expected = function({}, CacheConfig={"Enabled": True, "ExpireAfter": "P30D"})
    assert there_and_back(given) == expected


def test_a_dependency_with_a_member_too_many_is_wrong_once() -> None:
    after = [{"Step": "other", "Trigger": "Failed", "When": "now"}]
    steps = [{**function({}), "Name": "other"}, function({}, DependsOn=after)]
    source = SourceFile("x.json", json.dumps({"Version": "2020-12-01", "Steps": steps}))
    imported = import_definition(source, "x", Diagnostics())
    assert imported is not None
    assert imported.mistakes == 1
