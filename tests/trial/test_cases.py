"""Test files of specs with loops and run conditions pass."""

from pathlib import Path

import pytest

from compiler.trial.run import run_file

CASES = sorted((Path(__file__).parent / "cases").glob("*.test.yaml"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_a_case_passes(case: Path) -> None:
    result = run_file(case)
    assert [each.message for each in result.diagnostics] == []
    assert [(each.name, [d.message for d in each.diagnostics]) for each in result.results] == [
        (each.name, []) for each in result.results
    ]
    assert result.has_passed
