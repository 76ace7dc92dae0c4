"""Values of parameters from a file, in YAML or JSON, which is YAML too."""

import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import report
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.file import document_in
from compiler.document.node import plain
from compiler.local.resolve import Json


def read_parameters(path: Path | None) -> dict[str, Json]:
    """Return the values by name; end after telling why a file can't be read."""
    if path is None:
        return {}
    diagnostics = Diagnostics()
    document = document_in(path, path.as_posix(), diagnostics)
    if document is None or diagnostics.has_errors:
        report(list(diagnostics), "text", to_stderr=True)
        sys.exit(ERRORS)
    values = plain(document.root)
    if not isinstance(values, dict):
        raise click.UsageError(f"{path.as_posix()}: it is no mapping of names to values")
    return values
