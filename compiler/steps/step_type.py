"""What a file in this folder must provide: a step type."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode
from compiler.expressions.types import Type
from compiler.spec.job import RETRY_EXCEPTIONS
from compiler.spec.template import TemplateSpec
from compiler.steps.members import Entry, Naming, lower_members
from compiler.steps.request import Request

Side: TypeAlias = Literal["then", "else", "body"]
# Where the steps that a step holds stand in its arguments.
HELD: Mapping[Side, str] = {"then": "IfSteps", "else": "ElseSteps", "body": "ForEachBody"}

JOB_EXCEPTIONS = tuple(name for name in RETRY_EXCEPTIONS if not name.startswith("emr"))
STEP_EXCEPTIONS = tuple(name for name, kind in RETRY_EXCEPTIONS.items() if kind.startswith("Step."))


@dataclass(frozen=True, kw_only=True, slots=True)
class CodeLocation:
    """Where the packed code of a step lies, and what in it is run."""

    uri: str
    entry: str
    has_requirements: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepContext:
    """What a step's lowering may know beyond its own fields."""

    pipeline: str
    step: str
    span: Span
    storage: str
    code: CodeLocation | None
    template: TemplateSpec | None
    region: str | None

    @property
    def naming(self) -> Naming:
        """What defaults may be made of."""
        return Naming(
            pipeline=self.pipeline, step=self.step, storage=self.storage, region=self.region
        )


@dataclass(frozen=True, slots=True)
class Output:
    """What `steps.S.<name>` stands for: a type, and a path into what Describe answers."""

    type: Type
    path: str


@dataclass(frozen=True, slots=True)
class PropertyFile:
    """A JSON file that a step writes into one of its outputs."""

    output: str
    path: str
    span: Span


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """Files that travel with a step, apart from its code.

    `paths` are files and folders of the project, and `documents` are structures that become files
    in JSON, by name.
    """

    paths: tuple[ScalarNode, ...] = ()
    documents: Mapping[str, MappingNode] = field(default_factory=dict)
    entry: str
    span: Span


def nothing(spec: Any) -> dict[str, Any]:  # noqa: ARG001
    """Return no named outputs, no files, no inputs, as most step types have none."""
    return {}


def holds_nothing(spec: Any) -> Mapping[Side, tuple[ScalarNode, ...]]:  # noqa: ARG001
    """Hold no other steps."""
    return {}


def selects_nothing(spec: Any) -> str | None:  # noqa: ARG001
    """Select no iteration."""
    return None


def needs_no_storage(spec: Any) -> Span | None:  # noqa: ARG001
    """Need no place in S3 of the compiler's choosing."""
    return None


def awaits_nothing(spec: Any) -> Mapping[str, Span]:  # noqa: ARG001
    """Wait for no steps but those that every step may wait for."""
    return {}


def only_itself(spec: Any) -> tuple[Any, ...]:
    """Start one kind of job, which the fields of the step describe."""
    return (spec,)


def packs_nothing(spec: Any) -> Packed | None:  # noqa: ARG001
    """Bring no files but the code."""
    return None


def no_checks(spec: Any) -> Iterator[Diagnostic]:  # noqa: ARG001
    """Find nothing, as a step type without rules of its own."""
    return iter(())


@dataclass(frozen=True, kw_only=True, slots=True)
class StepType:
    """One kind of step: its fields, its request and its outputs.

    `members` say how the fields become the `Arguments` of the step, and `beside` how they become
    members beside the arguments, such as `FunctionArn`. `lower` replaces the plain reading of
    `members` where that does not suffice.

    `request_shape` and `describe_shape` are names in the service model; `chosen` are the members of
    the request that SageMaker Pipelines fills in when they are left out, and `refused` those that
    it does not take. A request of this type has the `marks`, by which it is told from others of the
    same type of SageMaker's. `holds` names the steps that the step
    holds, `condition` is the field with the condition that chooses among them, `selected` the step
    in a body whose results tell which iteration is selected, and `awaits` tells for which steps
    the step waits beside those in `after`, and where that is written. `template_type` is the type
    whose templates serve this one too, if it has none of its own, and `wraps_code` returns what is
    packed, given the files of the step's code. `jobs` are the kinds of jobs that the step starts,
    each with the fields of its own. `launches` is
    the execution variable with the name of the job that the step starts, `exceptions` are the
    kinds of failure that a retry policy may name, and nothing can wait for a step that
    `ends_execution`.
    """

    name: str
    sagemaker_type: str
    spec: type
    members: tuple[Entry, ...] = ()
    beside: tuple[Entry, ...] = ()
    lower: Callable[[Any, StepContext], Request] | None = None
    request_shape: str | None = None
    describe_shape: str | None = None
    chosen: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    marks: Mapping[str, object] = field(default_factory=dict)
    outputs: Mapping[str, Output] = field(default_factory=dict)
    named_outputs: Callable[[Any], dict[str, Output]] = nothing
    files: Callable[[Any], dict[str, PropertyFile]] = nothing
    inputs: Callable[[Any], Mapping[str, Span]] = nothing
    check: Callable[[Any], Iterator[Diagnostic]] = no_checks
    needs_storage: Callable[[Any], Span | None] = needs_no_storage
    jobs: Callable[[Any], tuple[Any, ...]] = only_itself
    packs_code_as: str | None = None
    packs: Callable[[Any], Packed | None] = packs_nothing
    template_type: str | None = None
    wraps_code: Callable[[dict[str, bytes]], dict[str, bytes]] = dict
    holds: Callable[[Any], Mapping[Side, tuple[ScalarNode, ...]]] = holds_nothing
    condition: str | None = None
    awaits: Callable[[Any], Mapping[str, Span]] = awaits_nothing
    selected: Callable[[Any], str | None] = selects_nothing
    launches: str | None = None
    exceptions: tuple[str, ...] = JOB_EXCEPTIONS
    ends_execution: bool = False

    def arguments(self, spec: Any, context: StepContext) -> Request:
        """Return the arguments that the fields of a step become."""
        if self.lower is not None:
            return self.lower(spec, context)
        return lower_members(self.members, spec, context.naming)
