"""The tree of an expression, and where each part of it stands."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from compiler.diagnostics.span import Span

OPEN, CLOSE = "${{", "}}"
ESCAPED_OPEN = "$${{"
OPENING = re.compile(re.escape(OPEN))

Constant: TypeAlias = str | int | float | bool | None
Comparator = Literal["==", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True)
class LiteralTerm:
    """A value written out."""

    value: Constant
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ListTerm:
    """`[a, b]`."""

    items: tuple["Term", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Segment:
    """One step of a path: `.name`, `['key']` or `[3]`."""

    value: str | int
    dotted: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PathTerm:
    """`context.name.more['key'][0]`; the first segment is the context."""

    segments: tuple[Segment, ...]
    start: int
    end: int

    @property
    def context(self) -> str:
        """The first name: `vars`, `steps` and so on."""
        return str(self.segments[0].value)


@dataclass(frozen=True, slots=True)
class CallTerm:
    """`name(arguments)`."""

    name: str
    arguments: tuple["Term", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class NotTerm:
    """`not x`."""

    operand: "Term"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class CompareTerm:
    """`x >= y`."""

    operator: Comparator
    left: "Term"
    right: "Term"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InTerm:
    """`x in [a, b]`."""

    query: "Term"
    values: "Term"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class LogicTerm:
    """`x and y and z`, or the same with `or`."""

    operator: Literal["and", "or"]
    operands: tuple["Term", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InterpolationTerm:
    """Text with expressions in it."""

    parts: tuple["Term", ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class UnknownTerm:
    """What a mistake left; it has been reported."""

    start: int
    end: int


Term: TypeAlias = (
    LiteralTerm
    | ListTerm
    | PathTerm
    | CallTerm
    | NotTerm
    | CompareTerm
    | InTerm
    | LogicTerm
    | InterpolationTerm
    | UnknownTerm
)


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A string with `${{ … }}` in it; equal only to itself, so it can be the key of a table."""

    text: str
    root: Term
    span: Span

    def span_of(self, start: int, end: int) -> Span:
        """Return the place of a range of the text in the source file."""
        return locate(self.text, self.span, start, end)

    def place(self, part: Term | Segment) -> Span:
        """Return the place of a part of the expression."""
        return self.span_of(part.start, part.end)

    def place_of(self, find: Callable[[PathTerm], Term | Segment | None]) -> Span:
        """Return the place of the first part that is found in a path, or of the expression."""
        for path in paths(self.root):
            part = find(path)
            if part is not None:
                return self.place(part)
        return self.span


def locate(text: str, span: Span, start: int, end: int) -> Span:
    """Return where `text[start:end]` of a scalar's value stands in the scalar's source.

    Quotes, escapes and folded lines make source and value differ, so the n-th opening of the value
    is looked up as the n-th opening of the source, and both are followed from there.
    """
    openings = _openings(text)
    nth = bisect_right(openings, max(start, 0)) - 1
    raw, raw_openings = _source_openings(span)
    if not 0 <= nth < len(raw_openings):
        return span
    opening, at = openings[nth], raw_openings[nth]
    base = span.source.offset(span.line, span.column)
    first, last = _follow(text, opening, start, raw, at), _follow(text, opening, end, raw, at)
    if first is None or last is None:
        closing = raw.find(CLOSE, at)
        first, last = at, closing + len(CLOSE) if closing >= 0 else len(raw)
    return span.source.span(base + first, base + max(last, first + 1))


# Both are asked for each expression of a text that may hold thousands.
@lru_cache(maxsize=16)
def _openings(text: str) -> tuple[int, ...]:
    return tuple(match.start() for match in OPENING.finditer(text))


@lru_cache(maxsize=16)
def _source_openings(span: Span) -> tuple[str, tuple[int, ...]]:
    raw = span.text
    return raw, _openings(raw)


def _follow(text: str, position: int, until: int, raw: str, at: int) -> int | None:
    """Return the offset in the source of a later offset in the value, None where they part."""
    # What is the same in both is passed at once; where spaces follow, the source may have more.
    same = text[position : max(until, 0)].rstrip()
    has_doubled = "''" in raw[at : at + len(same) + 1]
    if not has_doubled and raw.startswith(same, at):
        position, at = position + len(same), at + len(same)
    while position < min(until, len(text)):
        if at >= len(raw):
            return None
        if text[position].isspace() and raw[at].isspace():
            position = _past_space(text, position)
            at = _past_space(raw, at)
            continue
        if text[position] != raw[at]:
            at += 1  # the backslash before a quote in double quotes
        if text[position : position + 1] != raw[at : at + 1]:
            return None
        at += 2 if raw[at : at + 2] == "''" and text[position : position + 2] != "''" else 1
        position += 1
    return at


def _past_space(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def children(term: Term) -> tuple[Term, ...]:
    """Return the terms directly in a term."""
    match term:
        case ListTerm(items=terms) | CallTerm(arguments=terms):
            return terms
        case LogicTerm(operands=terms) | InterpolationTerm(parts=terms):
            return terms
        case NotTerm(operand=operand):
            return (operand,)
        case CompareTerm(left=left, right=right) | InTerm(query=left, values=right):
            return (left, right)
        case LiteralTerm() | PathTerm() | UnknownTerm():
            return ()


def paths(term: Term) -> Iterator[PathTerm]:
    """Iterate over all paths in a term."""
    if isinstance(term, PathTerm):
        yield term
    for child in children(term):
        yield from paths(child)


def has_unknown(term: Term) -> bool:
    """Return whether a mistake that has been reported is in the term."""
    return isinstance(term, UnknownTerm) or any(has_unknown(child) for child in children(term))
