"""What has to be edited in a spec: where its fields are not those of what is deployed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.takeover.paths import ABSENT, Path

# Lists of names, whose order says nothing.
NAMES = frozenset({"then", "else", "steps", "after"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit:
    """A field that is to be another; `old` or `new` is ABSENT where it is not there."""

    path: Path
    old: Any
    new: Any

    @property
    def step(self) -> str | None:
        """The step that the field is in."""
        return str(self.path[1]) if self.path[:1] == ("steps",) and len(self.path) > 1 else None

    @property
    def is_whole_step(self) -> bool:
        """Whether a step is added or removed."""
        return self.step is not None and len(self.path) == 2


def edits_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Edit]:
    """Return the edits that make fields into others: additions, changes, removals."""
    found = list(_members(old, new, ()))
    order = {True: 0, False: 1}
    return sorted(found, key=lambda each: 2 if each.new is ABSENT else order[each.old is ABSENT])


def _edits(old: Any, new: Any, path: Path) -> Iterator[Edit]:
    match old, new:
        case Mapping(), Mapping():
            yield from _members(old, new, path)
        case list(), list() if path[-1] in NAMES and _names(old) is not None:
            if _names(old) != _names(new):
                yield Edit(path=path, old=old, new=new)
        case list(), list() if len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                yield from _edits(one, other, (*path, index))
        case _:
            if not is_alike(old, new):
                yield Edit(path=path, old=old, new=new)


def _members(old: Mapping[str, Any], new: Mapping[str, Any], path: Path) -> Iterator[Edit]:
    for name in [*old, *(each for each in new if each not in old)]:
        yield from _edits(old.get(name, ABSENT), new.get(name, ABSENT), (*path, name))


def _names(items: list[Any]) -> set[str] | None:
    return set(items) if all(isinstance(each, str) for each in items) else None


def is_alike(one: Any, other: Any) -> bool:
    """Return whether two values are the same; `1` is not `true`, and nothing is not null."""
    match one, other:
        case Mapping(), Mapping():
            names = one.keys() | other.keys()
            return all(is_alike(one.get(n, ABSENT), other.get(n, ABSENT)) for n in names)
        case list(), list():
            return len(one) == len(other) and all(map(is_alike, one, other))
        case _:
            is_same = one is other if ABSENT in (one, other) else one == other
            return is_same and isinstance(one, bool) == isinstance(other, bool)
