"""How two JSON values differ, member by member."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.deploy.secrets import last_name, without_secrets
from compiler.local.resolve import Json
from compiler.sagemaker.properties import NAMED_LISTS

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
    """A member that is not the same; `old` or `new` is None where it is not there or null."""

    path: str
    old: Json
    new: Json

    def as_json(self) -> dict[str, Json]:
        """Return the difference as JSON, without secrets."""
        name = last_name(self.path)
        old, new = without_secrets(self.old, name), without_secrets(self.new, name)
        return {"path": self.path, "old": old, "new": new}


def differences(old: Json, new: Json, path: str = "") -> Iterator[Difference]:
    """Yield where two values differ, as deep as they are of one form.

    The order of members says nothing, a member that is null is not there, and items that have a
    name are found by it: `ProcessingInputs['raw'].S3Input.S3Uri`.
    """
    match old, new:
        case dict(), dict() if not (_is_reference(old) or _is_reference(new)):
            for name in [*old, *(each for each in new if each not in old)]:
                inner = f"{path}.{name}" if path else name
                yield from differences(old.get(name), new.get(name), inner)
        case list(), list():
            yield from _items(old, new, path)
        case _:
            if not is_same(old, new):
                yield Difference(path=path, old=old, new=new)


def _items(old: list[Json], new: list[Json], path: str) -> Iterator[Difference]:
    naming = NAMED.get(path.rpartition(".")[2])
    before, after = _by_name(old, naming), _by_name(new, naming)
    if naming is None or before is None or after is None:
        if len(old) == len(new):
            for index, (one, other) in enumerate(zip(old, new, strict=True)):
                yield from differences(one, other, f"{path}[{index}]")
        elif not is_same(old, new):
            yield Difference(path=path, old=old, new=new)
        return
    for name in [*before, *(each for each in after if each not in before)]:
        yield from differences(before.get(name), after.get(name), f"{path}['{name}']")


def _by_name(items: list[Json], naming: str | None) -> dict[str, Json] | None:
    """Return items by name, None where one has none or two have the same."""
    if naming is None:
        return None
    found: dict[str, Json] = {}
    for item in items:
        name = item.get(naming) if isinstance(item, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = item
    return found


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
