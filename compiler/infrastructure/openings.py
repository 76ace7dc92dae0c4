"""What a template leaves open, for other accounts to fill in: roles, storage, starts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.compile import CompiledPipeline
from compiler.definition import Json
from compiler.groups import model_package_groups
from compiler.infrastructure.identifiers import identifiers
from compiler.sagemaker.addresses import ROLE
from compiler.starts import schedules, triggers
from compiler.walk import texts_in

ROLE_PATTERN = r"^arn:aws[a-z-]*:iam::\d{12}:role/\S+$"
BUCKET_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]$"
PREFIX_PATTERN = r"^[^/](.*[^/])?$"
STATES = ("ENABLED", "DISABLED")
# An opening's words, where there is one of the kind.
PIPELINE_ROLE = ("role", "arn")
BUCKET = ("storage", "bucket")
PREFIX = ("storage", "prefix")
CREATES_GROUPS = ("create", "model", "package", "groups")


@dataclass(frozen=True, kw_only=True, slots=True)
class Opening:
    """A value that is asked for, with that of the spec as its default."""

    words: tuple[str, ...]
    default: str | bool
    description: str
    pattern: str | None = None
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """The place in S3 below which code and outputs are kept."""

    bucket: str
    prefix: str

    @property
    def uri(self) -> str:
        """The place as the spec has it, without a `/` at the end."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A schedule or a trigger: how it is called here, and its words to EventBridge."""

    name: str
    identifier: str
    words: Mapping[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What a template is made of: each thing with its identifier."""

    roles: Mapping[str, tuple[str, ...]]
    storage: Storage | None
    schedules: tuple[Start, ...]
    triggers: tuple[Start, ...]
    groups: Mapping[str, str]

    def openings(self) -> Iterator[Opening]:
        """Yield all that is left open, in the order in which a person is asked."""
        for role, words in self.roles.items():
            what = "the pipeline" if words == PIPELINE_ROLE else f"`{role.rpartition('/')[2]}`"
            text = f"Role of {what}, as the ARN of a role."
            yield Opening(words=words, default=role, description=text, pattern=ROLE_PATTERN)
        if self.storage is not None:
            yield Opening(
                words=BUCKET,
                default=self.storage.bucket,
                description="Bucket that code and outputs are kept in.",
                pattern=BUCKET_PATTERN,
            )
        if self.storage is not None and self.storage.prefix:
            yield Opening(
                words=PREFIX,
                default=self.storage.prefix,
                description="Prefix in the bucket, with no slash at its ends.",
                pattern=PREFIX_PATTERN,
            )
        yield from self._openings_of_starts()
        if self.groups:
            yield Opening(
                words=CREATES_GROUPS,
                default=True,
                description="Whether to create the model package groups; not if they exist.",
            )

    def _openings_of_starts(self) -> Iterator[Opening]:
        for each in self.schedules:
            yield Opening(
                words=expression_of(each),
                default=str(each.words["ScheduleExpression"]),
                description=f"When the schedule `{each.name}` starts the pipeline.",
                pattern=r"^(cron|rate|at)\(.+\)$",
            )
            yield _state(state_of_schedule(each), f"schedule `{each.name}`", each)
        for each in self.triggers:
            yield _state(state_of_trigger(each), f"trigger `{each.name}`", each)


def _state(words: tuple[str, ...], what: str, start: Start) -> Opening:
    state = str(start.words["State"])
    text = f"Whether the {what} starts the pipeline."
    return Opening(words=words, default=state, description=text, values=STATES)


def expression_of(schedule: Start) -> tuple[str, ...]:
    """Return the words of the opening for the expression of a schedule."""
    return (schedule.identifier, "schedule", "expression")


def state_of_schedule(schedule: Start) -> tuple[str, ...]:
    """Return the words of the opening for the state of a schedule."""
    return (schedule.identifier, "schedule", "state")


def state_of_trigger(trigger: Start) -> tuple[str, ...]:
    """Return the words of the opening for the state of a trigger."""
    return (trigger.identifier, "trigger", "state")


def parts_of(pipeline: CompiledPipeline) -> Parts:
    """Find the parts of a pipeline that can be deployed, so its roles are known."""
    times, events = _starts(schedules(pipeline.spec)), _starts(triggers(pipeline.spec))
    return Parts(
        roles=_roles(pipeline, [*times, *events]),
        storage=_storage(pipeline.storage),
        schedules=times,
        triggers=events,
        groups=identifiers(model_package_groups(pipeline.definition)),
    )


def _storage(uri: str) -> Storage | None:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    return Storage(bucket=bucket, prefix=prefix.rstrip("/")) if uri else None


def _starts(given: Mapping[str, Json]) -> tuple[Start, ...]:
    names = identifiers(given)
    return tuple(
        Start(name=name, identifier=names[name], words=words)
        for name, words in given.items()
        if isinstance(words, dict)
    )


def _roles(pipeline: CompiledPipeline, starts: list[Start]) -> dict[str, tuple[str, ...]]:
    """Return the words of the opening for each role, that of the pipeline first."""
    own = str(pipeline.role)
    named = [*texts_in(pipeline.definition), *(str(start.words["RoleArn"]) for start in starts)]
    others = [text for text in named if ROLE.matches(text) and text != own]
    names = identifiers(others, lambda role: role.rpartition("/")[2])
    return {own: PIPELINE_ROLE, **{role: (name, *PIPELINE_ROLE) for role, name in names.items()}}
