"""The definition that is named on the command line, a file or the standard input."""

import sys
from pathlib import Path

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.file import report_unreadable
from compiler.document.read import decode

STANDARD_INPUT = "-"


def json_source(definition: str, diagnostics: Diagnostics) -> SourceFile | None:
    """Return the text of a definition, None after reporting why there is none."""
    if definition == STANDARD_INPUT:
        return decode("<stdin>", sys.stdin.buffer.read(), diagnostics)
    path = Path(definition)
    try:
        content = path.read_bytes()
    except OSError as error:
        report_unreadable(path.as_posix(), error, diagnostics)
        return None
    return decode(path.as_posix(), content, diagnostics)
