"""Ways to make a list of a text into another one, item by item."""

import json
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from compiler.document.outline import value_of
from compiler.takeover.forms import inner, shortened
from compiler.takeover.paths import Path
from compiler.takeover.put import add_item, put_value
from compiler.takeover.remove import remove
from compiler.takeover.view import View


def list_texts(view: View, place: Path, old: list[Any], new: list[Any]) -> Iterator[str]:
    """Yield texts in which a list has become another one; the items stay that are in both.

    Items are told by what they say, so the author may have them in another order, and else by their
    position.
    """
    spot = view.spot(place)
    if spot is None or spot.part.kind != "sequence":
        return
    there = [value_of(item, view.page.anchors) for item in spot.part.items]
    gone = [each for each in old if each not in new]
    if all(map(_is_single, [*old, *new, *there])) and all(each in there for each in gone):
        come = [each for each in new if each not in old and each not in there]
        steps: list[tuple[str, int, Any]] = [("remove", there.index(each), None) for each in gone]
        steps.sort(key=lambda step: -step[1])
        if len(gone) == len(come) == 1:
            steps = [("put", there.index(gone[0]), come[0])]
        else:
            steps += [("add", 10_000, each) for each in come]
        if steps and (text := _stepwise(view, place, steps)) is not None:
            yield text
    if len(there) == len(old):
        text = _stepwise(view, place, list(_by_position(old, new)))
        if text is not None:
            yield text


def _is_single(value: Any) -> bool:
    return not isinstance(value, Mapping | list)


def _by_position(old: list[Any], new: list[Any]) -> Iterator[tuple[str, int, Any]]:
    one, other = ([json.dumps(each) for each in items] for items in (old, new))
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for _, start, end, first, last in reversed(
        [each for each in matcher.get_opcodes() if each[0] != "equal"]
    ):
        both = min(end - start, last - first)
        yield from (("remove", index, None) for index in reversed(range(start + both, end)))
        yield from (
            ("add", start + both, new[index]) for index in reversed(range(first + both, last))
        )
        yield from (("put", start + index, new[first + index]) for index in range(both))


def _stepwise(view: View, place: Path, steps: list[tuple[str, int, Any]]) -> str | None:
    """Return the text after all steps, None if one of them can't be made."""
    text: str | None = view.text
    for verb, index, value in steps:
        here = view.on(text) if text is not None else None
        spot = here.spot(place) if here is not None else None
        if here is None or spot is None or spot.part.kind != "sequence":
            return None
        short = shortened(value, inner(spot.shape, index))
        if verb == "add":
            text = add_item(here.text, spot, index, short)
            continue
        item = here.spot((*place, index))
        if item is None:
            return None
        text = remove(here.text, item) if verb == "remove" else put_value(here.text, item, short)
    return text
