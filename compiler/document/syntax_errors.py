"""The YAML parser's complaints in words that say what to do, at the place where they arose."""

import re
from dataclasses import dataclass

import yaml

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.indentation import misindented_line

EXPRESSION_IN_FLOW = re.compile(r"""[{\[,]\s*(?:[\w.-]+\s*:\s*)?[^"'\s]*\$\{\{""")
QUOTE_EXPRESSION = 'inside `{…}` or `[…]` put quotes around an expression: "${{ … }}"'
QUOTE_VALUE = "put quotes around the value"
ALIGN = "check the indentation, and that each key is followed by `: `"
KEY_AND_VALUE = "write a key and its value as `key: value`, with a space behind the colon"
BELOW = "the text begins in the line below, indented"

# libyaml's problem -> our message and hint
MESSAGES: tuple[tuple[str, str, str | None], ...] = (
    ("mapping values are not allowed", "a `:` is not allowed here", QUOTE_VALUE),
    ("could not find expected ':'", "expected `: ` after the key", KEY_AND_VALUE),
    ("did not find expected key", "expected a key here", ALIGN),
    ("did not find expected '-' indicator", "expected a list item or the end of the list", ALIGN),
    ("did not find expected ',' or '}'", "expected `,` or `}`", None),
    ("did not find expected ',' or ']'", "expected `,` or `]`", None),
    ("found unexpected end of stream", "the quote is never closed", None),
    ("found unknown escape character", "unknown escape in double quotes", "use single quotes"),
    ("found undefined tag handle", "undefined tag", QUOTE_VALUE),
    ("found character that cannot start any token", "this cannot start a value", QUOTE_VALUE),
    ("did not find expected alphabetic", "this cannot start a value", QUOTE_VALUE),
    ("did not find expected comment or line break", "no text may follow on this line", BELOW),
    ("found undefined alias", "no anchor of this name stands before this", None),
    ("control characters are not allowed", "control characters are not allowed", None),
    ("special characters are not allowed", "control characters are not allowed", None),
    ("block sequence entries are not allowed", "a list item is not allowed here", ALIGN),
)
POINT_AT_CONTEXT = ("while scanning a simple key", "while scanning a quoted scalar")
OF_INDENTATION = (
    "mapping values are not allowed", "did not find expected key", "'-' indicator",
    "block sequence entries", "<document start>",
)  # fmt: skip
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
FLOW = {"while parsing a flow mapping": "{", "while parsing a flow sequence": "["}


@dataclass(frozen=True, slots=True)
class LastScalar:
    """The text that was read right before the parser stumbled."""

    span: Span
    style: str | None


@dataclass(frozen=True, slots=True)
class _Finding:
    message: str
    span: Span
    hint: str | None = None


