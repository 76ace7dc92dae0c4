"""Open the SQLite files that outlive an execution."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def opened(file: Path, table: str, unusable: type[Exception]) -> Iterator[sqlite3.Connection]:
    """Open a database that has a table, and commit in the end; its faults are raised `unusable`.

    `table` is the statement that makes the table where there is none.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(file, timeout=30)) as database, database:
            database.execute(table)
            yield database
    except sqlite3.Error as error:
        raise unusable(f"{file}: {error}") from None
