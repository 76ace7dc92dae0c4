"""Paths of members and items in values, and values with one of them changed."""

from collections.abc import Mapping
from typing import Any, TypeAlias

Key: TypeAlias = str | int
Path: TypeAlias = tuple[Key, ...]


class Absent:
    """Stands where nothing does, as null is something in a spec."""

    def __repr__(self) -> str:
        """Return the name."""
        return "ABSENT"


ABSENT = Absent()


def at(value: Any, path: Path) -> Any:
    """Return what stands at a path, ABSENT if nothing does."""
    for key in path:
        match value:
            case Mapping() if key in value:
                value = value[key]
            case list() if isinstance(key, int) and key < len(value):
                value = value[key]
            case _:
                return ABSENT
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Return a value with something else at a path; mappings on the way there are made."""
    if not path:
        return new
    key, *rest = path
    if isinstance(key, int):
        items = list(value) if isinstance(value, list) else []
        if key >= len(items):
            items.append(None)
            key = len(items) - 1
        items[key] = replaced(items[key], tuple(rest), new)
        return [each for each in items if each is not ABSENT]
    members = dict(value) if isinstance(value, Mapping) else {}
    members[key] = replaced(members.get(key), tuple(rest), new)
    return {name: each for name, each in members.items() if each is not ABSENT}


def nested(path: Path, value: Any) -> Any:
    """Return a value below the members of a path, None if an item is among these."""
    if any(isinstance(key, int) for key in path):
        return None
    for key in reversed(path):
        value = {key: value}
    return value
