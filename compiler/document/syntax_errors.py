"""The YAML parser's complaints in words that say what to do."""

import re

import yaml

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile, Span

EXPRESSION_IN_FLOW = re.compile(r"""[{\[,]\s*(?:[\w.-]+\s*:\s*)?[^"'\s]*\$\{\{""")
QUOTE_EXPRESSION = 'inside `{…}` or `[…]` put quotes around an expression: "${{ … }}"'
QUOTE_VALUE = "put quotes around the value"
ALIGN = "check the indentation, and that each key is followed by `: `"

# libyaml's problem -> our message and hint
MESSAGES: tuple[tuple[str, str, str | None], ...] = (
    ("mapping values are not allowed", "a `:` is not allowed here", QUOTE_VALUE),
    ("could not find expected ':'", "expected `: ` after the key", None),
    ("did not find expected key", "expected a key here", ALIGN),
    ("did not find expected '-' indicator", "expected a list item or the end of the list", ALIGN),
    ("did not find expected ',' or '}'", "expected `,` or `}`", None),
    ("did not find expected ',' or ']'", "expected `,` or `]`", None),
    ("found unexpected end of stream", "the quote is never closed", None),
    ("found unknown escape character", "unknown escape in double quotes", "use single quotes"),
    ("found undefined tag handle", "undefined tag", QUOTE_VALUE),
    ("found character that cannot start any token", "this cannot start a value", QUOTE_VALUE),
    ("found undefined alias", "no anchor of this name stands before this", None),
    ("control characters are not allowed", "control characters are not allowed", None),
    ("special characters are not allowed", "control characters are not allowed", None),
    ("block sequence entries are not allowed", "a list item is not allowed here", ALIGN),
)
POINT_AT_CONTEXT = ("while scanning a simple key", "while scanning a quoted scalar")


def report_syntax_error(
    source: SourceFile, error: yaml.YAMLError, diagnostics: Diagnostics
) -> None:
    """Report what the YAML parser stumbled over."""
    problem, span = _problem_and_place(source, error)
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
    message, hint = problem, None
    for known, ours, advice in MESSAGES:
        if known in problem:
            message, hint = ours, advice
            break
    if _unquoted_expression_near(source, span):
        hint = QUOTE_EXPRESSION
    diagnostics.add(codes.SYNTAX, message, span, hint=hint)


def _problem_and_place(source: SourceFile, error: yaml.YAMLError) -> tuple[str, Span]:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        if error.context in POINT_AT_CONTEXT and error.context_mark is not None:
            mark = error.context_mark
        line, column = (mark.line, mark.column) if mark is not None else (0, 0)
        last = len(source.lines) - 1
        if line > last or (line == last and not source.lines[last].strip() and last > 0):
            line, column = _last_text(source, last)
        return str(error.problem or error.context), Span(source, line, column, line, column + 1)
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


def _unquoted_expression_near(source: SourceFile, span: Span) -> bool:
    lines = source.lines[max(0, span.line - 1) : span.line + 1]
    return any(EXPRESSION_IN_FLOW.search(line) for line in lines)
