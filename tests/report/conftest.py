"""What the tests of the report share: sample inputs and expected files."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the switch for a run of this folder alone; the whole suite declares it as well."""
    try:
        parser.addoption("--update", action="store_true", help="rewrite expected files")
    except ValueError:
        return


@pytest.fixture
def definition() -> Any:
    """Return the definition of the BERT pipeline."""
    return json.loads((HERE / "definitions/bert_reviews.json").read_text(encoding="utf-8"))


@pytest.fixture
def run_folder() -> Path:
    """Return the folder of a run of the BERT pipeline that succeeded."""
    return HERE / "runs/bert_reviews"


@pytest.fixture
def record(run_folder: Path) -> Any:
    """Return the record of that run."""
    return json.loads((run_folder / "run.json").read_text(encoding="utf-8"))


@pytest.fixture
def matches_expected(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return the comparison of a text with a file under golden/, which `--update` rewrites."""

    def compare(name: str, text: str) -> None:
        path = HERE / "golden" / name
        if request.config.getoption("--update", default=False):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
