"""What a file for a step type provides, and what a step has around it when it runs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from compiler.local.cache import StepCache
from compiler.local.conditions import Evaluated
from compiler.local.container import Runtime, Stopper
from compiler.local.graph import Status
from compiler.local.metrics import MetricValue
from compiler.local.naming import arn_of
from compiler.local.registry import Registry
from compiler.local.resolve import Json, Scope
from compiler.local.s3 import LocalS3


class StepError(Exception):
    """A step cannot be run as its arguments say; the text is its failure reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What all steps of an execution share on this machine."""

    execution_id: str
    pipeline: str
    account: str
    region: str
    folder: Path
    s3: LocalS3
    registry: Registry
    cache: StepCache
    runtime: Runtime
    stopper: Stopper

    def arn(self, resource: str) -> str:
        """Return the ARN that the service would give `resource`."""
        return arn_of(resource, account=self.account, region=self.region)


@dataclass(frozen=True, kw_only=True, slots=True)
class StepRun:
    """One attempt to run a step: its arguments, resolved, and what it may tell while it runs."""

    site: Site
    name: str
    step: Mapping[str, Json]
    arguments: Mapping[str, Json]
    scope: Scope
    job_name: str
    job_folder: Path
    log: Callable[[bytes], None]
    warn: Callable[[str], None]
    metric: Callable[[MetricValue], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class StepResult:
    """How a step ended and what it leaves for the steps after it."""

    status: Status = "Succeeded"
    failure_reason: str | None = None
    properties: Json = field(default_factory=dict)
    metrics: tuple[Json, ...] = ()
    outcome: str | None = None
    conditions: tuple[Evaluated, ...] = ()
    model_package: Json = None


def _nothing(_: Mapping[str, Json]) -> Iterator[str]:
    return iter(())


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalStepType:
    """A type of step that can run on this machine.

    `names` are the types of a spec that become it and can run; `type` is the definition's.
    `refusals` yields why a step, as written in the definition, cannot; it is asked before anything
    starts. `kept` returns the S3 addresses that a step's properties promise.
    """

    type: str
    names: tuple[str, ...]
    run: Callable[[StepRun], StepResult]
    refusals: Callable[[Mapping[str, Json]], Iterator[str]] = _nothing
    launches_job: str | None = None
    kept: Callable[[Mapping[str, Json]], Iterator[str]] = _nothing
