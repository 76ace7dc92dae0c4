"""Ways to edit a field in a text, from the most to the least faithful to its author."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from compiler.document.outline import MERGE, value_of
from compiler.document.write import Value
from compiler.spec.shape import TableShape
from compiler.takeover.anchored import anchored_around, freed
from compiler.takeover.edits import Edit, is_alike
from compiler.takeover.forms import expanded, shortened
from compiler.takeover.lists import list_texts
from compiler.takeover.paths import ABSENT, Path, at, nested, replaced
from compiler.takeover.put import add_item, add_member, put_value, spliced
from compiler.takeover.remove import remove
from compiler.takeover.scalars import written
from compiler.takeover.spots import Spot, Way
from compiler.takeover.view import View, after

# A text with one variable in it.
OTHER_TEXT = r"(?:(?!\$\{\{).)*"
VARIABLE = re.compile(
    rf"(?P<before>{OTHER_TEXT})"
    r"\$\{\{ *vars\.(?P<path>[\w.-]+) *\}\}"
    rf"(?P<behind>{OTHER_TEXT})",
    re.DOTALL,
)
# A number, a Boolean or a text as JSON.
JSON = re.compile(r'-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?|true|false|"[^"\\\x00-\x1f]*"')
# What takes a default away, depending on the field.
NOTHINGS: tuple[Value, ...] = (None, False, {}, [])


def field_texts(view: View, edit: Edit) -> Iterator[str | None]:
    """Yield texts in which a field may be as it is to be; None for a way that is none."""
    said = _said(edit.new)
    for new in (edit.new,) if is_alike(said, edit.new) else (said, edit.new):
        yield from _texts(view, replace(edit, new=new))
    # What others share by an anchor stays theirs.
    for place in view.places(edit.path):
        for part in anchored_around(next(view.ways(place)).spot):
            apart = freed(view, part)
            if apart is not None:
                yield from _texts(apart, replace(edit, new=said))


def _said(value: Any) -> Any:
    """Return the numbers, and the texts in quotes, that texts hold where the API wants text."""
    match value:
        case Mapping():
            return {name: _said(each) for name, each in value.items()}
        case list():
            return [_said(each) for each in value]
        case str() if JSON.fullmatch(value):
            return json.loads(value)
        case _:
            return value


def _texts(view: View, edit: Edit) -> Iterator[str | None]:
    for place in view.places(edit.path):
        for way in view.ways(place):
            yield from (
                _changed(view, place, way, edit) if way.is_whole else _added(view, place, way, edit)
            )
    yield from _over_default(view, edit)
    yield from _with_more(view, edit)


def _changed(view: View, place: Path, way: Way, edit: Edit) -> Iterator[str | None]:
    spot, new = way.spot, edit.new
    if new is ABSENT:
        yield from _removed(view, spot)
        return
    if spot.part.kind == "scalar" and not isinstance(new, Mapping | list):
        yield from _scalar(view, spot, edit)
    if isinstance(edit.old, list) and isinstance(new, list):
        yield from list_texts(view, place, edit.old, new)
    short = shortened(new, spot.shape)
    yield put_value(view.text, spot, short)
    if spot.part.anchor is not None:
        yield put_value(view.text, spot, short, keeps_anchor=False)


def _removed(view: View, spot: Spot) -> Iterator[str | None]:
    """Yield texts without what is there; a mapping that this empties goes too, or stays empty."""
    here: Spot | None = spot
    while here is not None and here.above is not None:
        text = remove(view.text, here)
        yield text
        if text is not None:
            return
        yield put_value(view.text, here.above, {})
        here = here.above


def _scalar(view: View, spot: Spot, edit: Edit) -> Iterator[str | None]:
    part = spot.part
    yield from _in_variable(view, part.text, edit.new)
    raw = view.text[part.start : part.end]
    for new in written(raw, part, edit.old, edit.new, in_flow=spot.in_flow):
        if part.start == part.end:
            yield put_value(view.text, spot, edit.new)
        else:
            yield spliced(view.text, part.start, part.end, new)


def _in_variable(view: View, text: str, new: Any) -> Iterator[str | None]:
    """Yield texts in which the variable that gave a value has another one.

    That is right only if all who use the variable have changed alike, as the proof shows.
    """
    match = VARIABLE.fullmatch(text)
    if match is None:
        return
    before, behind = match["before"], match["behind"]
    value = new
    if before or behind:
        is_around = isinstance(new, str) and new.startswith(before) and new.endswith(behind)
        if not is_around or len(new) <= len(before) + len(behind):
            return
        value = new[len(before) : len(new) - len(behind)]
    names = tuple(match["path"].split("."))
    for place in ((*view.overlay, "vars", *names), ("vars", *names)):
        way = next(view.ways(place))
        if way.is_whole and way.spot.part.kind == "scalar":
            yield from _scalar_of_variable(view, way.spot, value)
            return


def _scalar_of_variable(view: View, spot: Spot, value: Any) -> Iterator[str | None]:
    part = spot.part
    raw = view.text[part.start : part.end]
    for new in written(raw, part, part.text, value, in_flow=spot.in_flow):
        yield spliced(view.text, part.start, part.end, new)


def _added(view: View, place: Path, way: Way, edit: Edit) -> Iterator[str | None]:
    """Yield texts with a member that is not there, or not in a form that can take the edit."""
    spot, (key, *others), new = way.spot, way.left, edit.new
    part, said = spot.part, value_of(way.spot.part, view.page.anchors)
    if part.kind == "mapping":
        if not isinstance(key, str):
            return
        if part.entry(MERGE) is not None and isinstance(said, Mapping) and key in said:
            upto = place[: len(place) - len(others)]
            shape = view.now.forms.at(upto)
            value = replaced(expanded(said[key], shape), tuple(others), new)
            yield add_member(view.text, spot, key, shortened(value, shape))
        elif new is not ABSENT:
            value = nested(tuple(others), new)
            upto = place[: len(place) - len(others)]
            if value is not None or new is None:
                value = shortened(value, view.now.forms.at(upto))
                yield add_member(view.text, spot, key, value, after=after(spot, key))
        return
    if isinstance(spot.shape, TableShape) and part.kind == "sequence" and not others:
        items = [value_of(item, view.page.anchors) for item in part.items]
        if new is ABSENT and key in items:
            item = view.spot((*place[: len(place) - len(way.left)], items.index(key)))
            yield remove(view.text, item) if item is not None else None
        elif new is not ABSENT:
            yield add_item(view.text, spot, len(items), key)
    value = replaced(expanded(said, spot.shape), way.left, new)
    yield put_value(view.text, spot, shortened(value, spot.shape), keeps_anchor=False)


def _over_default(view: View, edit: Edit) -> Iterator[str | None]:
    """Yield texts in which a step says itself what the defaults said of it."""
    if edit.step is None or len(edit.path) < 3:
        return
    field = str(edit.path[2])
    spot = view.spot(edit.path[:2])
    default = view.default(field)
    if spot is None or spot.part.kind != "mapping" or spot.part.entry(field) is not None:
        return
    if len(edit.path) == 3 and edit.new is ABSENT:
        for nothing in NOTHINGS:
            yield add_member(view.text, spot, field, nothing, after=after(spot, field))
        return
    if default is ABSENT:
        return
    shape = view.now.forms.at(edit.path[:3])
    value = replaced(expanded(default, shape), edit.path[3:], edit.new)
    yield add_member(view.text, spot, field, shortened(value, shape), after=after(spot, field))


def _with_more(view: View, edit: Edit) -> Iterator[str | None]:
    """Yield texts in which more than the member is as it is to be, up to the whole field."""
    least = 3 if edit.step is not None else 1
    for length in range(len(edit.path) - 1, least - 1, -1):
        path = edit.path[:length]
        goal = at(view.goal.fields, path)
        if goal is ABSENT:
            continue
        short = shortened(goal, view.now.forms.at(path))
        for place in view.places(path):
            for way in view.ways(place):
                if way.is_whole:
                    yield put_value(view.text, way.spot, short)
                    yield put_value(view.text, way.spot, short, keeps_anchor=False)
                elif len(way.left) == 1 and isinstance(way.left[0], str):
                    name = way.left[0]
                    yield add_member(view.text, way.spot, name, short, after=after(way.spot, name))
