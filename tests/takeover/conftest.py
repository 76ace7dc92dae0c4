"""Specs in a folder of their own, and what becomes of them when something else is deployed."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest

from compiler.compile import compile_pipeline
from compiler.deploy.deployment import wanted
from compiler.takeover.draft import Workshop
from compiler.takeover.take_over import Edited, take_over
from tests.aws.conftest import aws, aws_server
from tests.takeover.mutations import steps_of

__all__ = ["aws", "aws_server"]

Json = Any


@dataclass(frozen=True)
class Case:
    """A spec, and what is deployed instead of it."""

    text: str
    edited: Edited

    @property
    def lines(self) -> list[str]:
        """The lines that are gone and that have come."""
        found = unified_diff(self.text.split("\n"), self.edited.text.split("\n"), lineterm="", n=0)
        return [line for line in list(found)[2:] if not line.startswith("@@")]

    @property
    def left(self) -> list[tuple[str, str]]:
        return [(each.kind, each.name) for each in self.edited.left]


class Taker:
    """Takes over into specs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pipec.yaml").touch()

    def __call__(
        self,
        text: str,
        change: Callable[[Json], object] | None = None,
        *,
        target: str | None = None,
        force: bool = False,
        **beside: Any,
    ) -> Case:
        path = self.folder / "spec.yaml"
        path.write_text(text, "utf-8")
        compilation = compile_pipeline(path, target=target)
        assert compilation.pipeline is not None, [d.message for d in compilation.diagnostics]
        want = wanted(compilation.pipeline)
        definition: Json = copy.deepcopy(want.definition)
        if change is not None:
            change(definition)
        workshop = Workshop(
            source="spec.yaml",
            project=compilation.project,
            target=target,
            environment={},
            deployed=replace(want, definition=definition, **beside),
        )
        edited = take_over(text, workshop, force=force)
        assert edited is not None
        return Case(text, edited)


@pytest.fixture
def take(tmp_path: Path) -> Taker:
    return Taker(tmp_path)


def step(definition: Json, name: str) -> Json:
    """Return a step of a definition."""
    return next(each for _, each, _ in steps_of(definition) if each["Name"] == name)
