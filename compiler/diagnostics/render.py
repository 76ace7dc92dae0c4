"""Diagnostics as text with a caret, as JSON and as GitHub annotations."""

import json
from collections.abc import Iterable

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span

CONTEXT_WIDTH = 160


def as_text(diagnostics: Iterable[Diagnostic]) -> str:
    """Return each diagnostic with its line of source, the place underlined."""
    return "\n".join(_block(diagnostic) for diagnostic in diagnostics)


def _block(diagnostic: Diagnostic) -> str:
    severity = "error" if diagnostic.is_error else "warning"
    code = diagnostic.code
    lines = [f"{severity}[{code.id}] {code.name}: {printable(diagnostic.message)}"]
    spans = [diagnostic.span, *(related.span for related in diagnostic.related)]
    gutter = max(len(str(span.line + 1)) for span in spans)
    lines += _excerpt(diagnostic.span, gutter, arrow="-->")
    for related in diagnostic.related:
        lines += _excerpt(related.span, gutter, arrow=":::", note=related.message)
    if diagnostic.hint is not None:
        lines.append(f"{' ' * gutter} = help: {printable(diagnostic.hint)}")
    return "\n".join(lines) + "\n"


def excerpt(span: Span) -> list[str]:
    """Return the lines that show a place: its position, and its line of source underlined."""
    return _excerpt(span, gutter=len(str(span.line + 1)), arrow="-->")


def _excerpt(span: Span, gutter: int, arrow: str, note: str = "") -> list[str]:
    pad = " " * gutter
    lines = [f"{pad}{arrow} {printable(span.position)}"]
    if span.line >= len(span.source.lines):
        return lines
    span = span.first_line()
    text = span.source.lines[span.line].replace("\t", " ").rstrip("\r")
    start = max(0, span.column - CONTEXT_WIDTH // 2) if len(text) > CONTEXT_WIDTH else 0
    text = printable(text[start : start + CONTEXT_WIDTH])
    width = max(1, min(span.end_column, start + CONTEXT_WIDTH) - span.column)
    note = printable(note)
    carets = " " * (span.column - start) + "^" * width
    lines.append(f"{pad} |")
    lines.append(f"{span.line + 1:>{gutter}} | {text}".rstrip())
    lines.append(f"{pad} | {carets}{' ' + note if note else ''}")
    return lines


def printable(text: str) -> str:
    """Replace what a terminal would act on or not show, one character by one."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def quoted(text: str) -> str:
    """Return a line of somebody else's, printable, and marked if a CI would take it as a command.

    GitHub does what `::` at the beginning says, after spaces, and `##[` anywhere in a line:
    https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
    """
    text = printable(text).replace("##[", "## [")
    return f"| {text}" if text.lstrip().startswith("::") else text


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the diagnostics as a JSON document; lines and columns count from 1."""
    document = {"version": 1, "diagnostics": [as_record(each) for each in diagnostics]}
    return json_text(document)


def json_text(document: object) -> str:
    """Return a document as JSON, with escapes for what a terminal would act on or not show."""
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if text.replace("\n", "").isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text
    )


def as_record(diagnostic: Diagnostic) -> dict[str, object]:
    """Return one diagnostic as plain data."""
    record: dict[str, object] = {
        "code": diagnostic.code.id,
        "name": diagnostic.code.name,
        "severity": "error" if diagnostic.is_error else "warning",
        "message": diagnostic.message,
        **_place(diagnostic.span),
    }
    if diagnostic.hint is not None:
        record["hint"] = diagnostic.hint
    if diagnostic.related:
        record["related"] = [
            {"message": related.message, **_place(related.span)} for related in diagnostic.related
        ]
    return record


def _place(span: Span) -> dict[str, object]:
    return {
        "file": span.source.name,
        "line": span.line + 1,
        "column": span.column + 1,
        "end_line": span.end_line + 1,
        "end_column": span.end_column + 1,
    }


def as_github(diagnostics: Iterable[Diagnostic]) -> str:
    """Return the workflow commands that make GitHub annotate the changed lines."""
    return "".join(_annotation(diagnostic) for diagnostic in diagnostics)


def _annotation(diagnostic: Diagnostic) -> str:
    hint = f"\nhelp: {diagnostic.hint}" if diagnostic.hint else ""
    command = "error" if diagnostic.is_error else "warning"
    title = f"{diagnostic.code.id} {diagnostic.code.name}"
    return annotation(command, title, diagnostic.message + hint, diagnostic.span)


def annotation(command: str, title: str, message: str, span: Span | None) -> str:
    """Return the workflow command that makes GitHub show a message, at a place if there is one."""
    properties: dict[str, object] = {}
    if span is not None:
        span = span.first_line()
        properties = {
            "file": span.source.name,
            "line": span.line + 1,
            "col": span.column + 1,
            "endLine": span.end_line + 1,
            "endColumn": span.end_column + 1,
        }
    properties["title"] = title
    listed = ",".join(f"{key}={_property(str(value))}" for key, value in properties.items())
    return f"::{command} {listed}::{_data(message)}\n"


def _data(text: str) -> str:
    lines = "\n".join(printable(line) for line in text.split("\n"))
    return lines.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
