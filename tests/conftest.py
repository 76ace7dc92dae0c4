"""The switch `--update`, and comparison with expected files."""

from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="Rewrite the expected files.")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with an expected file, or write the file under `--update`."""
    update = bool(request.config.getoption("--update"))

    def compare(path: Path, text: str) -> None:
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            return
        shown = path.relative_to(ROOT).as_posix()
        assert path.is_file(), f"{shown} is missing: run `make update`"
        assert text == path.read_text("utf-8"), f"{shown} differs: run `make update`"

    return compare
