"""The record of a run, <home>/runs/<execution id>/run.json: written whole at each change."""

import fcntl
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from compiler.local.graph import Graph, Node, Status
from compiler.local.metrics import MetricValue
from compiler.local.resolve import Json

VERSION = 1
FILE = "run.json"
# A training log can hold many values; between them the record is written once a second.
_METRIC_INTERVAL = 1.0


class UnknownExecutionError(Exception):
    """There is no record of such an execution."""


class ExecutionBusyError(Exception):
    """Another process is running this execution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRecord:
    """What is known of a step; the names are those of the file."""

    name: str
    type: str
    display_name: str | None
    description: str | None
    status: Status
    depends_on: tuple[str, ...]
    branch: Json
    started: str | None = None
    ended: str | None = None
    attempts: int = 0
    cache_hit: str | None = None
    failure_reason: str | None = None
    log: str | None = None
    arguments: Json = field(default_factory=dict)
    properties: Json = field(default_factory=dict)
    metrics: tuple[Json, ...] = ()
    files: Json = field(default_factory=dict)
    outcome: str | None = None
    conditions: tuple[Json, ...] = ()
    model_package: Json = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """What is known of an execution; the names are those of the file."""

    version: int = VERSION
    execution_id: str
    pipeline: str
    source: str | None
    target: str | None
    status: str
    failure_reason: str | None
    started: str
    ended: str | None
    parameters: Json
    environment: Json
    steps: tuple[StepRecord, ...]


def new_step_record(node: Node) -> StepRecord:
    """Return the record of a step that has not started."""
    return StepRecord(
        name=node.name,
        type=node.type,
        display_name=node.step.get("DisplayName"),
        description=node.step.get("Description"),
        status="NotStarted",
        depends_on=tuple(dict.fromkeys(need.step for need in node.needs)),
        branch=None if node.branch is None else asdict(node.branch),
    )


def new_step_records(graph: Graph) -> tuple[StepRecord, ...]:
    """Return the records of all steps, in the graph's order."""
    return tuple(new_step_record(node) for node in graph.nodes)


class Recorder:
    """Keeps the record of a running execution, in memory and on disk; threads may share it."""

    def __init__(self, record: RunRecord, folder: Path) -> None:
        self._record = record
        self._file = folder / FILE
        self._lock = threading.Lock()
        self._written = 0.0
        self._write()

    @property
    def record(self) -> RunRecord:
        """The record as it is now."""
        return self._record

    def step(self, name: str) -> StepRecord:
        """Return what is known of a step."""
        return next(step for step in self._record.steps if step.name == name)

    def path(self, log: str | None) -> Path | None:
        """Return the path of a step's log."""
        return None if log is None else self._file.parent / log

    def update(self, **changes: Json) -> None:
        """Change the execution's own members."""
        with self._lock:
            self._record = replace(self._record, **changes)
            self._write()

    def update_step(self, name: str, **changes: Json) -> None:
        """Change members of a step."""
        self._change_step(name, lambda step: replace(step, **changes), now=True)

    def add_metric(self, name: str, metric: MetricValue) -> None:
        """Add a value that a running step has logged."""
        self._change_step(name, lambda step: _with_metric(step, metric), now=False)

    def _change_step(
        self, name: str, change: Callable[[StepRecord], StepRecord], *, now: bool
    ) -> None:
        with self._lock:
            steps = (change(s) if s.name == name else s for s in self._record.steps)
            self._record = replace(self._record, steps=tuple(steps))
            if now or time.monotonic() - self._written > _METRIC_INTERVAL:
                self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        write_atomically(self._file, json.dumps(asdict(self._record), indent=1))


def _with_metric(step: StepRecord, metric: MetricValue) -> StepRecord:
    value = {"index": metric.index, "time": metric.time, "value": metric.value}
    known = {each["name"]: each["values"] for each in step.metrics}
    values = {**known, metric.name: [*known.get(metric.name, ()), value]}
    metrics = tuple({"name": name, "values": each} for name, each in values.items())
    return replace(step, metrics=metrics)


def write_atomically(file: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new text, and nothing between."""
    waiting = file.with_name(f".{file.name}.new")
    waiting.write_text(text, encoding="utf-8")
    waiting.replace(file)


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Hold an execution's folder for this process; the system lets go when the process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExecutionBusyError(f"the execution `{folder.name}` is running now") from None
        yield


def run_folder(home: Path, execution_id: str) -> Path:
    """Return the folder of an execution."""
    return home / "runs" / execution_id


def read_record(home: Path, execution_id: str) -> dict[str, Json]:
    """Return the record of an execution as it is on disk."""
    file = run_folder(home, execution_id) / FILE
    if not execution_id.isalnum() or not file.is_file():
        raise UnknownExecutionError(f"there is no execution `{execution_id}` in {home}")
    record: dict[str, Json] = json.loads(file.read_text(encoding="utf-8"))
    return record


def read_records(home: Path) -> tuple[dict[str, Json], ...]:
    """Return the records of all executions, the newest first."""
    found = (path.parent.name for path in (home / "runs").glob(f"*/{FILE}"))
    records = [read_record(home, execution_id) for execution_id in found]
    return tuple(sorted(records, key=lambda record: str(record["started"]), reverse=True))


def step_record(value: Mapping[str, Json]) -> StepRecord:
    """Return a step's record from its JSON."""
    tuples = ("depends_on", "metrics", "conditions")
    return StepRecord(**{**value, **{name: tuple(value[name]) for name in tuples}})
