"""Diagnostics as a report of code quality, which GitLab shows in merge requests."""

import hashlib
from collections import Counter
from collections.abc import Iterable

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import json_text, printable


def as_code_quality(diagnostics: Iterable[Diagnostic]) -> str:
    """Return a list with an issue per diagnostic.

    GitLab knows an issue again by its fingerprint, which therefore has no line in it.
    """
    seen: Counter[str] = Counter()
    return json_text([_issue(each, seen) for each in diagnostics])


def _issue(diagnostic: Diagnostic, seen: Counter[str]) -> dict[str, object]:
    code, span = diagnostic.code, diagnostic.span
    what = f"{code.id} {span.source.name} {diagnostic.message}"
    seen[what] += 1
    hint = f" ({diagnostic.hint})" if diagnostic.hint else ""
    return {
        "description": printable(f"{diagnostic.message}{hint}"),
        "check_name": f"{code.id} {code.name}",
        "fingerprint": hashlib.sha256(f"{seen[what]} {what}".encode()).hexdigest(),
        "severity": "major" if diagnostic.is_error else "minor",
        "location": {
            "path": span.source.name,
            "lines": {"begin": span.line + 1, "end": span.end_line + 1},
        },
    }
