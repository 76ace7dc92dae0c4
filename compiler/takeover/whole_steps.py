"""Ways to add, remove, move and replace whole steps in a text."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from compiler.document.outline import value_of
from compiler.document.write import Lines, entry_lines
from compiler.steps.step_type import HELD
from compiler.takeover.anchored import freed
from compiler.takeover.edits import NAMES
from compiler.takeover.forms import shortened
from compiler.takeover.paths import ABSENT, Path
from compiler.takeover.put import add_item, add_member, column, line_end, line_start, put_value
from compiler.takeover.remove import remove
from compiler.takeover.view import View

STEPS = "steps"
FIELDS = {member: side for side, member in HELD.items()} | {HELD["body"]: "steps"}


def step_fields(view: View, name: str) -> Lines:
    """Return the fields of a step as the importer writes them."""
    fields = view.goal.fields[STEPS][name]
    short = shortened(fields, view.goal.forms.at((STEPS, name)))
    return Lines(short if isinstance(short, Mapping) else {})


def added(view: View, name: str) -> Iterator[str | None]:
    """Yield texts with another step, held by what holds it where it is deployed."""
    spot = view.spot((STEPS,))
    if spot is None or spot.part.kind != "mapping":
        return
    names = [entry.key for entry in spot.part.entries]
    goal = list(view.goal.steps)
    before = [each for each in goal[: goal.index(name)] if each in names]
    for after in dict.fromkeys([*before[-1:], *names[-1:]]):
        text = add_member(
            view.text, spot, name, step_fields(view, name), after=after, is_apart=is_spaced(view)
        )
        yield _held(view, text, name)
        yield text


def is_spaced(view: View) -> bool:
    """Return whether there are empty lines between the steps, as there are usually."""
    spot = view.spot((STEPS,))
    entries = spot.part.entries if spot is not None else ()
    if len(entries) < 2:
        return True
    return any(
        "\n\n" in view.text[one.value.end : other.start]
        for one, other in itertools.pairwise(entries)
    )


def holder_of(view: View, name: str) -> tuple[str, str] | None:
    """Return the step that is to hold another, and the field in which it does."""
    path = view.goal.steps[name].path
    if len(path) < 5:
        return None
    outer = next(each for each in view.goal.steps.values() if each.path == path[:-3])
    return outer.name, FIELDS[str(path[-2])]


def _held(view: View, text: str | None, name: str) -> str | None:
    """Return a text in which a step is held as it is to be, None if it can't be."""
    holder = holder_of(view, name)
    here = view.on(text) if text is not None else None
    if here is None or holder is None:
        return text
    path: Path = (STEPS, *holder)
    value = here.value(path)
    if value is ABSENT:
        owner = here.spot(path[:2])
        return add_member(here.text, owner, holder[1], [name]) if owner is not None else None
    spot = here.spot(path)
    if spot is None or not isinstance(value, list):
        return put_value(here.text, spot, [value, name]) if spot is not None else None
    return here.text if name in value else add_item(here.text, spot, len(value), name)


def dropped(view: View, name: str) -> Iterator[str | None]:
    """Yield texts without a step: without its block, and without its name in lists of steps."""
    yield _dropped(view, name)
    spot = view.spot((STEPS, name))
    apart = freed(view, spot.part) if spot is not None else None
    if apart is not None:
        yield _dropped(apart, name)


def _dropped(view: View, name: str) -> str | None:
    text: str | None = _unnamed(view, name)
    for place in ((*view.overlay, STEPS, name), (STEPS, name)):
        here = view.on(text) if text is not None else None
        spot = here.spot(place) if here is not None else None
        if here is not None and spot is not None:
            text = remove(here.text, spot)
    return text


def _unnamed(view: View, name: str) -> str:
    """Return a text in which no list of steps has a name."""
    here = view
    while (place := next(mentions(here, name), None)) is not None:
        spot = here.spot(place)
        text = remove(here.text, spot) if spot is not None else None
        if text is None:
            owner = here.spot(place[:-1])
            text = remove(here.text, owner) if owner is not None else None
        following = here.on(text) if text is not None else None
        if following is None or following.text == here.text:
            break
        here = following
    return here.text


def mentions(view: View, name: str) -> Iterator[Path]:
    """Yield where a list of steps has a name."""
    root = value_of(view.page.root, view.page.anchors)
    for prefix in ((), view.overlay):
        here: Any = root
        for key in (*prefix, STEPS):
            here = here.get(key) if isinstance(here, Mapping) else None
        for step, fields in here.items() if isinstance(here, Mapping) else ():
            for field in NAMES if isinstance(fields, Mapping) else ():
                yield from _in_field(fields.get(field), name, (*prefix, STEPS, step, field))


def _in_field(value: Any, name: str, path: Path) -> Iterator[Path]:
    for index, each in enumerate(value if isinstance(value, list) else [value]):
        if each == name or (isinstance(each, Mapping) and each.get("step") == name):
            yield (*path, index)


def moved(view: View, name: str) -> Iterator[str | None]:
    """Yield texts in which a step is held as it is to be."""
    here = view
    for place in mentions(view, name):
        if place[-2] == "after":
            continue
        spot = here.spot(place) or here.spot(place[:-1])
        text = remove(here.text, spot) if spot is not None else None
        if text is None:
            owner = here.spot(place[:-1])
            text = remove(here.text, owner) if owner is not None else None
            text = text or (put_value(here.text, owner, []) if owner is not None else None)
        following = here.on(text) if text is not None else None
        if following is None:
            return
        here = following
    yield _held(here, here.text, name)


def block_replaced(view: View, name: str) -> Iterator[str | None]:
    """Yield texts in which all of a step is as the importer writes it."""
    spot = view.spot((STEPS, name))
    entry = spot.entry if spot is not None else None
    if spot is None or entry is None:
        return
    indent = " " * column(view.text, entry.start)
    lines = entry_lines(name, step_fields(view, name), indent)
    start = line_start(view.text, entry.start)
    end = line_end(view.text, spot.part.end)
    yield view.text[:start] + "\n".join(lines) + view.text[end:]
