"""Write values as YAML that reads well, and that the reader reads as the same values."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from compiler.document.scalars import plain_scalar
from compiler.expressions.syntax import OPEN

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = "Scalar | Sequence[Value] | Mapping[str, Value]"

WIDTH = 88
STEP = "  "
# YAML takes a key for one without `?` only up to 1024 characters.
LONGEST_KEY = 1000
UNPRINTABLE = r"\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff"
PLAIN = re.compile(rf"(?:[\w./$+<(^]|--?(?=\w))[^{UNPRINTABLE}]*")
NOT_PLAIN = re.compile(r": |:$| #| $|^---|^\.\.\.|^<<$")
NOT_PLAIN_IN_FLOW = re.compile(r"[\[\]{},:\"']")
NOT_PLAIN_AS_KEY = re.compile(r"[\[\]{},\"']")
# What is text to this reader, but a number, a date or a Boolean to readers of YAML 1.1.
ELSEWHERE_NO_TEXT = re.compile(
    r"y|n|yes|no|on|off|[-+]?\.(?:inf|nan)|0[box][0-9a-f_]+"
    r"|[-+.]?[0-9][0-9_,.:e+-]*(?:[t ][0-9].*)?",
    re.IGNORECASE,
)
WORDS = frozenset({"on", "off", "yes", "no", "y", "n"})
SINGLE_QUOTED = re.compile(rf"[^{UNPRINTABLE}]*")
ESCAPED = re.compile(rf'[\\"{UNPRINTABLE}]')
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
BLOCK_TEXT = re.compile(rf"[^ {UNPRINTABLE}](?:[^{UNPRINTABLE}]|(?<! )\n)*(?<![ \n])\n?")


NESTED = (Mapping, list, tuple)


class Lines(dict[str, Value]):
    """A mapping that never stands in one line."""


class Apart(Lines):
    """A mapping with empty lines around its longer entries."""


def yaml_text(value: Mapping[str, Value]) -> str:
    """Return a document; lists and mappings that are short stand in one line."""
    return "\n".join(_mapping(value, "")) + "\n" if value else "{}\n"


def inline(value: Value, *, in_flow: bool) -> str:
    """Return a value in one line, whatever it is; `in_flow` is within `{…}` or `[…]`."""
    match value:
        case Mapping():
            members = [
                f"{_key(name, NOT_PLAIN_IN_FLOW)}: {inline(member, in_flow=True)}"
                for name, member in value.items()
            ]
            return "{" + ", ".join(members) + "}"
        case list() | tuple():
            return "[" + ", ".join(inline(item, in_flow=True) for item in value) + "]"
        case _:
            return _scalar(value, NOT_PLAIN_IN_FLOW if in_flow else None)


def item_lines(value: Value, indent: str) -> list[str]:
    """Return the lines of an item of a list."""
    return _behind("- ", value, indent)


def key_text(name: str) -> str:
    """Return a key as it stands in a mapping of any style."""
    return _key(name, NOT_PLAIN_IN_FLOW)


def block_lines(value: Value, indent: str) -> list[str]:
    """Return the lines of a mapping or a list that begins on a line of its own."""
    if isinstance(value, Mapping):
        return _mapping(value, indent)
    assert isinstance(value, Sequence)  # noqa: S101 - a scalar stands in one line
    return [line for item in value for line in _behind("- ", item, indent)]


def _mapping(value: Mapping[str, Value], indent: str) -> list[str]:
    lines: list[str] = []
    was_long = False
    for name, member in value.items():
        entry = entry_lines(name, member, indent)
        if isinstance(value, Apart) and lines and (was_long or len(entry) > 1):
            lines.append("")
        was_long = len(entry) > 1
        lines += entry
    return lines


def entry_lines(name: str, value: Value, indent: str) -> list[str]:
    """Return the lines of a member of a mapping."""
    key = _key(name, NOT_PLAIN_AS_KEY)
    if len(key) > LONGEST_KEY:
        return [f"{indent}? {key}", *_behind(": ", value, indent)]
    head = f"{indent}{key}:"
    if (rest := _beside(value, len(head) + 1, indent)) is not None:
        return [f"{head} {rest[0]}", *rest[1:]]
    return [head, *block_lines(value, indent + STEP)]


def _behind(mark: str, value: Value, indent: str) -> list[str]:
    """Return the lines of a value whose first one begins with a mark of two characters."""
    rest = _beside(value, len(indent) + 2, indent)
    if rest is not None:
        return [f"{indent}{mark}{rest[0]}", *rest[1:]]
    first, *others = block_lines(value, indent + STEP)
    return [f"{indent}{mark}{first[len(indent) + 2 :]}", *others]


def _beside(value: Value, column: int, indent: str) -> list[str] | None:
    """Return what begins on the line of a key; None for what needs lines of its own."""
    if isinstance(value, str) and "\n" in value.rstrip("\n") and BLOCK_TEXT.fullmatch(value):
        lines = value.removesuffix("\n").split("\n")
        end = "" if value.endswith("\n") else "-"
        return [f"|{end}", *(f"{indent}{STEP}{line}".rstrip() for line in lines)]
    if not isinstance(value, NESTED):
        return [_scalar(value)]
    flow = _flow(value)
    return [flow] if flow is not None and (column + len(flow) <= WIDTH or not value) else None


def _flow(value: Value) -> str | None:
    """Return a value in one line; None for what would not read well: expressions, nesting."""
    match value:
        case str() if OPEN in value or "\n" in value:
            return None
        case Lines() if value:
            return None
        case Mapping():
            members = [_flow_member(name, member) for name, member in value.items()]
            return _listed("{", members, "}")
        case list() | tuple():
            items = [None if isinstance(item, NESTED) else _flow(item) for item in value]
            return _listed("[", items, "]")
        case _:
            return _scalar(value, NOT_PLAIN_IN_FLOW)


def _flow_member(name: str, value: Value) -> str | None:
    key, item = _key(name, NOT_PLAIN_IN_FLOW), _flow(value)
    if item is None or (isinstance(value, Mapping) and value) or len(key) > LONGEST_KEY:
        return None
    return f"{key}: {item}"


def _listed(opening: str, parts: Sequence[str | None], closing: str) -> str | None:
    known = [part for part in parts if part is not None]
    return opening + ", ".join(known) + closing if len(known) == len(parts) else None


def _key(name: str, not_plain: re.Pattern[str]) -> str:
    """Return a key; `on` stands without quotes as everybody writes it, though not as a value."""
    return name if name in WORDS else _scalar(name, not_plain)


def _scalar(value: Value, not_plain: re.Pattern[str] | None = None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            is_plain = _is_plain(value) and not (not_plain and not_plain.search(value))
            return value if is_plain else _quoted(value)
        case _:
            return repr(value)


def _is_plain(text: str) -> bool:
    """Return whether a text means itself without quotes."""
    return (
        PLAIN.fullmatch(text) is not None
        and NOT_PLAIN.search(text) is None
        and ELSEWHERE_NO_TEXT.fullmatch(text) is None
        and plain_scalar(text) is text
    )


def _quoted(text: str) -> str:
    if ('"' in text or "\\" in text) and SINGLE_QUOTED.fullmatch(text):
        doubled = text.replace("'", "''")
        return f"'{doubled}'"
    return '"' + ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    return ESCAPES.get(character) or f"\\u{ord(character):04x}"
