"""What an execution tells while it runs, for whoever shows its progress."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from compiler.local.conditions import Evaluated
from compiler.local.graph import Status


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionStarted:
    """An execution begins, or goes on."""

    execution_id: str
    folder: Path
    isolation: str
    resumed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepStarted:
    """A step begins an attempt."""

    step: str
    type: str
    attempt: int
    log: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StepWarned:
    """Something about a step that the user should know."""

    step: str
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepMetric:
    """A job wrote a value of a metric to its log."""

    step: str
    name: str
    index: int
    value: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionEvaluated:
    """A condition step chose its branch."""

    step: str
    conditions: tuple[Evaluated, ...]
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelRegistered:
    """A step added a version to the model registry."""

    step: str
    group: str
    version: int
    approval: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFinished:
    """A step has ended, or was skipped.

    `cache_hit` names the execution a result was taken over from, `log` the file to read.
    """

    step: str
    type: str
    status: Status
    seconds: float
    cache_hit: str | None
    taken_over: bool
    failure_reason: str | None
    log: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class StopRequested:
    """The user wants to stop; jobs have `grace_seconds` to end, a second time they have none."""

    grace_seconds: float
    at_once: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class ExecutionFinished:
    """The execution has ended."""

    execution_id: str
    status: str
    seconds: float
    failure_reason: str | None


Event: TypeAlias = (
    ExecutionStarted
    | StepStarted
    | StepWarned
    | StepMetric
    | ConditionEvaluated
    | ModelRegistered
    | StepFinished
    | StopRequested
    | ExecutionFinished
)
