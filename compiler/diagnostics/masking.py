"""Secrets taken out of diagnostics, so that nothing that prints them can show one."""

import re
from collections.abc import Iterable
from dataclasses import replace

from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.diagnostics.span import SourceFile, Span

MASK = "*"
# What is shorter stands in other words too, and is masked at its own place only.
SHORTEST = 6


def masked(
    diagnostics: Iterable[Diagnostic], places: Iterable[Span] = ()
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics without the secrets that some are about, or that stand at `places`.

    Their sources are others, in which each secret is as many `*`; so lines and columns stay. Any
    other diagnostic may show the same line, or tell the same value.
    """
    found = tuple(diagnostics)
    hidden = {*places, *(span for each in found for span in each.secrets)}
    if not hidden:
        return found
    words = sorted({word for span in hidden for word in _words(span)}, key=len, reverse=True)
    sources: dict[SourceFile, SourceFile] = {}

    def place(span: Span) -> Span:
        source = sources.get(span.source)
        if source is None:
            source = sources[span.source] = _source(span.source, hidden, words)
        return span._replace(source=source)

    return tuple(
        replace(
            each,
            message=_without(each.message, words),
            hint=_without(each.hint, words) if each.hint is not None else None,
            span=place(each.span),
            related=tuple(
                Related(span=place(other.span), message=_without(other.message, words))
                for other in each.related
            ),
            secrets=(),
        )
        for each in found
    )


def _words(span: Span) -> Iterable[str]:
    """Return what is secret in the text of a span: it, without quotes, and each of its lines."""
    lines = [line.strip().strip("\"'") for line in span.text.splitlines()]
    return [line for line in lines if len(line) >= SHORTEST]


def _source(source: SourceFile, hidden: Iterable[Span], words: Iterable[str]) -> SourceFile:
    text = source.text
    for span in hidden:
        if span.source is source:
            start = source.offset(span.line, span.column)
            end = source.offset(span.end_line, span.end_column)
            text = text[:start] + re.sub(r"[^\s]", MASK, text[start:end]) + text[end:]
    return SourceFile(source.name, _without(text, words))


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, MASK * len(word))
    return text
