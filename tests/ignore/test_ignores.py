"""What `# pipec: ignore[CODE] reason` and `rules` in `pipec.yaml` do, one case after the other."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.compile import compile_pipeline, validate_file
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import as_text
from tests.specs import Workshop

CASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "ignores.yaml").read_text("utf-8")
)
STEPS = "steps:\n  stop:\n    type: fail\n    message: stopped\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_comment_or_a_rule_has_its_effect(case: Mapping[str, Any], tmp_path: Path) -> None:
    spec = _written(case, tmp_path)
    compilation = validate_file(spec, {})
    found = compilation.diagnostics
    shown = as_text(found)
    assert sorted(_place(each) for each in found) == sorted(case.get("found", [])), shown
    ignored = [f"{_place(each)} {each.ignored}" for each in compilation.ignored]
    assert sorted(ignored) == case.get("ignored", []), shown
    assert case.get("says", "") in shown
    assert [each.level for each in found] == case.get("levels", [each.level for each in found])
    if case.get("compiles"):
        assert compile_pipeline(spec).pipeline is not None


def test_every_case_has_its_own_name() -> None:
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)


def _written(case: Mapping[str, Any], root: Path) -> Path:
    workshop = Workshop(root)
    spec = workshop.spec(_with_steps(str(case["spec"])), head="name: x\n")
    workshop.write("pipec.yaml", str(case.get("settings", "")))
    return spec


def _with_steps(body: str) -> str:
    """Put a step for `…`; what stands behind it on the line stands behind the first line of it."""
    if "…" not in body:
        return body
    first, rest = STEPS.split("\n", 1)
    before, behind = body.split("…", 1)
    end, newline, after = behind.partition("\n")
    return f"{before}{first}{end}\n{rest}{after if newline else ''}"


def _place(diagnostic: Diagnostic) -> str:
    """Return code and place; in the spec from its third line, below its kind and name."""
    span = diagnostic.span
    line = span.line + 1
    file = f"{span.source.name}:" if span.source.name == "pipec.yaml" else ""
    return f"{diagnostic.code.id} {file}{line if file else line - 2}:{span.column + 1}"
