"""Executions of a pipeline as SageMaker tells of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from compiler.deploy.aws import Answer, Aws, AwsError
from compiler.local.resolve import Json
from compiler.operate.arns import execution_id
from compiler.operate.refusal import NotDoneError

RUNNING = frozenset({"Executing", "Stopping"})
STATUSES = (
    "Executing",
    "Stopping",
    "Stopped",
    "Failed",
    "Succeeded",
    "CompletedWithFailures",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    """An execution at one moment; `changed` is when it ended, once it has."""

    arn: str
    status: str
    started: datetime | None
    changed: datetime | None = None
    name: str = ""
    description: str = ""
    reason: str = ""
    version: int | None = None
    aliases: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    source: str | None = None
    domain: str | None = None

    @property
    def id(self) -> str:
        """The end of the ARN, by which people know it."""
        return execution_id(self.arn)

    @property
    def title(self) -> str:
        """The id, with the name under which it is displayed, if it has one."""
        return f"{self.id} ({self.name})" if self.name not in ("", self.id) else self.id

    @property
    def is_over(self) -> bool:
        """Whether nothing of it runs any more."""
        return self.status not in RUNNING

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs, and where only its start is told."""
        if not self.is_over or self.started is None or self.changed is None:
            return None
        return (self.changed - self.started).total_seconds()

    def as_json(self) -> dict[str, Json]:
        """Return what there is to tell as JSON."""
        said: dict[str, Json] = {
            "arn": self.arn,
            "id": self.id,
            "status": self.status,
            "started": time_text(self.started),
            "changed": time_text(self.changed),
            "seconds": self.seconds,
            "name": self.name or None,
            "description": self.description or None,
            "reason": self.reason or None,
            "pipeline_version": self.version,
            "aliases": list(self.aliases),
            "selected": list(self.selected),
            "source": self.source,
        }
        return {name: value for name, value in said.items() if value not in (None, [])}


def read_execution(aws: Aws, arn: str) -> Execution:
    """Return an execution; raises NotDoneError if there is none."""
    try:
        answer = aws.find("sagemaker", "DescribePipelineExecution", PipelineExecutionArn=arn)
    except AwsError as error:
        # The form of the ARN is right, so that something else than the request is wrong with it.
        if error.code != "ValidationException":
            raise
        answer = None
    if answer is None:
        raise NotDoneError(f"there is no execution `{arn}`")
    selected = answer.get("SelectiveExecutionConfig", {})
    return Execution(
        arn=answer["PipelineExecutionArn"],
        status=answer["PipelineExecutionStatus"],
        started=answer.get("CreationTime"),
        changed=answer.get("LastModifiedTime"),
        name=answer.get("PipelineExecutionDisplayName") or "",
        description=answer.get("PipelineExecutionDescription") or "",
        reason=answer.get("FailureReason") or "",
        version=answer.get("PipelineVersionId"),
        aliases=tuple(answer.get("PipelineVersionAliases") or ()),
        selected=tuple(each["StepName"] for each in selected.get("SelectedSteps") or ()),
        source=selected.get("SourcePipelineExecutionArn"),
        domain=answer.get("CreatedBy", {}).get("DomainId"),
    )


def list_executions(aws: Aws, pipeline: str) -> Iterator[Execution]:
    """Yield the executions of a pipeline, the newest first."""
    summaries = aws.pages(
        "sagemaker",
        "ListPipelineExecutions",
        "PipelineExecutionSummaries",
        PipelineName=pipeline,
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    return map(_of_summary, summaries)


def newest_execution(
    aws: Aws, pipeline: str, statuses: frozenset[str] = frozenset(STATUSES)
) -> Execution:
    """Return the newest execution that is in one of the statuses, or raise NotDoneError."""
    name = pipeline.rpartition("/")[2]
    for execution in list_executions(aws, pipeline):
        if execution.status in statuses:
            return execution
    if statuses == frozenset(STATUSES):
        raise NotDoneError(f"`{name}` has no execution yet: pipec start")
    listed = " or ".join(status for status in STATUSES if status in statuses)
    raise NotDoneError(f"no execution of `{name}` is {listed}")


def _of_summary(summary: Answer) -> Execution:
    return Execution(
        arn=summary["PipelineExecutionArn"],
        status=summary["PipelineExecutionStatus"],
        started=summary.get("StartTime"),
        name=summary.get("PipelineExecutionDisplayName") or "",
        description=summary.get("PipelineExecutionDescription") or "",
        reason=summary.get("PipelineExecutionFailureReason") or "",
        aliases=tuple(summary.get("PipelineVersionAliases") or ()),
    )


def time_text(moment: datetime | None) -> str | None:
    """Return a time as machines read it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment is not None else None
