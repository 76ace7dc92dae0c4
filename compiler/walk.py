"""Walk through a definition: its steps, wherever they stand, and its texts."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from compiler.steps.step_type import HELD

Json: TypeAlias = Any


def steps_in(definition: Json) -> Iterator[dict[str, Json]]:
    """Yield every step, each before those that it holds; parts that are no steps are left out."""
    yield from _with_held(definition.get("Steps") if isinstance(definition, dict) else None)


def _with_held(listed: Json) -> Iterator[dict[str, Json]]:
    for step in listed if isinstance(listed, list) else ():
        if isinstance(step, dict) and isinstance(step.get("Arguments"), dict):
            yield step
            for member in HELD.values():
                yield from _with_held(step["Arguments"].get(member))


def texts_in(value: Json) -> Iterator[str]:
    """Yield every text in and below a value."""
    match value:
        case str():
            yield value
        case dict():
            for member in value.values():
                yield from texts_in(member)
        case list():
            for item in value:
                yield from texts_in(item)
        case _:
            pass
