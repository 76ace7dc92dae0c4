"""Ways to say in `request:` of a step what its fields do not say as it is deployed."""

from collections.abc import Iterator, Mapping
from typing import Any

from compiler.takeover.edits import is_alike
from compiler.takeover.paths import ABSENT, Path, nested
from compiler.takeover.put import add_member, put_value
from compiler.takeover.remove import remove
from compiler.takeover.view import View, after

REQUEST = "request"


def request_texts(view: View, name: str, path: Path, new: Any) -> Iterator[str | None]:
    """Yield texts in which `request:` of a step says a member."""
    value = None if new is ABSENT else view.goal.values.of(new)
    for place in reversed(view.places(("steps", name, REQUEST, *path))):
        for way in view.ways(place):
            if way.is_whole:
                if new is ABSENT:
                    yield remove(view.text, way.spot)
                yield put_value(view.text, way.spot, value)
                yield put_value(view.text, way.spot, value, keeps_anchor=False)
            elif way.spot.part.kind == "mapping" and isinstance(way.left[0], str):
                key, *others = str(way.left[0]), *way.left[1:]
                below = nested(tuple(others), value)
                yield add_member(view.text, way.spot, key, below, after=after(way.spot, key))


def member_edits(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield the members of a request that differ, and what they are to be; a list is one."""
    if isinstance(old, Mapping) and isinstance(new, Mapping) and "Get" not in {*old, *new}:
        for name in [*old, *(each for each in new if each not in old)]:
            one, other = old.get(name), new.get(name)
            below = (*path, name)
            if isinstance(one, Mapping) and isinstance(other, Mapping):
                yield from member_edits(one, other, below)
            elif not is_alike(one, other):
                yield below, ABSENT if other is None else other
    elif not is_alike(old, new):
        yield path, new
