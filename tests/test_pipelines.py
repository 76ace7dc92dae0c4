"""Every spec in `pipelines/` compiles without a warning, to the same bytes anywhere."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import compile_pipeline
from compiler.code.project import project_of
from compiler.compile import read_file
from compiler.compose.target import target_names
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import as_text
from compiler.trial.run import run_file
from compiler.write import script_files
from tests.conftest import ROOT

PIPELINES, TESTS = (sorted((ROOT / "pipelines").glob(each)) for each in ("*.yaml", "*.test.yaml"))
SPECS = [path for path in PIPELINES if path not in TESTS]
COMPILE = (
    "import sys, pathlib, compiler; c = compiler.compile_pipeline(pathlib.Path(sys.argv[1])); \
sys.stdout.write(c.pipeline.definition_json + c.pipeline.manifest_json)"
)


def _targets(spec: Path) -> list[str]:
    document = read_file(spec, project_of(spec), Diagnostics())
    assert document is not None
    return target_names(document.root)


@pytest.mark.parametrize(
    ("spec", "target"), [(spec, target) for spec in SPECS for target in _targets(spec)]
)
def test_a_spec_compiles_to_its_expected_definition(
    spec: Path, target: str, golden: Callable[[Path, str], None]
) -> None:
    compilation = compile_pipeline(spec, target=target)
    assert as_text(compilation.diagnostics) == ""
    assert compilation.pipeline is not None
    folder = ROOT / "tests" / "golden" / "pipelines" / spec.stem / target
    golden(folder / "pipeline.json", compilation.pipeline.definition_json)
    golden(folder / "manifest.json", compilation.pipeline.manifest_json)


@pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
def test_scripts_are_committed_as_their_templates_say(
    spec: Path, golden: Callable[[Path, str], None]
) -> None:
    compilation = compile_pipeline(spec)
    assert compilation.pipeline is not None
    assert compilation.source is not None
    for script in script_files(compilation.pipeline, ROOT, compilation.source.name):
        golden(script.path, script.content.decode())


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_bytes_are_the_same_for_any_hash_seed_and_folder(seed: str, tmp_path: Path) -> None:
    spec = SPECS[0]
    there = tmp_path / "elsewhere"
    for name in ("pipelines", "templates"):
        shutil.copytree(ROOT / name, there / name)
    (there / "pipec.yaml").write_text("")
    expected = compile_pipeline(spec).pipeline
    assert expected is not None
    done = subprocess.run(
        [sys.executable, "-c", COMPILE, f"pipelines/{spec.name}"],
        cwd=there,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == expected.definition_json + expected.manifest_json


@pytest.mark.parametrize("tests", TESTS, ids=lambda path: path.stem)
def test_the_tests_of_a_spec_pass(tests: Path) -> None:
    assert [each.name for each in run_file(tests).results if each.verdict != "passed"] == []


def test_generated_scripts_are_formatted() -> None:
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--check", "--line-length=100",
         "training_scripts"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
