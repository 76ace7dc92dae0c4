"""The shape of the code: short files, a sentence at the top, and nothing heavy when compiling."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

MODULES = sorted((ROOT / "compiler").rglob("*.py"))
MOST_LINES = 400
HEAVY = ("boto3", "botocore", "sagemaker", "torch", "transformers", "pandas", "duckdb", "sqlite3")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    docstring = ast.get_docstring(ast.parse(text))
    assert docstring is not None
    assert docstring.split("\n")[0].endswith((".", ":", ";", ","))


def test_compiling_imports_nothing_heavy() -> None:
    program = (
        "import sys, pathlib, compiler.cli.compile_verb\n"
        "from compiler import compile_pipeline\n"
        "assert compile_pipeline(pathlib.Path(sys.argv[1])).pipeline is not None\n"
        "print(*sys.modules)"
    )
    spec = ROOT / "pipelines" / "bert_reviews.yaml"
    done = subprocess.run(
        [sys.executable, "-c", program, str(spec)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.split())
    assert "yaml" in imported
    assert imported.isdisjoint(HEAVY)
    assert not any(name.startswith(("compiler.local", "compiler.report")) for name in imported)
