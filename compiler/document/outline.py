"""The values of a YAML text and their places in it, styles, anchors and aliases among them.

The reader makes of a text what it means; this is how it is written, for those who edit it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

import yaml

from compiler.diagnostics.span import SourceFile
from compiler.document.read import LOADER
from compiler.document.scalars import plain_scalar
from compiler.document.write import Value

Kind: TypeAlias = Literal["scalar", "mapping", "sequence", "alias"]
MERGE = "<<"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A value from `start` to `end`; its anchor and tag, if it has any, begin at `outer`.

    `text` is what a scalar says, or the anchor that an alias names; `style` is how a scalar is
    quoted. A block ends where the last thing in it does.
    """

    kind: Kind
    outer: int
    start: int
    end: int
    is_flow: bool = False
    style: str = ""
    text: str = ""
    anchor: str | None = None
    entries: tuple["Entry", ...] = ()
    items: tuple["Part", ...] = ()

    def entry(self, key: str) -> "Entry | None":
        """Return the entry of a mapping that has a key."""
        return next((each for each in self.entries if each.key == key), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """A key and its value in a mapping."""

    key: str
    start: int
    end: int
    value: Part


def outline(text: str) -> Part | None:
    """Return the one value of a text, None if it can't be read."""
    source = SourceFile("", text)
    try:
        events = list(yaml.parse(text, Loader=LOADER))
    except yaml.YAMLError:
        return None
    parts = _Parts(source, iter(events))
    return next((parts.part(event) for event in parts.events if _is_value(event)), None)


def _is_value(event: yaml.Event) -> bool:
    return isinstance(event, yaml.NodeEvent)


@dataclass(frozen=True, slots=True)
class _Parts:
    source: SourceFile
    events: Iterator[yaml.Event]

    def part(self, event: yaml.Event) -> Part:
        match event:
            case yaml.AliasEvent():
                start, end = self._range(event)
                return Part(
                    kind="alias", outer=start, start=start, end=end, text=event.anchor or ""
                )
            case yaml.ScalarEvent():
                return self._scalar(event)
            case yaml.MappingStartEvent():
                return self._mapping(event)
            case _:
                return self._sequence(event)

    def _range(self, event: yaml.Event) -> tuple[int, int]:
        start, end = event.start_mark, event.end_mark
        assert start is not None and end is not None  # noqa: PT018, S101 - the parser sets both
        return (
            self.source.offset(start.line, start.column),
            self.source.offset(end.line, end.column),
        )

    def _behind_properties(self, event: yaml.Event, start: int) -> int:
        """Return where a value begins behind its anchor and its tag."""
        text = self.source.text
        count = sum(getattr(event, name, None) is not None for name in ("anchor", "tag"))
        while count and start < len(text) and text[start] in "&!":
            while start < len(text) and not text[start].isspace():
                start += 1
            while start < len(text) and text[start].isspace():
                start += 1
            count -= 1
        return start

    def _scalar(self, event: yaml.ScalarEvent) -> Part:
        outer, end = self._range(event)
        start = min(self._behind_properties(event, outer), end)
        style = event.style or ""
        if style in ("|", ">"):
            end = start + len(self.source.text[start:end].rstrip())
        return Part(
            kind="scalar", outer=outer, start=start, end=end, style=style, text=event.value,
            anchor=event.anchor,
        )  # fmt: skip

    def _mapping(self, event: yaml.MappingStartEvent) -> Part:
        outer, start = self._range(event)
        entries: list[Entry] = []
        for key in self.events:
            if isinstance(key, yaml.MappingEndEvent):
                end = self._end(key, event, entries[-1].value.end if entries else start)
                break
            at = self.part(key)
            value = self.part(next(self.events))
            entries.append(Entry(key=at.text, start=at.outer, end=at.end, value=value))
        return self._collection(event, outer, end, Part(
            kind="mapping", outer=outer, start=outer, end=end, entries=tuple(entries),
        ))  # fmt: skip

    def _sequence(self, event: yaml.Event) -> Part:
        outer, start = self._range(event)
        items: list[Part] = []
        for item in self.events:
            if isinstance(item, yaml.SequenceEndEvent):
                end = self._end(item, event, items[-1].end if items else start)
                break
            items.append(self.part(item))
        return self._collection(event, outer, end, Part(
            kind="sequence", outer=outer, start=outer, end=end, items=tuple(items),
        ))  # fmt: skip

    def _end(self, closing: yaml.Event, opening: yaml.Event, last: int) -> int:
        is_flow = bool(getattr(opening, "flow_style", False))
        return self._range(closing)[1] if is_flow else last

    def _collection(self, event: yaml.Event, outer: int, end: int, part: Part) -> Part:
        start = min(self._behind_properties(event, outer), end)
        is_flow = bool(getattr(event, "flow_style", False))
        return replace(part, start=start, is_flow=is_flow, anchor=getattr(event, "anchor", None))


@dataclass(frozen=True, kw_only=True, slots=True)
class Anchors:
    """The values that aliases stand for."""

    named: tuple[Part, ...] = field(default=())

    def of(self, alias: Part) -> Part | None:
        """Return the last value before an alias that has its name."""
        before = [each for each in self.named if each.outer < alias.start]
        return next((each for each in reversed(before) if each.anchor == alias.text), None)


def anchors_in(part: Part) -> Anchors:
    """Return all anchored values in and below a value, in the order of the text."""
    found = sorted(_anchored(part), key=lambda each: each.outer)
    return Anchors(named=tuple(found))


def _anchored(part: Part) -> Iterator[Part]:
    if part.anchor is not None and part.kind != "alias":
        yield part
    for entry in part.entries:
        yield from _anchored(entry.value)
    for item in part.items:
        yield from _anchored(item)


def value_of(part: Part, anchors: Anchors) -> Value:
    """Return what a part says, aliases and merged mappings as if they stood there."""
    match part.kind:
        case "alias":
            found = anchors.of(part)
            return value_of(found, anchors) if found is not None else None
        case "scalar":
            return part.text if part.style else plain_scalar(part.text)
        case "sequence":
            return [value_of(item, anchors) for item in part.items]
        case "mapping":
            return _members(part, anchors)


def _members(part: Part, anchors: Anchors) -> dict[str, Value]:
    own: dict[str, Value] = {}
    merged: dict[str, Value] = {}
    for entry in part.entries:
        value = value_of(entry.value, anchors)
        if entry.key != MERGE:
            own[entry.key] = value
            continue
        for each in value if isinstance(value, list) else [value]:
            for name, member in each.items() if isinstance(each, dict) else ():
                merged.setdefault(name, member)
    return merged | own
