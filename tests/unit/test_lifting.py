"""What is lowered from fields is lifted into fields that lower to the same."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from compiler import compile_pipeline
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.importer.compare import differences
from compiler.importer.import_definition import import_definition
from compiler.steps import STEP_TYPES
from compiler.steps.codecs import COUNT_TEXT, FILE, FLOAT, NOTHING, Codec, each, switch
from compiler.steps.lifting import lift_members
from compiler.steps.tuning_ranges import RANGES
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases" / "steps"
SPECS = sorted(path for name in STEP_TYPES for path in (CASES / name).glob("*.yaml"))
KINDS = (
    "training",
    "tuning",
    "transform",
    "automl",
    "model",
    "endpoint_config",
    "endpoint",
    "inference_component",
    "register_model",
    "lambda",
    "for_each",
    "emr",
    "emr_serverless",
    "job",
    "lineage",
    "cleanup",
    "quality_check",
    "clarify_check",
    "bedrock_model_import",
)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.relative_to(CASES).as_posix())
def test_a_case_comes_back_from_its_import(path: Path, tmp_path: Path) -> None:
    compiled = compile_pipeline(path).pipeline
    assert compiled is not None
    definition: Any = compiled.definition
    source = SourceFile(path.name, json.dumps(definition))
    imported = import_definition(source, "lifted", Diagnostics())
    assert imported is not None
    spec = tmp_path / "lifted.yaml"
    spec.write_text(imported.text, "utf-8")
    again = compile_pipeline(spec).pipeline
    assert again is not None
    assert list(differences(definition, again.definition)) == []


def _first_step(kind: str) -> dict[str, Any]:
    sagemaker_type = STEP_TYPES[kind].sagemaker_type
    for path in sorted((CASES / kind).glob("*.json")):
        for step in json.loads(path.read_text("utf-8")):
            if step["Type"] == sagemaker_type:
                found: dict[str, Any] = step["Arguments"]
                return found
    raise AssertionError(f"no case has a {sagemaker_type} step")


@pytest.mark.parametrize("kind", KINDS)
def test_lifting_leaves_the_request_as_it_is(kind: str) -> None:
    arguments = _first_step(kind)
    before = copy.deepcopy(arguments)
    fields, _ = lift_members(STEP_TYPES[kind].members, arguments)
    assert arguments == before
    assert fields


@pytest.mark.parametrize(
    ("codec", "value", "taken"),
    [
        (COUNT_TEXT, "500", 500),
        (COUNT_TEXT, "0500", NOTHING),
        (COUNT_TEXT, 500, NOTHING),
        (switch("All", "None"), "All", True),
        (switch("All", "None"), "None", False),
        (switch("All", "None"), "Some", NOTHING),
        (FLOAT, 4.0, 4),
        (FLOAT, 0.5, 0.5),
        (FLOAT, 4, NOTHING),
        (FILE, {"S3Uri": "s3://b/k"}, "s3://b/k"),
        (FILE, {"S3Uri": "s3://b/k", "ContentType": "text/csv"}, NOTHING),
        (each("Name"), [{"Name": "a"}, {"Name": "b"}], ["a", "b"]),
        (each("Name"), [{"Name": "a", "Size": 1}], NOTHING),
        (each("Name"), [], NOTHING),
    ],
)
def test_a_codec_takes_only_what_it_writes_again(codec: Codec, value: Any, taken: Any) -> None:
    found, left = codec.lift(value)
    assert (found, left) == ((taken, NOTHING) if taken is not NOTHING else (NOTHING, value))


def test_ranges_leave_the_lists_that_they_can_not_write() -> None:
    whole = {"Name": "depth", "MinValue": "3", "MaxValue": "9", "ScalingType": "Auto"}
    odd = {"Name": "rate", "MinValue": "0.1"}
    lists = {
        "IntegerParameterRanges": [whole],
        "ContinuousParameterRanges": [odd],
        "CategoricalParameterRanges": [],
        "AutoParameters": [{"Name": "depth", "ValueHint": "5"}],
    }
    taken, left = RANGES.lift(lists)
    assert taken == {"depth": {"type": "integer", "min": "3", "max": "9", "scaling": "Auto"}}
    del lists["IntegerParameterRanges"]
    assert left == lists
