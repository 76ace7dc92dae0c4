"""What a definition becomes compiles to the same definition again."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler import compile_pipeline
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import as_text
from compiler.diagnostics.span import SourceFile
from compiler.importer.import_definition import import_definition
from tests.conftest import ROOT

MADE = [
    *(ROOT / "tests" / "conformance").glob("*/*.json"),
    *(ROOT / "tests" / "golden" / "pipelines").glob("**/pipeline.json"),
]
DEFINITIONS = sorted(path for path in MADE if path.name != "facts.json")
SPECS = sorted((ROOT / "tests" / "cases" / "steps").glob("*/*.yaml"))
# Written with what may be left out or said in another way, so that only the meaning comes back.
OTHER_WORDS = {"spellings/by_hand.json"}
NULL_SAYS_SOMETHING = ("PipelineExperimentConfig", "MlflowConfig")
HELD = ("IfSteps", "ElseSteps", "ForEachBody")


def shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", DEFINITIONS, ids=shown)
def test_a_definition_comes_back(path: Path, tmp_path: Path) -> None:
    definition = json.loads(path.read_text("utf-8"))
    compiled = imported_and_compiled(definition, tmp_path)
    if shown(path) not in OTHER_WORDS:
        assert in_order(compiled) == in_order(definition)


@pytest.mark.parametrize("path", SPECS, ids=shown)
def test_what_a_spec_compiles_to_comes_back(path: Path, tmp_path: Path) -> None:
    pipeline = compile_pipeline(path).pipeline
    assert pipeline is not None
    compiled = imported_and_compiled(pipeline.definition, tmp_path)
    assert in_order(compiled) == in_order(pipeline.definition)


def imported_and_compiled(definition: Any, folder: Path) -> Any:
    diagnostics = Diagnostics()
    source = SourceFile("definition.json", json.dumps(definition, indent=2))
    imported = import_definition(source, "x", diagnostics)
    assert as_text(list(diagnostics)) == ""
    assert imported is not None
    (folder / "pipec.yaml").touch()
    spec = folder / "spec.yaml"
    spec.write_text(imported.text, "utf-8")
    compilation = compile_pipeline(spec)
    errors = [each for each in compilation.diagnostics if each.is_error]
    assert as_text(errors) == ""
    assert imported.mistakes == 0
    assert compilation.pipeline is not None
    return compilation.pipeline.definition


def in_order(value: Any, member: str = "") -> Any:
    """Return a value with its steps by name, and in which `1` and `true` are different.

    Without members that are null, which a request can't have: SageMaker takes them as left out.
    """
    match value:
        case dict():
            return {
                name: in_order(item, name)
                for name, item in value.items()
                if item is not None or name in NULL_SAYS_SOMETHING
            }
        case list() if member in {"Steps", *HELD}:
            return {step["Name"]: in_order(step) for step in value}
        case list():
            return [in_order(item, member) for item in value]
        case bool():
            return (bool, value)
        case _:
            return value
