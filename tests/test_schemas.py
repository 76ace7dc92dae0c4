"""`schemas/` says what the spec classes say, and each file is a valid JSON Schema."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from compiler.code.project import project_of
from compiler.compile import read_file
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import plain
from compiler.schema.derive import published_schemas
from compiler.schema.project import project_schema
from compiler.spec.pipeline import DefaultsSpec, PipelineSpec
from compiler.spec.shape import Field, ListShape, ObjectShape, TableShape, fields_of
from compiler.steps import STEP_TYPES
from compiler.trial.schema import published_schema
from tests.conftest import ROOT

TESTS = sorted((ROOT / "pipelines").glob("*.test.yaml"))
SCHEMAS = published_schemas(
    PipelineSpec, {name: each.spec for name, each in STEP_TYPES.items()}, DefaultsSpec
) | {"project.schema.json": project_schema(), "test.schema.json": published_schema()}
SPECS = sorted(path for path in (ROOT / "pipelines").glob("*.yaml") if path not in TESTS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_current_and_valid(
    name: str, golden: Callable[[Path, str], None]
) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    golden(ROOT / "schemas" / name, json.dumps(SCHEMAS[name], indent=2) + "\n")


def test_there_is_no_schema_of_something_that_is_gone() -> None:
    found = {path.relative_to(ROOT / "schemas").as_posix() for path in _schema_files()}
    assert found == set(SCHEMAS)


def _schema_files() -> list[Path]:
    return list((ROOT / "schemas").rglob("*.json"))


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_a_spec_keeps_to_the_schema_that_editors_use(spec: Path) -> None:
    read = read_file(spec, project_of(spec), Diagnostics())
    assert read is not None
    document = plain(read.root)
    schema = json.loads((ROOT / "schemas" / "pipeline.schema.json").read_text("utf-8"))
    assert [e.message for e in Draft202012Validator(schema).iter_errors(document)] == []


@pytest.mark.parametrize("tests", TESTS, ids=lambda path: path.stem)
def test_a_test_file_keeps_to_the_schema_that_editors_use(tests: Path) -> None:
    schema = SCHEMAS["test.schema.json"]
    document = yaml.safe_load(tests.read_text("utf-8"))
    assert [e.message for e in Draft202012Validator(schema).iter_errors(document)] == []


@pytest.mark.parametrize(
    "spec", ["tags: 3", "steps: {a: {type: trainin}}", "steps: {a: {tpye: fail}}"]
)
def test_the_schema_that_editors_use_refuses_what_the_compiler_refuses(spec: str) -> None:
    document = yaml.safe_load(spec) | {"kind": "Pipeline", "name": "x"}
    schema = SCHEMAS["pipeline.schema.json"]
    assert list(Draft202012Validator(schema).iter_errors(document))


@pytest.mark.parametrize("spec", [PipelineSpec, *(each.spec for each in STEP_TYPES.values())])
def test_every_field_is_described(spec: type) -> None:
    assert [field.key for field in _all_fields(spec) if not field.doc] == []


def _all_fields(spec: type) -> Iterator[Field]:
    for field in fields_of(spec):
        yield field
        shape = field.shape
        while isinstance(shape, ListShape | TableShape):
            shape = shape.item
        if isinstance(shape, ObjectShape):
            yield from _all_fields(shape.spec)
