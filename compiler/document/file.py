"""Read files as documents; pipes and devices, which have no end that is sure to come, are none."""

import errno
from pathlib import Path

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import Document
from compiler.document.read import decode, read_document


def read_regular(path: Path) -> bytes:
    """Return the bytes of a regular file; raises OSError, for a pipe or a device as well."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device", str(path))
    return path.read_bytes()


def report_unreadable(name: str, error: OSError, diagnostics: Diagnostics) -> None:
    """Report that the file of a name can't be read, and why."""
    reason = error.strerror or type(error).__name__
    place = SourceFile(name, "").span(0, 0)
    diagnostics.add(codes.UNREADABLE, f"can't read the file: {reason.lower()}", place)


def document_in(path: Path, name: str, diagnostics: Diagnostics) -> Document | None:
    """Return the document in a file, or None after reporting why there is none."""
    try:
        content = read_regular(path)
    except OSError as error:
        report_unreadable(name, error, diagnostics)
        return None
    source = decode(name, content, diagnostics)
    return read_document(source, diagnostics) if source is not None else None
