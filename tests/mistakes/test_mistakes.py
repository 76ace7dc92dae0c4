"""Single mistakes in the demo spec: each gives one diagnostic, at its place, with advice."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.compile import validate_file
from compiler.diagnostics.render import as_text
from tests.conftest import ROOT

SPEC = (ROOT / "pipelines" / "bert_reviews.yaml").read_text("utf-8")
MISTAKES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "mistakes.yaml").read_text("utf-8")
)
OPENING, CLOSING = "«", "»"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    (root / "pipec.yaml").touch()
    shutil.copytree(ROOT / "templates", root / "templates")
    (root / "pipelines").mkdir()
    return root


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake["name"])
def test_a_mistake_gives_one_diagnostic(mistake: Mapping[str, Any], project: Path) -> None:
    marked = _marked(mistake)
    text, start, end = _place(marked)
    path = project / "pipelines" / "spec.yaml"
    path.write_bytes(text.encode(mistake.get("encoding", "utf-8")))
    found = validate_file(path, {}).diagnostics
    shown = as_text(found)
    assert [diagnostic.code.id for diagnostic in found] == [mistake["code"]], shown
    (diagnostic,) = found
    span = diagnostic.span
    assert (span.line + 1, span.column + 1) == start, shown
    assert end is None or (span.end_line + 1, span.end_column + 1) == end, shown
    assert mistake["says"] in f"{diagnostic.message}\n{diagnostic.hint}", shown


# What people type, and what breaks a parser's assumptions.
SCRAPS = (
    "", " ", "\n", "\t", ":", "- ", "{", "}", "[", "]", '"', "'", "${{", "}}", "&a ", "*a", "<<: ",
    "!x ", "null", "0", "-1", "1e999", "~", "#", "|", ">-\n", "\x00", "ü", "\u2028",
)  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(
    start=st.integers(0, len(SPEC)),
    length=st.integers(0, 40),
    scraps=st.lists(st.sampled_from(SCRAPS), max_size=3),
)
def test_no_edit_makes_the_compiler_raise(
    project: Path, start: int, length: int, scraps: list[str]
) -> None:
    text = SPEC[:start] + "".join(scraps) + SPEC[start + length :]
    path = project / "pipelines" / "edited.yaml"
    path.write_text(text, "utf-8", newline="")
    found = validate_file(path, {}).diagnostics
    lines = len(text.splitlines()) + 1
    assert all(diagnostic.message and diagnostic.span.line <= lines for diagnostic in found)


def test_every_mistake_has_its_own_name() -> None:
    names = [mistake["name"] for mistake in MISTAKES]
    assert len(set(names)) == len(names)


def _marked(mistake: Mapping[str, Any]) -> str:
    """Return the spec with the mistake in it and its place marked."""
    if "whole" in mistake:
        return str(mistake["whole"])
    pattern = re.escape(str(mistake["old"])).replace("…", r"[^\n]*?")
    found = list(re.finditer(pattern, SPEC))
    assert len(found) == 1, f"`old` stands {len(found)} times in the spec"
    text = SPEC[: found[0].start()] + str(mistake["new"]) + SPEC[found[0].end() :]
    if "at" not in mistake:
        return text
    marked = str(mistake["at"])
    at = marked.replace(OPENING, "").replace(CLOSING, "")
    assert text.count(at) == 1, f"`at` stands {text.count(at)} times in the changed spec"
    return text.replace(at, marked)


def _place(marked: str) -> tuple[str, tuple[int, int], tuple[int, int] | None]:
    """Return a text without its marks, and the lines and columns where they were."""
    start, end = marked.index(OPENING), marked.find(CLOSING)
    text = marked.replace(OPENING, "").replace(CLOSING, "")
    return text, _position(text, start), _position(text, end - 1) if end >= 0 else None


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
