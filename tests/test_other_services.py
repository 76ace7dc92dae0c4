"""What steps send to services other than SageMaker: botocore's models of those accept it."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from compiler.steps import STEP_TYPES
from tests.conftest import ROOT
from tests.dummies import REFERENCES, with_dummies

CASES = ROOT / "tests" / "cases" / "steps"
BEDROCK = {
    "BedrockCustomModel": "CreateCustomModel",
    "BedrockCustomModelDeployment": "CreateCustomModelDeployment",
    "BedrockModelImport": "CreateModelImportJob",
    "BedrockProvisionedModelThroughput": "CreateProvisionedModelThroughput",
}
# What pipelines fill in.
ADDED: Mapping[str, Mapping[str, Any]] = {
    "RunJobFlow": {"Name": "x"},
    "AddJobFlowSteps": {"JobFlowId": "x"},
    "StartJobRun": {"applicationId": "x", "clientToken": "x"},
    "CreateApplication": {"clientToken": "x"},
}


def _sent(kind: str, arguments: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield what the arguments of a step become: the service, its operation and the request."""
    if kind == "EMR":
        step = {**arguments["StepConfig"], "Name": "x"}
        yield "emr", "AddJobFlowSteps", {"Steps": [step]}
        if "ClusterConfig" in arguments:
            yield "emr", "RunJobFlow", arguments["ClusterConfig"]
    elif kind == "EMRServerless":
        yield "emr-serverless", "StartJobRun", arguments["JobConfig"]
        if "ApplicationConfig" in arguments:
            yield "emr-serverless", "CreateApplication", arguments["ApplicationConfig"]
    elif kind == "Lineage":
        for entity in ("Action", "Artifact", "Context"):
            for request in arguments.get(f"{entity}s", []):
                yield "sagemaker", f"Create{entity}", request
    elif kind in BEDROCK:
        yield "bedrock", BEDROCK[kind], _camel_case(arguments)


def _camel_case(value: Any) -> Any:
    match value:
        case dict() if set(value) not in REFERENCES:
            return {name[:1].lower() + name[1:]: _camel_case(each) for name, each in value.items()}
        case list():
            return [_camel_case(each) for each in value]
        case _:
            return value


def _requests() -> list[tuple[str, str, str, Any]]:
    found = []
    for path in sorted(CASES.glob("*/*.json")):
        for step in json.loads(path.read_text("utf-8")):
            for service, operation, request in _sent(step["Type"], step["Arguments"]):
                name = f"{path.parent.name}-{step['Name']}-{operation}"
                found.append((name, service, operation, request))
    return found


REQUESTS = _requests()


@cache
def _model(service: str) -> Any:
    return import_module("botocore.session").get_session().get_service_model(service)


@pytest.mark.parametrize(
    ("service", "operation", "request_"),
    [each[1:] for each in REQUESTS],
    ids=[each[0] for each in REQUESTS],
)
def test_the_service_accepts_the_request(service: str, operation: str, request_: Any) -> None:
    shape = _model(service).operation_model(operation).input_shape
    whole = {**ADDED.get(operation, {}), **with_dummies(request_, shape)}
    report = import_module("botocore.validate").ParamValidator().validate(whole, shape)
    assert report.generate_report() == ""


def test_each_type_that_sends_to_another_service_has_a_case() -> None:
    others = {"EMR", "EMRServerless", "Lineage", *BEDROCK}
    declared = {
        each.sagemaker_type
        for each in STEP_TYPES.values()
        if (each.request_shape or "").startswith("pipeline:")
    }
    assert declared == others | {"Cleanup"}  # which sends no request
    operations = {operation for _, _, operation, _ in REQUESTS}
    lineage = {"CreateAction", "CreateArtifact", "CreateContext"}
    assert operations == {*ADDED, *BEDROCK.values(), *lineage}
