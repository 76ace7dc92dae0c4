"""The list of a pipeline's generated scripts, committed beside them as `.generated`."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.code.render import HEADER_START, printable

LIST_NAME = ".generated"
FIRST_LINE = re.compile(re.escape(HEADER_START) + r"(.+) for the target (\S+)\. Do not edit\.")
ENTRY = re.compile(r"([0-9a-f]{64})  (\S.*)")


@dataclass(frozen=True, kw_only=True, slots=True)
class GeneratedList:
    """What the list in a folder says: the spec, its target, and the hash of each file."""

    spec: str
    target: str
    hashes: Mapping[str, str]


def list_text(spec: str, target: str, files: Mapping[str, bytes]) -> bytes:
    """Return the list of files, in the form that `sha256sum --check` reads."""
    first = f"{HEADER_START}{printable(spec)} for the target {target}. Do not edit.\n"
    entries = (f"{sha256(content)}  {name}\n" for name, content in sorted(files.items()))
    return (first + "".join(entries)).encode()


def read_list(folder: Path) -> GeneratedList | None:
    """Return the list in a folder; None if there is none, or somebody else wrote it."""
    path = folder / LIST_NAME
    if path.is_symlink() or not path.is_file():
        return None
    first, *lines = path.read_bytes().decode(errors="replace").split("\n")
    head = FIRST_LINE.fullmatch(first)
    if head is None:
        return None
    entries = filter(None, map(ENTRY.fullmatch, lines))
    hashes = {entry[2]: entry[1] for entry in entries if _is_below(folder, entry[2])}
    return GeneratedList(spec=head[1], target=head[2], hashes=hashes)


def sha256(content: bytes) -> str:
    """Return the hash of a file as the list has it."""
    return hashlib.sha256(content).hexdigest()


def _is_below(folder: Path, name: str) -> bool:
    """Return whether a name is that of a file below the folder, with no link on the way."""
    path = folder / name
    return ".." not in path.parts and path.resolve() == folder.resolve() / name
