"""The steps of a definition, those that other steps hold among them."""

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.definition import Json
from compiler.steps.step_type import HELD


def steps_of(definition: Mapping[str, Json]) -> Iterator[dict[str, Any]]:
    """Yield every step, each before those that it holds."""
    yield from _with_held(definition["Steps"])


def _with_held(steps: Any) -> Iterator[dict[str, Any]]:
    for step in steps:
        yield step
        for member in HELD.values():
            yield from _with_held(step["Arguments"].get(member, ()))
