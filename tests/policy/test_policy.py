"""Each policy finds what breaks it, at its place, however it is written, and lets the rest be."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.compile import validate_file
from compiler.diagnostics import codes
from compiler.diagnostics.render import as_text
from compiler.spec.policy import CODES
from tests.conftest import ROOT
from tests.rules.test_rules import CLOSING, OPENING, _position, _whole
from tests.specs import Workshop

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cases.yaml").read_text("utf-8")
)


def _texts(key: str) -> list[Any]:
    return [
        pytest.param(case, text, id=f"{case['name']} {number + 1}")
        for case in CASES
        for number, text in enumerate(case[key])
    ]


@pytest.mark.parametrize(("case", "text"), _texts("wrong"))
def test_what_breaks_a_policy_is_found_once_at_its_place(
    case: Mapping[str, Any], text: str, tmp_path: Path
) -> None:
    marked = _whole(text)
    start = marked.index(OPENING)
    spec = marked.replace(OPENING, "").replace(CLOSING, "")
    found = validate_file(_written(spec, case["policy"], tmp_path), {}).diagnostics
    shown = as_text(found)
    assert [each.code.id for each in found] == [case["code"]], shown
    span = found[0].span
    assert (span.line, span.column) == _position(spec, start), shown
    end = marked.find(CLOSING) - 1
    assert (span.end_line, span.end_column) == _position(spec, end), shown
    assert case["says"] in f"{found[0].message}\n{found[0].hint}", shown
    assert found[0].related[-1].span.source.name == "pipec.yaml"


@pytest.mark.parametrize(("case", "text"), _texts("right"))
def test_what_keeps_a_policy_is_let_be(case: Mapping[str, Any], text: str, tmp_path: Path) -> None:
    found = validate_file(_written(_whole(text), case["policy"], tmp_path), {}).diagnostics
    assert as_text(found) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_without_a_policy_nothing_is_found(case: Mapping[str, Any], tmp_path: Path) -> None:
    for text in case["wrong"]:
        spec = _whole(text).replace(OPENING, "").replace(CLOSING, "")
        assert as_text(validate_file(_written(spec, None, tmp_path), {}).diagnostics) == ""


def test_every_code_has_a_case() -> None:
    assert {case["code"] for case in CASES} == {code.id for code in CODES.values()}


def test_the_demo_breaks_no_policy_since_there_is_none() -> None:
    found = validate_file(ROOT / "pipelines" / "bert_reviews.yaml", {})
    assert not {each.code for each in found.diagnostics} & set(CODES.values())
    assert all(code.is_ignorable for code in CODES.values())
    assert codes.IMAGE_REGION.is_ignorable is False


def _written(spec: str, policy: object, root: Path) -> Path:
    workshop = Workshop(root)
    workshop.write("pipec.yaml", yaml.safe_dump({"policy": policy}) if policy else "")
    return workshop.write("spec.yaml", spec)
