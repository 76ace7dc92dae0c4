"""The log of a step: its job's stdout and stderr in one file, in the order they were written."""

from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self


class StepLog:
    """Appends to the log file; a later attempt follows an earlier one, behind a line of its own."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("ab", buffering=0)
            if self._file.tell():
                self.note("another attempt")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def write(self, chunk: bytes) -> None:
        """Add what a job has written."""
        if self._file is not None:
            self._file.write(chunk)

    def note(self, message: str) -> None:
        """Add a line of pipec's own."""
        self.write(f"[pipec] {message}\n".encode())
