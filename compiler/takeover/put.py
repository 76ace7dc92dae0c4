"""Put a value into a text: in place of another, or beside others."""

import re
from collections.abc import Mapping

from compiler.document.outline import Part
from compiler.document.write import Value, block_lines, entry_lines, inline, item_lines, key_text
from compiler.takeover.spots import Spot

COMMENT_BEHIND = re.compile(r"[ \t]+#[^\n]*")


def line_start(text: str, offset: int) -> int:
    """Return where the line of an offset begins."""
    return text.rfind("\n", 0, offset) + 1


def line_end(text: str, offset: int) -> int:
    """Return where the line of an offset ends, without its end."""
    found = text.find("\n", offset)
    return found if found >= 0 else len(text)


def column(text: str, offset: int) -> int:
    """Return how far an offset is from the beginning of its line."""
    return offset - line_start(text, offset)


def spliced(text: str, start: int, end: int, new: str) -> str:
    """Return a text with another piece between two offsets."""
    return text[:start] + new + text[end:]


def put_value(text: str, spot: Spot, value: Value, *, keeps_anchor: bool = True) -> str | None:
    """Return a text with another value at a spot; None if it can't stand there."""
    part, holder = spot.part, spot.above.part if spot.above is not None else None
    if holder is None:
        return None
    start = part.start if keeps_anchor else part.outer
    if spot.in_flow or _is_line(value, part):
        new = inline(value, in_flow=spot.in_flow)
        if holder.kind == "mapping" and start == part.end and text[start - 1] == ":":
            new = f" {new}"
        if not part.is_flow and part.kind in ("mapping", "sequence") and spot.entry is not None:
            return spliced(text, spot.entry.end, part.end, f": {new}")
        return spliced(text, start, part.end, new)
    if spot.entry is not None:
        return _put_member(text, spot, value)
    return _put_item(text, spot, value)


def _is_line(value: Value, part: Part) -> bool:
    """Return whether a value stands in one line there."""
    if isinstance(value, Mapping | list):
        return part.is_flow or not value
    return not (isinstance(value, str) and "\n" in value) or part.style in ("'", '"')


def _put_member(text: str, spot: Spot, value: Value) -> str:
    entry, part = spot.entry, spot.part
    assert entry is not None  # noqa: S101 - the caller has looked
    indent = " " * column(text, entry.start)
    first, *others = entry_lines("k", value, indent)
    head = first[len(indent) + 2 :]
    is_block = part.kind in ("mapping", "sequence") and not part.is_flow
    if not head and is_block and line_start(text, part.start) > entry.end:
        inside = " " * column(text, part.start)
        lines = block_lines(value, inside)
        return spliced(text, line_start(text, part.start), part.end, "\n".join(lines))
    end = part.end
    if others and (comment := COMMENT_BEHIND.match(text, end)) is not None and not head:
        # The comment stays behind the key.
        new = ":" + comment[0] + "\n" + "\n".join(others)
        return spliced(text, entry.end, comment.end(), new)
    return spliced(text, entry.end, end, "\n".join([f":{head}", *others]))


def _put_item(text: str, spot: Spot, value: Value) -> str:
    dash = text.rfind("-", 0, spot.part.outer)
    indent = " " * column(text, dash)
    first, *others = item_lines(value, indent)
    wider = column(text, spot.part.outer) - column(text, dash) - 2
    pad = " " * max(0, wider) if spot.part.outer > dash + 1 else ""
    lines = [first[len(indent) + 2 :], *(f"{pad}{line}" for line in others)]
    return spliced(text, spot.part.outer, spot.part.end, "\n".join(lines))


def add_member(
    text: str,
    spot: Spot,
    name: str,
    value: Value,
    *,
    after: str | None = None,
    is_apart: bool = False,
) -> str | None:
    """Return a text with another member in a mapping, behind the member `after` or the last one.

    With `is_apart` there are empty lines around it.
    """
    part = spot.part
    if part.kind != "mapping":
        return None
    before = part.entry(after) if after is not None else None
    before = before or (part.entries[-1] if part.entries else None)
    if part.is_flow or before is None:
        new = f"{key_text(name)}: {inline(value, in_flow=True)}"
        if before is None:
            return spliced(text, part.start, part.end, "{" + new + "}")
        return spliced(text, before.value.end, before.value.end, f", {new}")
    indent = " " * column(text, part.entries[0].start)
    lines = entry_lines(name, value, indent)
    at = line_end(text, max(before.value.end, before.end))
    gap = "\n" if is_apart else ""
    behind = text[at + 1 : line_end(text, at + 1)]
    tail = "\n" if is_apart and behind.strip() else ""
    return spliced(text, at, at, f"\n{gap}" + "\n".join(lines) + tail)


def add_item(text: str, spot: Spot, index: int, value: Value) -> str | None:
    """Return a text with another item in a list, before the one that has the index now."""
    part = spot.part
    if part.kind != "sequence":
        return None
    if part.is_flow or not part.items:
        new = inline(value, in_flow=True)
        if not part.items:
            return spliced(text, part.start, part.end, f"[{new}]")
        if index >= len(part.items):
            return spliced(text, part.items[-1].end, part.items[-1].end, f", {new}")
        at = part.items[index].outer
        return spliced(text, at, at, f"{new}, ")
    dash = text.rfind("-", 0, part.items[0].outer + 1)
    indent = " " * column(text, dash)
    lines = item_lines(value, indent)
    if index == 0:
        return spliced(text, dash, dash, "\n".join(lines)[len(indent) :] + "\n" + indent)
    at = line_end(text, part.items[min(index, len(part.items)) - 1].end)
    return spliced(text, at, at, "\n" + "\n".join(lines))
