"""How two JSON values differ, member by member."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.local.resolve import Json
from compiler.sagemaker.properties import NAMED_LISTS
from compiler.secrets.hide import without_secrets

# Lists of a definition whose items have a name, beside those of the API: their order says nothing.
NAMED = {
    **NAMED_LISTS,
    "Parameters": "Name",
    "PropertyFiles": "PropertyFileName",
    "OutputParameters": "OutputName",
    "Tags": "Key",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A member that is not the same; `old` or `new` is None where it is not there or null.

    `shown` are the two without secrets, which is all that people may see of them.
    """

    path: str
    old: Json
    new: Json
    shown: tuple[Json, Json]

    def as_json(self) -> dict[str, Json]:
        """Return the difference as JSON, without secrets."""
        old, new = self.shown
        return {"path": self.path, "old": old, "new": new}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Side:
    """A value, and what is shown of it: the same but for secrets."""

    value: Json = None
    shown: Json = None

    def member(self, name: str) -> "_Side":
        if name not in self.value:
            return _Side()
        return _Side(value=self.value[name], shown=self.shown[name])

    @property
    def items(self) -> list["_Side"]:
        return [
            _Side(value=value, shown=shown)
            for value, shown in zip(self.value, self.shown, strict=True)
        ]


def differences(
    old: Json, new: Json, path: str = "", *, called: str | None = None
) -> Iterator[Difference]:
    """Yield where two values differ, as deep as they are of one form.

    The order of members says nothing, a member that is null is not there, and items that have a
    name are found by it: `ProcessingInputs['raw'].S3Input.S3Uri`. What the whole is `called` tells
    whether it is secret, by default the end of its path.
    """
    if is_same(old, new):
        return
    # Before it is taken apart: what a value is called may stand beside it.
    name = last_name(path) if called is None else called
    before, after = (_Side(value=each, shown=without_secrets(each, name)) for each in (old, new))
    yield from _differences(before, after, path)


def _differences(old: _Side, new: _Side, path: str) -> Iterator[Difference]:
    match old.value, new.value:
        case dict() as one, dict() as other if not (_is_reference(one) or _is_reference(other)):
            for name in [*one, *(each for each in other if each not in one)]:
                inner = f"{path}.{name}" if path else name
                yield from _differences(old.member(name), new.member(name), inner)
        case list(), list():
            yield from _items(old, new, path)
        case one, other:
            if not is_same(one, other):
                yield _difference(old, new, path)


def _difference(old: _Side, new: _Side, path: str) -> Difference:
    return Difference(path=path, old=old.value, new=new.value, shown=(old.shown, new.shown))


def _items(old: _Side, new: _Side, path: str) -> Iterator[Difference]:
    naming = NAMED.get(path.rpartition(".")[2])
    before, after = _by_name(old.items, naming), _by_name(new.items, naming)
    if before is None or after is None:
        if len(old.items) == len(new.items):
            for index, (one, other) in enumerate(zip(old.items, new.items, strict=True)):
                yield from _differences(one, other, f"{path}[{index}]")
        elif not is_same(old.value, new.value):
            yield _difference(old, new, path)
        return
    for name in [*before, *(each for each in after if each not in before)]:
        one, other = before.get(name, _Side()), after.get(name, _Side())
        yield from _differences(one, other, f"{path}['{name}']")


def _by_name(items: list[_Side], naming: str | None) -> dict[str, _Side] | None:
    """Return items by name, None where one has none or two have the same."""
    if naming is None:
        return None
    found: dict[str, _Side] = {}
    for item in items:
        name = item.value.get(naming) if isinstance(item.value, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


def last_name(path: str) -> str:
    """Return the name of the member that a path leads to: `KEY` of `Environment['KEY']`."""
    return re.split(r"[.\[\]']", path.rstrip("]'"))[-1]


def is_same(old: Json, new: Json) -> bool:
    """Return whether two values say the same; `1` is not `true`, and null is nothing."""
    match old, new:
        case dict(), dict():
            names = {*old, *new}
            return all(is_same(old.get(name), new.get(name)) for name in names)
        case list(), list():
            return len(old) == len(new) and all(map(is_same, old, new))
        case _:
            return old == new and isinstance(old, bool) == isinstance(new, bool)


def _is_reference(value: dict[str, Json]) -> bool:
    return len(value) == 1 and next(iter(value)) in ("Get", "Std:Join", "Std:JsonGet")
