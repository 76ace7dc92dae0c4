"""Executions in words, as several verbs print them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from compiler.diagnostics.render import printable, quoted
from compiler.operate.arns import execution_id
from compiler.operate.executions import Execution
from compiler.report.figures import duration, moment


def moment_words(time: datetime | None) -> str:
    """Return a time to the second, in UTC; `-` where there is none."""
    return moment(time.astimezone(UTC) if time is not None else None) or "-"


def execution_lines(execution: Execution) -> Iterator[str]:
    """Yield what there is to say of an execution but its steps."""
    seconds = execution.seconds
    took = f" in {duration(seconds)}" if seconds is not None else ""
    yield printable(f"execution {execution.title}: {execution.status.lower()}{took}")
    yield f"  started {moment_words(execution.started)}"
    if execution.version is not None:
        aliases = f" ({', '.join(execution.aliases)})" if execution.aliases else ""
        yield printable(f"  version {execution.version}{aliases}")
    if execution.selected:
        source = f", the rest from {execution_id(execution.source)}" if execution.source else ""
        yield printable(f"  only {', '.join(execution.selected)}{source}")
    for line in (*execution.description.splitlines(), *execution.reason.splitlines()):
        yield f"  {quoted(line)}"
    yield f"  {execution.arn}"
