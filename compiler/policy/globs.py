"""Patterns of names and places: `*` is anything but a `/`, `?` one character, `**` any depth.

A `*` alone is anything at all.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

ANY_DEPTH = "**"


def fits_any(
    patterns: Iterable[str], text: str, *, is_whole: bool = True, behind: str = ""
) -> bool | None:
    """Return whether a text is of one of the patterns; None if its end is not known and decides.

    What follows the pattern may begin with one of the characters `behind`, such as the `/` below
    a folder.
    """
    verdicts = [fits(pattern, text, is_whole=is_whole, behind=behind) for pattern in patterns]
    return True if True in verdicts else None if None in verdicts else False


def fits(pattern: str, text: str, *, is_whole: bool = True, behind: str = "") -> bool | None:
    """Return whether a text is of a pattern; None if its end is not known and decides."""
    if pattern == "*":
        return True
    wanted = pattern.rstrip("/").split("/")
    found = text.split("/")
    unfinished = None if is_whole else found.pop()
    return _fits(wanted, found, unfinished, behind)


def _fits(
    wanted: Sequence[str], found: Sequence[str], unfinished: str | None, behind: str
) -> bool | None:
    for index, segment in enumerate(wanted):
        rest = found[index:]
        if segment == ANY_DEPTH:
            return _fits_at_any_depth(wanted[index + 1 :], rest, unfinished, behind)
        if not rest:
            return None if unfinished is not None and _may_begin(segment, unfinished) else False
        is_last = index == len(wanted) - 1
        if not _segment(segment, behind.replace("/", "") if is_last else "").fullmatch(rest[0]):
            return False
    is_all = len(found) == len(wanted) and unfinished is None
    return is_all or "/" in behind


def _fits_at_any_depth(
    wanted: Sequence[str], found: Sequence[str], unfinished: str | None, behind: str
) -> bool | None:
    if not wanted:
        return True
    verdicts = [_fits(wanted, found[index:], unfinished, behind) for index in range(len(found) + 1)]
    if True in verdicts:
        return True
    return None if unfinished is not None or None in verdicts else False


def _may_begin(segment: str, text: str) -> bool:
    """Return whether what begins with a text may be of a pattern: up to its first `*` or `?`."""
    fixed = re.split(r"[*?]", segment, maxsplit=1)[0]
    return fixed.startswith(text) or (text.startswith(fixed) and fixed != segment)


@lru_cache(maxsize=1024)
def _segment(pattern: str, behind: str) -> re.Pattern[str]:
    # Runs of `*` are one, and each is as short as can be, so that matching stays quick.
    written = "".join(_regex(part) for part in re.split(r"(\*+|\?)", pattern))
    end = f"(?:[{re.escape(behind)}].*)?" if behind else ""
    return re.compile(written + end, re.DOTALL)


def _regex(part: str) -> str:
    if part.startswith("*"):
        return "[^/]*?"
    return "[^/]" if part == "?" else re.escape(part)
