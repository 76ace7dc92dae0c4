"""Comments that speak to the compiler: `# pipec: ignore[CODE] reason`.

A `#` begins a comment where no scalar stands; the scanner knows where those are.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.codes import IGNORABLE, Code, code_named
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean
from compiler.diagnostics.ignore import Ignore, hint_for_code
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.read import Scalar, scalars_of

# Looks like a comment to the compiler, if it is a comment.
MARK = re.compile(r"#[ \t]*pipec\b", re.IGNORECASE)
DIRECTIVE = re.compile(r"#\s*(pipec\s*:\s*)(.*)")
# Without its colon or in capitals it is prose, unless codes follow.
ALMOST = re.compile(r"#\s*pipec\s*:?\s*ignore\s*[\[(]", re.IGNORECASE)
WORD = re.compile(r"[^\s\[(]*")
SEPARATORS = " \t-:\N{EN DASH}\N{EM DASH}"
FORM = "`# pipec: ignore[CODE] reason`"


ByLine: TypeAlias = Mapping[int, Sequence[Scalar]]


def ignores_in(source: SourceFile, diagnostics: Diagnostics) -> tuple[Ignore, ...]:
    """Return what comments of a readable source tell to ignore; report what can't be followed."""
    if MARK.search(source.text) is None:
        return ()
    scalars = _by_line(source)
    # From the last line up, so that what follows a comment is known.
    following: int | None = None
    comments: list[tuple[Span, int | None]] = []
    for number in reversed(range(len(source.lines))):
        line = source.lines[number]
        column = _comment_column(line, number, scalars.get(number, ())) if "#" in line else None
        stands_alone = column is not None and not line[:column].strip()
        if not stands_alone and line.strip():
            following = number
        if column is not None and MARK.match(line, column):
            place = Span(source, number, column, number, len(line.rstrip()))
            comments.append((place, following if stands_alone else number))
    found = (
        _read(place.text, place, _lines_meant(meant, scalars), diagnostics)
        for place, meant in reversed(comments)
    )
    return tuple(ignore for ignore in found if ignore is not None)


def _by_line(source: SourceFile) -> ByLine:
    found: defaultdict[int, list[Scalar]] = defaultdict(list)
    for scalar in scalars_of(source):
        for number in range(scalar.span.line, scalar.span.end_line + 1):
            found[number].append(scalar)
    return found


def _comment_column(line: str, number: int, scalars: Sequence[Scalar]) -> int | None:
    """Return the column at which the comment of a line begins, given the scalars on it."""
    column = 0
    for scalar in scalars:
        start, end = _columns(scalar, number, len(line))
        found = line.find("#", column, start)
        if found >= 0:
            return found
        column = end
    found = line.find("#", column)
    return found if found >= 0 else None


def _columns(scalar: Scalar, number: int, width: int) -> tuple[int, int]:
    """Return the columns of a line that the text of a scalar covers."""
    span = scalar.span
    start = span.column if number == span.line else 0
    if scalar.is_block and number == span.line:
        return start, start  # Behind `|` and `>` a comment may stand.
    return start, span.end_column if number == span.end_line else width


def _lines_meant(number: int | None, scalars: ByLine) -> range:
    """Return the lines that a comment speaks of, which is about one line or about none.

    A scalar of several lines that begins or ends there belongs to it as a whole.
    """
    if number is None:
        return range(0)
    first = last = number
    for scalar in scalars.get(number, ()):
        start, end = scalar.span.line, scalar.span.last_line
        if number in (start, end):
            first, last = min(first, start), max(last, end)
    return range(first, last + 1)


def _read(comment: str, place: Span, lines: range, diagnostics: Diagnostics) -> Ignore | None:
    directive = DIRECTIVE.match(comment)
    if directive is None:
        if ALMOST.match(comment):
            _malformed(f"expected {FORM}", place, diagnostics)
        return None
    start = directive.start(2)
    word = str(WORD.match(directive[2])[0])  # type: ignore[index]
    if word != "ignore":
        said = f"`{word}` is not known here" if word else "nothing follows `pipec:`"
        hint = did_you_mean(word, ["ignore"]) if word else None
        _malformed(f"{said}, expected {FORM}", place, diagnostics, hint)
        return None
    opening = comment.find("[", start)
    closing = comment.find("]", start)
    if opening < 0 or comment[start + len(word) : opening].strip():
        _malformed("the codes to ignore must follow in brackets", place, diagnostics)
        return None
    if closing < 0:
        _malformed("the bracket is never closed", place, diagnostics)
        return None
    if not comment[opening + 1 : closing].strip(", \t"):
        _malformed("there is no code in the brackets", place, diagnostics)
        return None
    reason = comment[closing + 1 :].strip(SEPARATORS)
    if not re.search(r"\w", reason):
        diagnostics.add(
            codes.MISSING_REASON,
            "the ignore has no reason",
            place._replace(end_column=place.column + closing + 1),
            hint="say behind the bracket why it is right here",
        )
    named = _codes(comment, opening + 1, closing, place, diagnostics)
    return Ignore(codes=named, reason=reason, span=place, lines=lines) if named else None


def _malformed(
    message: str, place: Span, diagnostics: Diagnostics, hint: str | None = None
) -> None:
    default = f"write {FORM}" if FORM not in message else None
    diagnostics.add(codes.MALFORMED_COMMENT, message, place, hint=hint or default)


def _codes(
    comment: str, start: int, end: int, place: Span, diagnostics: Diagnostics
) -> dict[Code, Span]:
    """Return the codes between the brackets that can be ignored, each with its place."""
    found: dict[Code, Span] = {}
    for match in re.finditer(r"[^,\s](?:[^,]*[^,\s])?", comment[start:end]):
        column = place.column + start + match.start()
        span = place._replace(column=column, end_column=column + len(match[0]))
        code = code_named(match[0])
        if code is None:
            message = f"there is no code `{match[0]}`"
            hint = "put a comma between codes" if " " in match[0] else hint_for_code(match[0])
            diagnostics.add(codes.UNKNOWN_CODE, message, span, hint=hint)
        elif not code.is_ignorable:
            diagnostics.add(
                codes.NOT_IGNORABLE,
                f"`{match[0]}` can't be ignored: nothing right can be made of a spec that has it",
                span,
                hint=f"{IGNORABLE} ignored",
            )
        else:
            found.setdefault(code, span)
    return found
