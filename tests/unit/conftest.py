"""What the unit tests share."""

from pathlib import Path

import pytest

from tests.specs import Workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Return a project in a folder of its own."""
    return Workshop(tmp_path)
