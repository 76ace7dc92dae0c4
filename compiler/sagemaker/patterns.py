"""The patterns of the service model, which are Java's, as Python's."""

import re
from functools import cache

UNICODE_CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{M}": "", r"\p{P}": r"\W"}


@cache
def matches(pattern: str, text: str) -> bool:
    """Return whether a whole text matches; a pattern that Python can't read matches all."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    for java, python in UNICODE_CLASSES.items():
        pattern = pattern.replace(java, python)
    try:
        return re.compile(pattern)
    except re.error:
        return None
