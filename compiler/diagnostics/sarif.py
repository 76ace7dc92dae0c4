"""Diagnostics as a SARIF 2.1.0 log, for code scanning."""

from collections.abc import Iterable
from urllib.parse import quote

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import json_text
from compiler.diagnostics.span import Span

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """Return one run of the tool `pipec` with a result per diagnostic."""
    found = list(diagnostics)
    codes = sorted({each.code for each in found}, key=lambda code: code.id)
    driver = {
        "name": "pipec",
        "version": version,
        "rules": [{"id": code.id, "name": code.name} for code in codes],
    }
    any_ignored = any(each.is_ignored for each in found)
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [
            {**_result(each), **(_suppressions(each) if any_ignored else {})} for each in found
        ],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json_text(log)


def _suppressions(diagnostic: Diagnostic) -> dict[str, object]:
    """Return why a result is ignored; the standard wants this in all results or in none."""
    if diagnostic.ignored is None:
        return {"suppressions": []}
    reason = {"justification": diagnostic.ignored} if diagnostic.ignored else {}
    return {"suppressions": [{"kind": "inSource", **reason}]}


def _result(diagnostic: Diagnostic) -> dict[str, object]:
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    result: dict[str, object] = {
        "ruleId": diagnostic.code.id,
        "level": diagnostic.level,
        "message": {"text": diagnostic.message + hint},
        "locations": [_location(diagnostic.span)],
    }
    if diagnostic.related:
        result["relatedLocations"] = [
            {**_location(related.span), "message": {"text": related.message}}
            for related in diagnostic.related
        ]
    return result


def _location(span: Span) -> dict[str, object]:
    region = {
        "startLine": span.line + 1,
        "startColumn": span.column + 1,
        "endLine": span.end_line + 1,
        "endColumn": span.end_column + 1,
    }
    place = {"uri": quote(span.source.name, errors="replace")}
    return {"physicalLocation": {"artifactLocation": place, "region": region}}
