"""Steps that have another name where they are deployed, and the same done in a text."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.deploy.steps import Step
from compiler.document.outline import Part
from compiler.document.write import key_text
from compiler.takeover.put import put_value, spliced
from compiler.takeover.view import View
from compiler.takeover.whole_steps import mentions

# Of the values of two steps, how many must be the same.
LEAST = 0.6


def renames(old: Mapping[str, Step], new: Mapping[str, Step]) -> Iterator[tuple[str, str]]:
    """Yield steps that are gone, each with the one that has come and is most like it."""
    come = {name: step for name, step in new.items() if name not in old}
    for name, step in old.items():
        if name in new:
            continue
        alike = {
            other: _likeness(step, each) for other, each in come.items() if each.type == step.type
        }
        best = max(alike, key=lambda each: alike[each], default=None)
        if best is not None and alike[best] >= LEAST:
            del come[best]
            yield name, best


def _likeness(one: Step, other: Step) -> float:
    ours, theirs = (set(_leaves(dict(step.arguments), ())) for step in (one, other))
    return len(ours & theirs) / max(1, len(ours | theirs))


def _leaves(value: Any, path: tuple[object, ...]) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                yield from _leaves(each, (*path, name))
        case list():
            for index, each in enumerate(value):
                yield from _leaves(each, (*path, index))
        case _:
            yield json.dumps([*map(str, path), value])
    if not path:
        yield "step"


def renamed(view: View, name: str, new: str) -> str | None:
    """Return a text in which a step has another name wherever it is spoken of."""
    here: View | None = view
    for place in [*mentions(view, name)]:
        spot = here.spot(place) if here is not None else None
        if here is None or spot is None:
            return None
        if spot.part.kind == "mapping":
            spot = here.spot((*place, "step"))
        text = put_value(here.text, spot, new) if spot is not None else None
        here = here.on(text) if text is not None else None
    text = _in_expressions(here, name, new) if here is not None else None
    for place in (("steps",), (*view.overlay, "steps")):
        here = view.on(text) if text is not None else None
        spot = here.spot(place) if here is not None else None
        entry = spot.part.entry(name) if spot is not None else None
        if here is not None and entry is not None:
            text = spliced(here.text, entry.start, entry.end, key_text(new))
    return text


def _in_expressions(view: View, name: str, new: str) -> str:
    spoken = re.compile(rf"(?<![\w.])(steps|iteration)\.{re.escape(name)}(?![\w-])")
    text = view.text
    for part in sorted(_scalars(view.page.root), key=lambda each: -each.start):
        raw = text[part.start : part.end]
        if "${{" in raw:
            text = spliced(text, part.start, part.end, spoken.sub(rf"\1.{new}", raw))
    return text


def _scalars(part: Part) -> Iterator[Part]:
    if part.kind == "scalar":
        yield part
    for entry in part.entries:
        yield from _scalars(entry.value)
    for item in part.items:
        yield from _scalars(item)
