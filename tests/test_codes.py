"""Every diagnostic code has a page, the page's example prints what it says, and code uses it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.compile import validate_file
from compiler.diagnostics import codes
from compiler.diagnostics.codes import ALL_CODES, Code
from tests.conftest import ROOT

PAGES = ROOT / "compiler" / "diagnostics" / "explain"
# A definition of a megabyte, a file that can't be read, and what only AWS can tell.
WITHOUT_EXAMPLE = (codes.DEFINITION_SIZE, codes.UNREADABLE, codes.WRONG_ACCOUNT)
BLOCK = re.compile(r"```(yaml|file|text)([^\n]*)\n(.*?)```\n", re.DOTALL)
COMMAND = re.compile(r"^`pipec ([^`]+)` prints:$", re.MULTILINE)
REPORTED = re.compile(r"^(?:error|warning)\[([EW]\d+)\]", re.MULTILINE)
WITH_EXAMPLE = [code for code in ALL_CODES if code not in WITHOUT_EXAMPLE]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """The files of a page's example, by path, and the command that is run beside them."""

    files: dict[str, bytes]
    command: list[str]


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert sorted(path.stem for path in PAGES.iterdir()) == [code.id for code in ALL_CODES]


def test_no_two_codes_are_alike() -> None:
    assert len({code.id for code in ALL_CODES}) == len({code.name for code in ALL_CODES})
    assert len({code.id for code in ALL_CODES}) == len(ALL_CODES)


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_a_page_is_headed_by_its_code_and_explains_it(code: Code) -> None:
    title, *paragraphs = _page(code).read_text("utf-8").split("\n\n")
    assert title == f"# {code.id} {code.name}"
    explained = paragraphs[: paragraphs.index("## Example")] if code in WITH_EXAMPLE else paragraphs
    assert len([each for each in explained if each.strip()]) >= 3


@pytest.mark.parametrize("code", WITH_EXAMPLE, ids=lambda code: code.id)
def test_a_page_shows_what_its_example_prints(
    code: Code,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    golden: Callable[[Path, str], None],
) -> None:
    page = _page(code).read_text("utf-8")
    printed = _printed(_example(page), tmp_path, monkeypatch)
    assert REPORTED.findall(printed) == [code.id]
    golden(_page(code), _with_text(page, printed))


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_a_code_is_used(code: Code) -> None:
    name = next(name for name, value in vars(codes).items() if value is code)
    used = re.compile(rf"\bcodes\.{name}\b")
    modules = (ROOT / "compiler").rglob("*.py")
    assert any(used.search(path.read_text("utf-8")) for path in modules)


def test_a_folder_can_not_be_read(tmp_path: Path) -> None:
    found = validate_file(tmp_path).diagnostics
    assert [diagnostic.code for diagnostic in found] == [codes.UNREADABLE]


def _page(code: Code) -> Path:
    return PAGES / f"{code.id}.md"


def _example(page: str) -> Example:
    files = {}
    for kind, name, content in BLOCK.findall(page):
        if kind == "yaml":
            files["spec.yaml"] = content.encode(name.strip() or "utf-8")
        elif kind == "file":
            files[name.strip()] = content.encode()
    (command,) = COMMAND.findall(page)
    return Example(files=files, command=command.split())


def _printed(example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (folder / "pipec.yaml").touch()
    for name, content in example.files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    monkeypatch.chdir(folder)
    return CliRunner().invoke(pipec, example.command).output


def _with_text(page: str, printed: str) -> str:
    start = page.index("```text\n") + len("```text\n")
    return page[:start] + printed + page[page.index("```", start) :]