def report_syntax_error(
    source: SourceFile, error: yaml.YAMLError, last: LastScalar | None, diagnostics: Diagnostics
) -> None:
    """Report what the YAML parser stumbled over, where the person made the mistake."""
    problem, span = _problem_and_place(source, error)
    if "nesting depth" in problem:  # newer versions of libyaml have a bound of their own
        diagnostics.add(codes.TOO_LARGE, "nested too deep", span)
        return
    line = source.lines[span.line] if span.line < len(source.lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        column = indent.index("\t")
        diagnostics.add(
            codes.TAB_INDENT,
            "a tab indents this line",
            Span(source, span.line, column, span.line, column + 1),
            hint="indent with spaces",
        )
        return
    found = (
        _after_quotes(problem, span, last)
        or _missing_colon(problem, span, last)
        or _in_flow(source, error, span)
        or _closes_nothing(problem, span)
        or _misindented(problem, span)
        or _known(problem, span)
    )
    diagnostics.add(codes.SYNTAX, found.message, found.span, hint=found.hint)


def _known(problem: str, span: Span) -> _Finding:
    for known, ours, advice in MESSAGES:
        if known in problem:
            whole_line = known == "could not find expected ':'"
            return _Finding(ours, _to_end_of_text(span) if whole_line else span, advice)
    return _Finding(problem, span)


def _after_quotes(problem: str, span: Span, last: LastScalar | None) -> _Finding | None:
    """Find a quote that closed too early, or in a line below because it was left open."""
    if last is None or last.style not in ("'", '"') or last.span.end_line != span.line:
        return None
    if last.span.line < span.line:
        opening = last.span._replace(end_line=last.span.line, end_column=last.span.column + 1)
        return _Finding("the quote is never closed", opening)
    if "did not find expected" not in problem:
        return None
    inner = "''" if last.style == "'" else '\\"'
    return _Finding(
        "text follows the closing quote", span, f"write a quote inside of quotes as `{inner}`"
    )


def _missing_colon(problem: str, span: Span, last: LastScalar | None) -> _Finding | None:
    """Find a key without its colon, which made the parser read on into the next line."""
    if last is None or last.style or last.span.line == span.line:
        return None
    if "mapping values are not allowed" not in problem:
        return None
    source, first = span.source, last.span.line
    if last.span.column == _indent(source, first):
        place = _to_end_of_text(last.span._replace(end_line=first))
        return _Finding("expected `: ` after the key", place, KEY_AND_VALUE)
    return None


def _misindented(problem: str, span: Span) -> _Finding | None:
    if not any(part in problem for part in OF_INDENTATION):
        return None
    found = misindented_line(span.source.lines, span.line, _line_of_failure)
    if found is None:
        return None
    line, indent = found
    text = span.source.lines[line]
    start = len(text) - len(text.lstrip())
    key = re.match(r"- |[^:]*", text.lstrip())
    width = max(1, len(key.group().rstrip())) if key is not None else 1
    way = "deeper" if start > indent else "less"
    return _Finding(
        f"this line is indented {way} than it should be",
        Span(span.source, line, start, line, start + width),
        f"indent it by {indent} spaces, or check the lines around it",
    )


def _line_of_failure(text: str) -> int | None:
    try:
        for _ in yaml.parse(text, Loader=LOADER):
            pass
    except yaml.MarkedYAMLError as error:
        return error.problem_mark.line if error.problem_mark is not None else 0
    except yaml.YAMLError:
        return 0
    return None


def _in_flow(source: SourceFile, error: yaml.YAMLError, span: Span) -> _Finding | None:
    if not isinstance(error, yaml.MarkedYAMLError) or error.context not in FLOW:
        return None
    lines = source.lines[max(0, span.line - 1) : span.line + 1]
    if any(EXPRESSION_IN_FLOW.search(line) for line in lines):
        return _Finding(_known(str(error.problem), span).message, span, QUOTE_EXPRESSION)
    opening, problem = error.context_mark, error.problem_mark
    if opening is None or problem is None or problem.line == opening.line:
        return None
    is_at_end = problem.line >= len(source.lines) or not source.lines[problem.line].strip()
    if not is_at_end and _indent(source, problem.line) > _indent(source, opening.line):
        return None
    place = Span(source, opening.line, opening.column, opening.line, opening.column + 1)
    return _Finding(f"the `{FLOW[error.context]}` is never closed", place)


def _closes_nothing(problem: str, span: Span) -> _Finding | None:
    if span.text in ("]", "}") and "did not find expected key" in problem:
        return _Finding(f"the `{span.text}` closes nothing", span)
    return None


def _indent(source: SourceFile, line: int) -> int:
    text = source.lines[line]
    return len(text) - len(text.lstrip())


def _to_end_of_text(span: Span) -> Span:
    text = span.source.lines[span.line].split(" #")[0].rstrip()
    return span._replace(end_column=max(len(text), span.column + 1))


def _problem_and_place(source: SourceFile, error: yaml.YAMLError) -> tuple[str, Span]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if error.context in POINT_AT_CONTEXT and error.context_mark is not None:
            mark = error.context_mark
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        last = len(source.lines) - 1
        if line > last or (line == last and not source.lines[last].strip() and last > 0):
            line, column = _last_text(source, last)
        end = max(column, min(column + 1, len(source.lines[line])))
        return str(error.problem or error.context), Span(source, line, column, line, end)
    position = getattr(error, "position", 0)
    reason = str(getattr(error, "reason", "") or error)
    place = max(0, min(position if isinstance(position, int) else 0, len(source.text) - 1))
    odd = next(
        (
            index
            for index, char in enumerate(source.text)
            if ord(char) < ord(" ") and char not in "\t\n"
        ),
        place,
    )
    return reason, source.span(odd, odd + 1)


def _last_text(source: SourceFile, last: int) -> tuple[int, int]:
    while last > 0 and not source.lines[last].strip():
        last -= 1
    return last, max(0, len(source.lines[last].rstrip()) - 1)
