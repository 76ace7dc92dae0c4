"""Nothing that is fed to the compiler makes it fail; what it did fail with once is kept."""

import subprocess
import sys
from itertools import repeat
from pathlib import Path

import pytest

from compiler.diagnostics.span import SourceFile, Span
from tests.conftest import ROOT
from tests.fuzz.cases import case_of
from tests.fuzz.checks import Checker, misplaced
from tests.fuzz.limits import TooSlowError, limited

REGRESSIONS = sorted((ROOT / "tests" / "fuzz" / "regressions").iterdir())
# About ten seconds; `make fuzz` does the rest.
COUNT = 500


@pytest.fixture(scope="module")
def checker(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return Checker(tmp_path_factory.mktemp("project"))


def test_mutated_specs_and_definitions_show_no_fault() -> None:
    command = [sys.executable, "-m", "tests.fuzz.run", "--seed", "1", "--count", str(COUNT)]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "no faults" in result.stdout


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.name)
def test_what_showed_a_fault_shows_none(path: Path, checker: Checker) -> None:
    kind = "definition" if path.suffix == ".json" else "spec"
    outcome = checker.check(kind, path.name, path.read_bytes())
    assert outcome.faults == ()


@pytest.mark.parametrize(
    ("kind", "head"), [("spec", "kind: Pipeline\nname: x\nsteps: "), ("definition", "")]
)
def test_a_document_of_very_many_values_is_refused_in_time(
    kind: str, head: str, checker: Checker
) -> None:
    content = f"{head}[{'1, ' * 300_000}1]".encode()
    outcome = checker.check(kind, "very_many", content)
    assert outcome.faults == ()
    assert outcome.verdict in {"errors", "refused"}


def test_a_case_is_made_of_its_number_alone() -> None:
    assert case_of(7, 11) == case_of(7, 11)
    assert case_of(7, 11) != case_of(8, 11)


def test_work_that_never_ends_is_stopped() -> None:
    with pytest.raises(TooSlowError), limited(0.01):
        sum(1 for _ in repeat(None))


def test_another_file_in_the_place_of_a_spec_does_not_stay(checker: Checker) -> None:
    name = "pipelines/bert_reviews.yaml"
    checker.check("spec", name, b"kind: Pipeline\n")
    assert (checker.root / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize(
    ("place", "is_right"),
    [((0, 0, 0, 2), True), ((1, 0, 1, 0), True), ((0, 0, 0, 3), False), ((2, 0, 2, 0), False),
     ((0, 1, 0, 0), False)],
)  # fmt: skip
def test_a_place_must_lie_in_its_file(place: tuple[int, int, int, int], is_right: bool) -> None:
    span = Span(SourceFile("x.yaml", "ab\n"), *place)
    assert (list(misplaced(span)) == []) == is_right
