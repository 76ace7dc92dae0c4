"""Every step type: its YAML lowers to its JSON, botocore accepts it, and no field is left out."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from compiler import compile_pipeline
from compiler.code.project import project_of
from compiler.compile import read_file
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import as_text
from compiler.document.node import plain
from compiler.expressions.parse import parse
from compiler.expressions.syntax import PathTerm
from compiler.expressions.types import STRING
from compiler.sagemaker.properties import property_type
from compiler.spec.shape import FreeShape, ListShape, ObjectShape, Shape, TableShape, fields_of
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import Output
from tests.conftest import ROOT
from tests.dummies import with_dummies

CASES = ROOT / "tests" / "cases" / "steps"
SPECS = sorted(path for name in STEP_TYPES for path in (CASES / name).glob("*.yaml"))
OPERATIONS = {
    "Processing": "CreateProcessingJob",
    "Training": "CreateTrainingJob",
    "Tuning": "CreateHyperParameterTuningJob",
    "Transform": "CreateTransformJob",
    "AutoML": "CreateAutoMLJob",
    "EndpointConfig": "CreateEndpointConfig",
    "Endpoint": "CreateEndpoint",
    "InferenceComponent": "CreateInferenceComponent",
    "Model": "CreateModel",
    "RegisterModel": "CreateModelPackage",
    "QualityCheck": "CreateProcessingJob",
    "ClarifyCheck": "CreateProcessingJob",
    "Job": "CreateJob",
}
NO_REQUEST = {"ConditionSpec.request"}  # refused: a condition sends no request


def _id(path: Path) -> str:
    return path.relative_to(CASES).with_suffix("").as_posix()


def _definition(spec: Path) -> dict[str, Any]:
    compilation = compile_pipeline(spec)
    assert as_text(compilation.diagnostics) == ""
    assert compilation.pipeline is not None
    return compilation.pipeline.definition


def _steps(lowered: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for step in lowered:
        yield step
        for held in ("IfSteps", "ElseSteps", "ForEachBody"):
            yield from _steps(step["Arguments"].get(held, []))


@pytest.mark.parametrize("spec", SPECS, ids=_id)
def test_a_step_lowers_to_its_expected_json(
    spec: Path, golden: Callable[[Path, str], None]
) -> None:
    steps = _definition(spec)["Steps"]
    golden(spec.with_suffix(".json"), json.dumps(steps, indent=2, ensure_ascii=False) + "\n")


def test_there_is_no_expected_json_of_a_case_that_is_gone() -> None:
    found = {path for name in STEP_TYPES for path in (CASES / name).glob("*.json")}
    assert found == {path.with_suffix(".json") for path in SPECS}


@pytest.mark.parametrize("name", STEP_TYPES)
def test_every_field_occurs_in_some_case(name: str) -> None:
    written: set[str] = set()
    for path in SPECS:
        for step in _document(path)["steps"].values():
            written |= set(_written(ObjectShape(STEP_TYPES[step["type"]].spec, None), step))
    declared = set(_declared(ObjectShape(STEP_TYPES[name].spec, None)))
    assert declared - written <= NO_REQUEST


def _document(path: Path) -> dict[str, Any]:
    read = read_file(path, project_of(path), Diagnostics())
    assert read is not None
    document = plain(read.root)
    assert isinstance(document, dict)
    return document


def _declared(shape: Shape) -> Iterator[str]:
    match shape:
        case ObjectShape(spec=spec):
            for field in fields_of(spec):
                yield f"{spec.__name__}.{field.key}"
                yield from _declared(field.shape)
        case ListShape(item=item) | TableShape(item=item):
            yield from _declared(item)
        case _:
            pass


def _written(shape: Shape, value: Any) -> Iterator[str]:
    match shape:
        case ObjectShape(spec=spec, shorthand=shorthand):
            fields = value if isinstance(value, dict) else {shorthand: value}
            for field in fields_of(spec):
                if field.key in fields:
                    yield f"{spec.__name__}.{field.key}"
                    yield from _written(field.shape, fields[field.key])
        case ListShape(item=item):
            for each in value if isinstance(value, list) else [value]:
                yield from _written(item, each)
        case TableShape(item=item):
            for each in value.values() if isinstance(value, dict) else [{} for _ in value]:
                yield from _written(item, each)
        case _:
            pass


def _outputs() -> list[tuple[str, str]]:
    return [(name, output) for name, each in STEP_TYPES.items() for output in each.outputs]


@pytest.mark.parametrize(("name", "output"), _outputs())
def test_an_output_stands_in_what_describe_answers(name: str, output: str) -> None:
    step_type = STEP_TYPES[name]
    if step_type.describe_shape is None:
        # A condition has no Describe call, but the one property `Outcome`.
        assert step_type.outputs == {"outcome": Output(STRING, "Outcome")}
        return
    declared = step_type.outputs[output]
    term = parse(f"${{{{ steps.{declared.path} }}}}")
    assert isinstance(term, PathTerm)
    found = property_type(step_type.describe_shape, term.segments[1:])
    assert found == declared.type


def test_a_named_output_stands_in_what_describe_answers() -> None:
    term = parse("${{ steps.ProcessingOutputConfig.Outputs['x'].S3Output.S3Uri }}")
    assert isinstance(term, PathTerm)
    assert str(property_type("DescribeProcessingJobResponse", term.segments[1:])) == "string"


@cache
def _service() -> Any:
    return import_module("botocore.session").get_session().get_service_model("sagemaker")


def _requests() -> list[tuple[str, str, dict[str, Any]]]:
    found = []
    for spec in SPECS:
        compilation = compile_pipeline(spec)
        lowered = compilation.pipeline.definition["Steps"] if compilation.pipeline else []
        for step in _steps(lowered):  # type: ignore[arg-type]
            if step["Type"] in OPERATIONS:
                found.append((f"{_id(spec)}-{step['Name']}", step["Type"], step["Arguments"]))
    return found


REQUESTS = _requests()


@pytest.mark.parametrize(
    ("kind", "request_"), [each[1:] for each in REQUESTS], ids=[each[0] for each in REQUESTS]
)
def test_botocore_accepts_the_request(kind: str, request_: dict[str, Any]) -> None:
    shape = _service().operation_model(OPERATIONS[kind]).input_shape
    left_out = {
        name for each in STEP_TYPES.values() if each.sagemaker_type == kind for name in each.chosen
    }
    chosen = {name: "x" for name in shape.required_members if name in left_out}
    report = (
        import_module("botocore.validate")
        .ParamValidator()
        .validate({**chosen, **with_dummies(request_, shape)}, shape)
    )
    assert report.generate_report() == ""


def test_every_type_with_a_request_is_held_against_botocore() -> None:
    sent = [t for t in STEP_TYPES.values() if _is_of_sagemaker(t.request_shape)]
    sagemaker_types = {step_type.sagemaker_type for step_type in sent}
    assert sagemaker_types == set(OPERATIONS) == {kind for _, kind, _ in REQUESTS}
    for step_type in sent:
        operation = _service().operation_model(OPERATIONS[step_type.sagemaker_type])
        assert operation.input_shape.name == step_type.request_shape


def _is_of_sagemaker(shape: str | None) -> bool:
    """Return whether a request is SageMaker's own; for the others see test_other_services.py."""
    return shape is not None and not shape.startswith("pipeline:")


# Members of a request, values of a template, messages, items of a loop, documents of others.
FREE = {"request", "with", "arguments", "items", "members", "config", "format"}


def test_a_field_whose_shape_nothing_checks_is_one_of_a_few() -> None:
    free = {
        field.key
        for step_type in STEP_TYPES.values()
        for shape in [ObjectShape(step_type.spec, None)]
        for field in _all_fields(shape)
        if isinstance(field.shape, FreeShape)
    }
    assert free <= FREE


def _all_fields(shape: Shape) -> Iterator[Any]:
    match shape:
        case ObjectShape(spec=spec):
            for field in fields_of(spec):
                yield field
                yield from _all_fields(field.shape)
        case ListShape(item=item) | TableShape(item=item):
            yield from _all_fields(item)
        case _:
            pass
