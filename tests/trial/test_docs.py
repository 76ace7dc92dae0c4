"""The page on tests says what the spec classes say, and its example passes."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from compiler.spec.shape import Field, ListShape, ObjectShape, TableShape, fields_of
from compiler.trial.run import run_file
from compiler.trial.spec import (
    ExpectedStepSpec,
    ExpectSpec,
    GivenExecutionSpec,
    GivenStepSpec,
    SettingSpec,
    TrialFileSpec,
    TrialSpec,
)
from tests.conftest import ROOT
from tests.step_pages import field_table
from tests.test_docs import TABLE

PAGE = ROOT / "docs" / "testing.md"
SPECS: dict[str, type] = {
    "test file": TrialFileSpec,
    "test": TrialSpec,
    "given step": GivenStepSpec,
    "given execution": GivenExecutionSpec,
    "expectation": ExpectSpec,
    "expected step": ExpectedStepSpec,
}


def test_the_tables_of_fields_are_current(golden: Callable[[Path, str], None]) -> None:
    text = PAGE.read_text("utf-8")
    assert [match[1] for match in TABLE.finditer(text)] == list(SPECS)
    golden(PAGE, TABLE.sub(_table, text))


def _table(match: re.Match[str]) -> str:
    spec = SPECS[match[1]]
    return "\n".join([f"<!-- fields: {match[1]} -->", *field_table(spec), "<!-- end -->"])


def test_the_example_passes(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    for folder in ("pipelines", "templates"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "pipec.yaml").touch()
    tests = tmp_path / "pipelines" / "bert_reviews.test.yaml"
    tests.write_text(example, "utf-8")
    results = run_file(tests).results
    assert [each.verdict for each in results] == ["passed", "passed"]


@pytest.mark.parametrize("spec", [*SPECS.values(), SettingSpec])
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
