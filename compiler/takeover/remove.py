"""Take a member of a mapping or an item of a list out of a text, with the comments above it."""

from compiler.document.outline import Part
from compiler.takeover.put import column, line_end, line_start, spliced
from compiler.takeover.spots import Spot


def remove(text: str, spot: Spot) -> str | None:
    """Return a text without what stands at a spot; None if it is the only one there."""
    holder = spot.above.part if spot.above is not None else None
    if holder is None:
        return None
    if holder.kind == "mapping":
        ranges = [(each.start, max(each.end, each.value.end)) for each in holder.entries]
    else:
        ranges = [(_dash(text, holder, each), each.end) for each in holder.items]
    start, end = ranges[spot.index]
    if len(ranges) == 1:
        return None
    following = ranges[spot.index + 1][0] if spot.index + 1 < len(ranges) else None
    if holder.is_flow:
        if following is not None:
            return spliced(text, start, following, "")
        return spliced(text, ranges[spot.index - 1][1], end, "")
    if text[line_start(text, start) : start].strip():
        # A mapping that begins behind the dash of an item: its next member moves there.
        return spliced(text, start, following, "") if following is not None else None
    return _without_lines(text, start, end)


def _dash(text: str, holder: Part, item: Part) -> int:
    return item.outer if holder.is_flow else text.rfind("-", 0, item.outer + 1)


def _without_lines(text: str, start: int, end: int) -> str:
    """Return a text without the lines of a member, and the comments that belong to it."""
    first, last = line_start(text, start), min(line_end(text, end) + 1, len(text))
    indent = column(text, start)
    while first and _is_comment(text, line_start(text, first - 1), indent):
        first = line_start(text, first - 1)
    above = text[line_start(text, first - 1) : first] if first else "\n"
    below = text[last : line_end(text, last) + 1]
    if first and not above.strip() and not below.strip():
        # One of the empty lines around it is enough.
        first = line_start(text, first - 1)
    return text[:first] + text[last:]


def _is_comment(text: str, start: int, indent: int) -> bool:
    line = text[start : line_end(text, start)]
    return line.startswith(" " * indent + "#")
