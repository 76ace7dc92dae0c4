"""The record of a run, <home>/runs/<execution id>/run.json: written whole at each change."""

import fcntl
import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from types import MappingProxyType, UnionType

from compiler.local.graph import Graph, Node, Status
from compiler.local.metrics import MetricValue
from compiler.local.resolve import Json, kind_of
from compiler.local.strict_json import json_text

VERSION = 1
FILE = "run.json"
# A training log can hold many values; for them the record is written once a second, and more
# rarely when it has grown so large that writing would take the time of the job.
_METRIC_INTERVAL = 1.0
_METRIC_PATIENCE = 20
# The kinds of the members that are read again.
_KINDS: Mapping[str, type | UnionType] = MappingProxyType(
    {
        "execution_id": str,
        "pipeline": str,
        "started": str | None,
        "parameters": dict,
        "steps": list,
        "name": str,
        "status": str,
        "depends_on": list,
        "attempts": int,
        "arguments": dict,
        "properties": dict,
        "metrics": list,
        "files": dict,
        "conditions": list,
    }
)


class UnknownExecutionError(Exception):
    """There is no record of such an execution."""


class UnreadableRecordError(Exception):
    """The record of an execution is damaged, or another version's."""


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
        self._logged: dict[str, dict[str, list[Json]]] = {}
        self._next_write = 0.0
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
        """Change members of a step; its `metrics` take the place of those that it has logged."""
        with self._lock:
            if "metrics" in changes:
                self._logged.pop(name, None)
            steps = (replace(s, **changes) if s.name == name else s for s in self._record.steps)
            self._record = replace(self._record, steps=tuple(steps))
            self._write()

    def add_metric(self, name: str, metric: MetricValue) -> None:
        """Add a value that a running step has logged; it is in the file after a while."""
        value = {"index": metric.index, "time": metric.time, "value": metric.value}
        with self._lock:
            self._logged.setdefault(name, {}).setdefault(metric.name, []).append(value)
            if time.monotonic() > self._next_write:
                self._write()

    def fail(self, reason: str, moment: str) -> None:
        """End the execution, and the steps that still seem to run, as failed."""
        with self._lock:
            steps = (
                replace(step, status="Failed", failure_reason=reason, ended=moment)
                if step.status == "Executing"
                else step
                for step in self._record.steps
            )
            self._record = replace(
                self._record,
                steps=tuple(steps),
                status="Failed",
                failure_reason=reason,
                ended=moment,
            )
            self._write()

    def _write(self) -> None:
        begun = time.monotonic()
        write_atomically(self._file, json_text(_json_of(self._record, self._logged), indent=1))
        ended = time.monotonic()
        self._next_write = ended + max(_METRIC_INTERVAL, _METRIC_PATIENCE * (ended - begun))


def _json_of(record: RunRecord, logged: Mapping[str, Mapping[str, list[Json]]]) -> dict[str, Json]:
    """Return the record as it is written; `asdict` would copy every value of every metric."""
    steps = [
        {each.name: getattr(step, each.name) for each in fields(step)} for step in record.steps
    ]
    for step in steps:
        if step["name"] in logged:
            series = logged[step["name"]].items()
            step["metrics"] = [{"name": name, "values": values} for name, values in series]
    return {each.name: getattr(record, each.name) for each in fields(record)} | {"steps": steps}


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
    """Return the record of an execution as it is on disk, its version and its shape checked."""
    file = run_folder(home, execution_id) / FILE
    if not execution_id.isalnum() or not file.is_file():
        raise UnknownExecutionError(f"there is no execution `{execution_id}` in {home}")
    try:
        record = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UnreadableRecordError(f"{file}: {error}") from None
    version = record.get("version") if isinstance(record, dict) else None
    if version != VERSION:
        raise UnreadableRecordError(f"{file}: is of version {version}, not of version {VERSION}")
    _check_shape(file, record, RunRecord)
    for step in record["steps"]:
        _check_shape(file, step, StepRecord)
    checked: dict[str, Json] = record
    return checked


def _check_shape(file: Path, value: Json, shape: type[RunRecord | StepRecord]) -> None:
    """Refuse what has other members than the shape, or members of another kind."""
    names = [each.name for each in fields(shape)]
    if not isinstance(value, dict) or set(value) != set(names):
        raise UnreadableRecordError(f"{file}: has not the members that pipec writes")
    for name in names:
        if name in _KINDS and not isinstance(value[name], _KINDS[name]):
            raise UnreadableRecordError(f"{file}: `{name}` is {kind_of(value[name])}")


def step_record(value: Mapping[str, Json]) -> StepRecord:
    """Return a step's record from its JSON."""
    tuples = ("depends_on", "metrics", "conditions")
    return StepRecord(**{**value, **{name: tuple(value[name]) for name in tuples}})
