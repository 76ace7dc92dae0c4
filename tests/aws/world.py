"""What there is in the played part of AWS: pipelines, their versions and executions."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.aws.calls import Call
from tests.aws.refusals import RefusedError, invalid

ACCOUNT = "123456789012"
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
TICK = timedelta(milliseconds=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    number: int
    definition: str
    created: datetime
    display_name: str | None = None
    description: str | None = None
    aliases: tuple[str, ...] = ()
    last_execution: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pipeline:
    name: str
    arn: str
    display_name: str
    description: str
    role: str
    parallelism: dict[str, int] | None
    created: datetime
    modified: datetime
    created_by: dict[str, Any]
    modified_by: dict[str, Any]
    versions: tuple[Version, ...]
    tags: dict[str, str] = field(default_factory=dict)
    last_run: datetime | None = None

    @property
    def latest(self) -> Version:
        return self.versions[-1]


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a poll of an execution shows."""

    status: str
    steps: tuple[dict[str, Any], ...] = ()
    failure: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """How an execution goes: a list of steps for each poll, and the end."""

    polls: tuple[tuple[dict[str, Any], ...], ...]
    status: str
    failure: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Execution:
    arn: str
    pipeline: Pipeline
    version: Version
    display_name: str | None
    description: str | None
    parameters: dict[str, str]
    started: datetime
    modified: datetime
    by: dict[str, Any]
    parallelism: dict[str, int] | None
    selected: dict[str, Any] | None
    frames: tuple[Frame, ...]
    at: int = 0
    polled: frozenset[str] = frozenset()

    @property
    def frame(self) -> Frame:
        return self.frames[self.at]


class World:
    """The state behind the played operations; `lock` is held while one of them is played.

    `missing_code` is how a pipeline that is not there is reported: AWS says ResourceNotFound,
    moto ValidationException. `existing_code` is the same for one that is there already; AWS was
    seen to say ValidationException, and its model has ConflictException.
    """

    def __init__(self, read_object: Callable[[dict[str, str]], str]) -> None:
        self.lock = threading.RLock()
        self.read_object = read_object
        self.missing_code = "ResourceNotFound"
        self.existing_code = "ConflictException"
        self.page_size = 100
        self.pipelines: dict[str, Pipeline] = {}
        self.executions: dict[str, Execution] = {}
        self.tokens: dict[tuple[str, ...], tuple[dict[str, Any], str]] = {}
        self.scripts: deque[Script] = deque()
        self.started = 0
        self._now = datetime.now(UTC).replace(microsecond=0)

    def now(self) -> datetime:
        """Return the time in milliseconds, as the wire has it; no two answers are the same."""
        clock = datetime.now(UTC)
        clock = clock.replace(microsecond=clock.microsecond // 1000 * 1000)
        self._now = max(self._now + TICK, clock)
        return self._now

    def pass_time(self, seconds: float) -> None:
        """Let what happens next be later."""
        with self.lock:
            self._now += timedelta(seconds=seconds)

    def pipeline(self, call: Call, name: str) -> Pipeline:
        """Return the pipeline of a name or ARN, or say that there is none."""
        found = self.pipelines.get(name if name.startswith("arn:") else arn_of(call.region, name))
        if found is None:
            message = f"Pipeline '{name}' does not exist."
            raise RefusedError(self.missing_code, message)
        return found

    def execution(self, arn: str) -> Execution:
        """Return an execution, or say that there is none."""
        found = self.executions.get(arn)
        if found is None:
            raise RefusedError("ResourceNotFound", f"Pipeline execution '{arn}' does not exist.")
        return found

    def keep(self, pipeline: Pipeline) -> None:
        self.pipelines[pipeline.arn] = pipeline

    def keep_version(self, pipeline: Pipeline, version: Version) -> Pipeline:
        """Put a version in the place of the one with its number, or at the end."""
        others = [kept for kept in pipeline.versions if kept.number != version.number]
        versions = tuple(sorted([*others, version], key=lambda kept: kept.number))
        changed = replace(pipeline, versions=versions)
        self.keep(changed)
        return changed

    def before(self, call: Call, name: str) -> str | None:
        """Return the ARN that the same request with the same token led to before."""
        found = self.tokens.get(token_of(call, name))
        if found is None:
            return None
        request, arn = found
        if request != call.request:
            raise invalid("The ClientRequestToken was used with other parameters.")
        return arn

    def remember(self, call: Call, name: str, arn: str) -> None:
        """Remember what a request with a token led to."""
        self.tokens[token_of(call, name)] = (call.request, arn)


def token_of(call: Call, name: str) -> tuple[str, ...]:
    return (call.region, call.operation, name, str(call.request["ClientRequestToken"]))


def arn_of(region: str, name: str) -> str:
    """Return the ARN of a pipeline, which has its name in lower case."""
    partition = next((PARTITIONS[part] for part in PARTITIONS if region.startswith(part)), "aws")
    return f"arn:{partition}:sagemaker:{region}:{ACCOUNT}:pipeline/{name.lower()}"


def person(call: Call) -> dict[str, Any]:
    """Return who calls, by the access key: two keys are two people."""
    arn = f"arn:aws:iam::{ACCOUNT}:user/{call.who}"
    return {"IamIdentity": {"Arn": arn, "PrincipalId": call.who}}


def told(**members: Any) -> dict[str, Any]:
    """Return an answer without the members that have no value."""
    return {name: value for name, value in members.items() if value is not None}
