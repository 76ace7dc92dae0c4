"""A run record (run.json) as typed values; what is missing or odd becomes empty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

from compiler.report.drawing import Branch
from compiler.report.json_value import Json

# That of compiler/local/record.py, from which no import leads here; a test holds them together.
VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricSeries:
    """The values of one metric in the order in which the log showed them."""

    name: str
    values: tuple[tuple[float, float], ...]
    odd_values: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionResult:
    """One condition with its values filled in, and what came of it."""

    text: str
    result: bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRecord:
    """What happened to one step."""

    name: str
    type: str
    display_name: str | None
    description: str | None
    status: str
    depends_on: tuple[str, ...]
    branch: Branch | None
    started: datetime | None
    ended: datetime | None
    attempts: int
    cache_hit: str | None
    failure_reason: str | None
    log: str | None
    arguments: Json
    properties: Json
    metrics: tuple[MetricSeries, ...]
    files: Mapping[str, Json]
    outcome: str | None
    conditions: tuple[ConditionResult, ...]
    model_package: Mapping[str, Json] | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RunRecord:
    """What happened in one run of a pipeline."""

    execution_id: str
    pipeline: str
    source: str | None
    target: str | None
    status: str
    failure_reason: str | None
    started: datetime | None
    ended: datetime | None
    parameters: Mapping[str, Json]
    environment: Mapping[str, Json]
    steps: tuple[StepRecord, ...]


def read_record(data: Mapping[str, Json]) -> RunRecord:
    """Read the parsed JSON of a run record. A second step of the same name is left out.

    Raises `ValueError` for the record of another version, whose members may mean something else.
    """
    version = data.get("version", VERSION)
    if version != VERSION:
        raise ValueError(f"the run record is of version {version}, not of version {VERSION}")
    steps: dict[str, StepRecord] = {}
    for entry in _list(data, "steps"):
        if isinstance(entry, dict):
            step = _step(entry)
            steps.setdefault(step.name, step)
    return RunRecord(
        execution_id=_text(data, "execution_id") or "",
        pipeline=_text(data, "pipeline") or "pipeline",
        source=_text(data, "source"),
        target=_text(data, "target"),
        status=_text(data, "status") or "NotStarted",
        failure_reason=_text(data, "failure_reason"),
        started=_time(data, "started"),
        ended=_time(data, "ended"),
        parameters=_map(data, "parameters"),
        environment=_map(data, "environment"),
        steps=tuple(steps.values()),
    )


def _step(entry: Mapping[str, Json]) -> StepRecord:
    attempts = entry.get("attempts")
    return StepRecord(
        name=_text(entry, "name") or "step",
        type=_text(entry, "type") or "",
        display_name=_text(entry, "display_name"),
        description=_text(entry, "description"),
        status=_text(entry, "status") or "NotStarted",
        depends_on=tuple(name for name in _list(entry, "depends_on") if isinstance(name, str)),
        branch=_branch(_map(entry, "branch")),
        started=_time(entry, "started"),
        ended=_time(entry, "ended"),
        attempts=attempts if isinstance(attempts, int) else 0,
        cache_hit=_text(entry, "cache_hit"),
        failure_reason=_text(entry, "failure_reason"),
        log=_text(entry, "log"),
        arguments=entry.get("arguments"),
        properties=entry.get("properties"),
        metrics=tuple(_series(m) for m in _list(entry, "metrics") if isinstance(m, dict)),
        files=_map(entry, "files"),
        outcome=_text(entry, "outcome"),
        conditions=tuple(
            ConditionResult(
                text=_text(c, "text") or "",
                result=c["result"] if isinstance(c.get("result"), bool) else None,
            )
            for c in _list(entry, "conditions")
            if isinstance(c, dict)
        ),
        model_package=_map(entry, "model_package") or None,
    )


def _branch(entry: Mapping[str, Json]) -> Branch | None:
    condition = _text(entry, "condition")
    if condition is None:
        return None
    match entry.get("outcome"):
        case "then":
            return Branch(condition=condition, outcome="then")
        case "else":
            return Branch(condition=condition, outcome="else")
        case _:
            return None


def _series(entry: Mapping[str, Json]) -> MetricSeries:
    values: list[tuple[float, float]] = []
    odd = 0
    for i, item in enumerate(_list(entry, "values")):
        value = finite(item.get("value")) if isinstance(item, dict) else None
        if value is None:
            odd += 1
            continue
        index = finite(item.get("index"))
        values.append((float(i) if index is None else index, value))
    values.sort(key=lambda point: point[0])
    return MetricSeries(name=_text(entry, "name") or "metric", values=tuple(values), odd_values=odd)


def finite(value: Json) -> float | None:
    """Return the number, or None for anything else, infinities and true and false included."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        converted = float(value)
    except OverflowError:
        return None
    return converted if isfinite(converted) else None


def _text(entry: Mapping[str, Json], key: str) -> str | None:
    value = entry.get(key)
    return value if isinstance(value, str) and value else None


def _list(entry: Mapping[str, Json], key: str) -> list[Json]:
    value = entry.get(key)
    return value if isinstance(value, list) else []


def _map(entry: Mapping[str, Json], key: str) -> Mapping[str, Json]:
    value = entry.get(key)
    return value if isinstance(value, dict) else {}


def _time(entry: Mapping[str, Json], key: str) -> datetime | None:
    value = _text(entry, key)
    if value is None:
        return None
    try:
        time = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except OverflowError:
        return None
