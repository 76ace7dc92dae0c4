"""The patterns of the service model, which are Java's, as Python's."""

import re
from functools import cache

UNICODE_CLASSES = {
    r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s", r"\p{M}": "", r"\p{P}": r"\W",
    r"\p{S}": r"\W", r"\p{Alnum}": "a-zA-Z0-9",
}  # fmt: skip
# What Python can't read, and what it would try in more ways than it ever comes to an end with.
REWRITTEN = (
    (re.compile(r"\*\)\$\{\d+,\d+\}"), "*)"),
    (re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF"), r"\\U00010000-\\U0010FFFF"),
    # `(-*[+\-.])*` finds each hyphen in both parts.
    (re.compile(r"\(-\*\[([^\]]*\\-[^\]]*)\]\)(?=[*{])"), r"[\1]"),
)


@cache
def matches(pattern: str, text: str) -> bool:
    """Return whether a whole text matches; a pattern that Python can't read matches all."""
    compiled = _compiled(pattern)
    return compiled is None or compiled.fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    for java, python in UNICODE_CLASSES.items():
        pattern = pattern.replace(java, python)
    for written, rewritten in REWRITTEN:
        pattern = written.sub(rewritten, pattern)
    try:
        return re.compile(pattern)
    except re.error:
        return None
