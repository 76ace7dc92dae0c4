"""Fixtures of the tests of `pipec test`."""

from pathlib import Path

import pytest

from tests.local.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A home in which nothing has happened yet."""
    return World(tmp_path / "home")
