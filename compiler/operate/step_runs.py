"""What has become of each step of an execution."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from compiler.deploy.aws import Answer, Aws
from compiler.local.resolve import Json
from compiler.operate.executions import time_text

ENDED = frozenset({"Succeeded", "Failed", "Stopped"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Iteration:
    """The item for which a ForEach step runs a step of its body."""

    parent: str
    index: int
    item: str


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRun:
    """A step, or one iteration of it, at one moment.

    `kind` is the member of the metadata that is there, `TrainingJob` for instance, and `metadata`
    what it says. `cached` is the execution that the result was taken from, `reused` the one that a
    selective execution has it from.
    """

    name: str
    status: str
    started: datetime | None = None
    ended: datetime | None = None
    attempts: int = 0
    reason: str = ""
    cached: str | None = None
    reused: str | None = None
    iteration: Iteration | None = None
    kind: str = ""
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name, with the number of the iteration: `train[2]`."""
        return f"{self.name}[{self.iteration.index}]" if self.iteration is not None else self.name

    @property
    def key(self) -> tuple[str, str, int]:
        """What tells it from the other steps of the execution."""
        if self.iteration is None:
            return self.name, "", 0
        return self.name, self.iteration.parent, self.iteration.index

    @property
    def has_ended(self) -> bool:
        """Whether it runs no more."""
        return self.status in ENDED

    def seconds(self, now: float) -> float | None:
        """Return how long it took, or has been taking by now; None if it has not started."""
        if self.started is None:
            return None
        end = self.ended.timestamp() if self.ended is not None else now
        return max(0.0, end - self.started.timestamp())

    def as_json(self) -> dict[str, Json]:
        """Return what there is to tell as JSON, with the metadata in AWS's own words."""
        said: dict[str, Json] = {
            "step": self.name,
            "status": self.status,
            "started": time_text(self.started),
            "ended": time_text(self.ended),
            "attempts": self.attempts or None,
            "reason": self.reason or None,
            "cached": self.cached,
            "reused": self.reused,
            "metadata": {self.kind: dict(self.metadata)} if self.kind else None,
        }
        if self.iteration is not None:
            said["iteration"] = {
                "parent": self.iteration.parent,
                "index": self.iteration.index,
                "item": self.iteration.item,
            }
        return {name: value for name, value in said.items() if value is not None}


def read_step_runs(aws: Aws, execution: str) -> tuple[StepRun, ...]:
    """Return the steps of an execution that have started, in the order in which they have."""
    listed = aws.pages(
        "sagemaker",
        "ListPipelineExecutionSteps",
        "PipelineExecutionSteps",
        PipelineExecutionArn=execution,
        SortOrder="Ascending",
    )
    return tuple(map(_step_run, listed))


def _step_run(answer: Answer) -> StepRun:
    metadata = answer.get("Metadata") or {}
    # A union: AWS gives one of its members.
    kind = next((name for name, value in metadata.items() if value), "")
    context = answer.get("IterationContext")
    return StepRun(
        name=answer["StepName"],
        status=answer["StepStatus"],
        started=answer.get("StartTime"),
        ended=answer.get("EndTime"),
        attempts=answer.get("AttemptCount") or 0,
        reason=answer.get("FailureReason") or "",
        cached=(answer.get("CacheHitResult") or {}).get("SourcePipelineExecutionArn"),
        reused=(answer.get("SelectiveExecutionResult") or {}).get("SourcePipelineExecutionArn"),
        iteration=_iteration(context) if context else None,
        kind=kind,
        metadata=metadata.get(kind, {}),
    )


def _iteration(context: Answer) -> Iteration:
    return Iteration(
        parent=context.get("ParentStepName", ""),
        index=context.get("Index", 0),
        item=context.get("Item", ""),
    )
