"""Bounded excerpts of what may be of any size: the end of a log, a JSON value, its leaves."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.report.json_value import Json
from compiler.report.lettering import visible

LOG_LINES, LOG_LINE_LENGTH, LOG_BYTES = 200, 2_000, 512 * 1024
JSON_LENGTH = 40_000
LEAVES, LEAF_LENGTH = 120, 300


@dataclass(frozen=True, kw_only=True, slots=True)
class LogTail:
    """The last lines of a log, and whether there are others before them."""

    text: str
    lines: int
    cut: bool


def log_tail(folder: Path, log: str) -> LogTail | None:
    """Read the end of a log that lies in the run's folder; None when there is no such file."""
    try:
        path = (folder / visible(log)).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            return None
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - LOG_BYTES, 0))
            content = file.read(LOG_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    # A progress bar rewrites its line; what stood there last is what a terminal would show.
    lines = [line.rstrip("\r").rsplit("\r", 1)[-1] for line in content.split("\n")]
    if lines and not lines[-1]:
        lines.pop()
    kept = [_cut(line, LOG_LINE_LENGTH) for line in lines[-LOG_LINES:]]
    return LogTail(
        text=visible("\n".join(kept)),
        lines=len(kept),
        cut=len(lines) > len(kept) or size > LOG_BYTES,
    )


def json_text(value: Json) -> str:
    """Return a JSON value, indented, and cut where it becomes too long to read."""
    written = json.dumps(value, indent=2, ensure_ascii=False)
    return visible(_cut(written, JSON_LENGTH))


def leaves(value: Json) -> tuple[list[tuple[str, str]], bool]:
    """Return the paths and values of a JSON value's leaves, and whether some are left out."""
    rows: list[tuple[str, str]] = []
    for path, leaf in _leaves(value):
        if len(rows) == LEAVES:
            return rows, True
        shown = leaf if isinstance(leaf, str) else json.dumps(leaf, ensure_ascii=False)
        rows.append((_cut(visible(path), LEAF_LENGTH), _cut(visible(shown), LEAF_LENGTH)))
    return rows, False


def _leaves(value: Json) -> Iterator[tuple[str, Json]]:
    waiting = [("", value)]
    while waiting:
        path, here = waiting.pop()
        match here:
            case dict() if here:
                waiting += [(f"{path}.{k}" if path else str(k), v) for k, v in here.items()][::-1]
            case list() if here and not all(_is_number(item) for item in here):
                waiting += [(f"{path}[{i}]", v) for i, v in enumerate(here)][::-1]
            case _:
                yield path or "value", here


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float)


def _cut(line: str, length: int) -> str:
    return line if len(line) <= length else f"{line[:length]} … ({len(line) - length:,} more)"
