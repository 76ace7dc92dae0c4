"""Ways to write another single value where one stands: as its author would have."""

import re
from collections.abc import Iterator
from typing import Any

from compiler.document.outline import Part
from compiler.document.write import inline
from compiler.expressions.syntax import OPEN
from compiler.spec.fields import SECONDS

TOKEN = re.compile(r"\w+(?:[.-]\w+)*|\s+|.", re.DOTALL)
DURATION = re.compile(r"([1-9][0-9]*)([smhd])")
MOST_PLACES = 4
UNQUOTABLE = re.compile(r"[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]")


def written(text: str, part: Part, old: Any, new: Any, *, in_flow: bool) -> Iterator[str]:
    """Yield what may stand in place of a scalar, the most faithful first.

    `text` is the scalar as it stands there. Of one with expressions in it, or in several lines,
    only what differs is replaced.
    """
    if (OPEN in text or "\n" in text) and isinstance(old, str) and isinstance(new, str):
        yield from patched(text, old, new)
    if part.style in ("|", ">"):
        return
    if part.style in ("'", '"'):
        yield _quoted(new, part.style)
    elif part.text.isdecimal() and isinstance(new, str):
        if (duration := DURATION.fullmatch(new)) is not None:
            yield str(int(duration[1]) * SECONDS[duration[2]])
    yield inline(new, in_flow=in_flow)


def patched(text: str, old: str, new: str) -> Iterator[str]:
    """Yield a text in which is replaced what differs in two others, at each place where it is."""
    before, after = TOKEN.findall(old), TOKEN.findall(new)
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    # With what stands around it, it is found where it is not unique, or is nothing.
    for wider in (0, 1, 2, 3):
        first, last = max(0, start - wider), max(0, end - wider)
        gone = "".join(before[first : len(before) - last])
        come = "".join(after[first : len(after) - last])
        places = [match.start() for match in re.finditer(re.escape(gone), text)] if gone else []
        for place in places[:MOST_PLACES]:
            yield text[:place] + come + text[place + len(gone) :]


def _quoted(value: Any, style: str) -> str:
    """Return a value in quotes of a style, a number as the text of it."""
    text = value if isinstance(value, str) else inline(value, in_flow=True)
    if UNQUOTABLE.search(text):
        return inline(text, in_flow=True)
    if style == "'":
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
