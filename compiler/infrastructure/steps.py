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


def model_package_groups(definition: Mapping[str, Json]) -> list[str]:
    """Return the groups that models are registered in, as far as they are named and not ARNs."""
    found = (
        step["Arguments"].get("ModelPackageGroupName")
        for step in steps_of(definition)
        if step["Type"] == "RegisterModel"
    )
    return list(dict.fromkeys(n for n in found if isinstance(n, str) and not n.startswith("arn:")))
