"""Each rule finds its mistake at its place, however it is written, and lets its neighbours be."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.compile import validate_file
from compiler.diagnostics.codes import ALL_CODES
from compiler.diagnostics.render import as_text
from tests.conftest import ROOT
from tests.specs import Workshop

CASES: list[dict[str, Any]] = [
    case
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text("utf-8"))
]
OPENING, CLOSING = "«", "»"
RULES = [code for code in ALL_CODES if "E520" <= code.id <= "E569" or "W510" <= code.id <= "W539"]
TABLE = "## The rules"
INTRODUCTION = (
    "They hold for what a step sends to SageMaker, whether short fields, `request` or an imported"
    " definition says it."
)
EXPLAINED = "../compiler/diagnostics/explain"
HEAD = """\
kind: Pipeline
name: x
"""
JOBS = """\
storage: s3://bucket/prefix
defaults:
  image: example.com/image:1
  role: arn:aws:iam::111122223333:role/r
  instance: ml.m5.large
steps:
"""


def _specs(key: str) -> list[Any]:
    found = []
    for case in CASES:
        texts = case.get(key, [])
        for number, text in enumerate(texts):
            name = f"{case['name']} {number + 1}" if len(texts) > 1 else case["name"]
            found.append(pytest.param(case, text, id=name))
    return found


@pytest.mark.parametrize(("case", "text"), _specs("wrong"))
def test_a_mistake_is_found_once_at_its_place(
    case: Mapping[str, Any], text: str, tmp_path: Path
) -> None:
    marked = _whole(text)
    start = marked.index(OPENING)
    spec = marked.replace(OPENING, "").replace(CLOSING, "")
    found = validate_file(_written(spec, tmp_path), {}).diagnostics
    shown = as_text(found)
    assert [each.code.id for each in found] == [case["code"]], shown
    span = found[0].span
    assert (span.line, span.column) == _position(spec, start), shown
    end = marked.find(CLOSING) - 1
    assert end < 0 or (span.end_line, span.end_column) == _position(spec, end), shown
    assert case["says"] in f"{found[0].message}\n{found[0].hint}", shown


@pytest.mark.parametrize(("case", "text"), _specs("right"))
def test_a_sound_neighbour_is_let_be(case: Mapping[str, Any], text: str, tmp_path: Path) -> None:
    found = validate_file(_written(_whole(text), tmp_path), {}).diagnostics
    assert as_text(found) == "", case["name"]


def test_every_rule_has_a_case() -> None:
    assert {code.id for code in RULES} <= {case["code"] for case in CASES}


def test_the_documentation_lists_the_rules(golden: Callable[[Path, str], None]) -> None:
    page = ROOT / "docs" / "rules.md"
    text = page.read_text("utf-8")
    end = text.index(TABLE) + len(TABLE) if TABLE in text else len(text)
    head = text[:end] if TABLE in text else f"{text.rstrip()}\n\n{TABLE}"
    lines = [
        f"| [{code.id}]({EXPLAINED}/{code.id}.md) | {code.name} | {_meaning(code.id)} |"
        for code in RULES
    ]
    table = "\n".join(["| code | name | what is wrong |", "|---|---|---|", *lines])
    golden(page, f"{head}\n\n{INTRODUCTION}\n\n{table}\n")


def _meaning(code: str) -> str:
    page = ROOT / "compiler" / "diagnostics" / "explain" / f"{code}.md"
    return page.read_text("utf-8").split("\n\n")[1]


def test_every_case_has_a_mistake_a_sound_neighbour_and_its_own_name() -> None:
    assert all(case["wrong"] and case["right"] for case in CASES)
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


def test_a_definition_is_warned_of_before_it_is_too_long(tmp_path: Path) -> None:
    def codes_of(length: int) -> list[str]:
        lines = [
            f"  p{number}: {{type: string, description: {'x' * length}}}" for number in range(199)
        ]
        used = "".join(f"${{{{ parameters.p{number} }}}}" for number in range(199))
        steps = f"steps:\n  stop: {{type: fail, message: {used!r}}}\n"
        spec = HEAD + "\n".join(["parameters:", *lines, steps])
        return [each.code.id for each in validate_file(_written(spec, tmp_path), {}).diagnostics]

    assert codes_of(3800) == []
    assert codes_of(4000) == ["W501"]


def _whole(text: str) -> str:
    """Return a spec; a text without `steps` is the steps of one."""
    if "steps:\n" in text:
        return HEAD + text
    return HEAD + JOBS + "".join(f"  {line}\n" for line in text.splitlines())


def _written(text: str, root: Path) -> Path:
    workshop = Workshop(root)
    workshop.write("pipec.yaml", "")
    return workshop.write("spec.yaml", text)


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n"), offset - (before.rfind("\n") + 1)
