"""What a file in this folder must provide: a step type."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import Type
from compiler.spec.template import TemplateSpec
from compiler.steps.request import Request


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


def nothing(spec: Any) -> dict[str, Any]:  # noqa: ARG001
    """Return no named outputs and no files, as most step types have none."""
    return {}


def names_nothing(spec: Any, template: TemplateSpec | None) -> dict[str, list[str]]:  # noqa: ARG001
    """Know nothing of the names that Describe answers with."""
    return {}


def needs_no_storage(spec: Any) -> Span | None:  # noqa: ARG001
    """Need no place in S3 of the compiler's choosing."""
    return None


def no_checks(spec: Any) -> Iterator[Diagnostic]:  # noqa: ARG001
    """Find nothing, as a step type without rules of its own."""
    return iter(())


@dataclass(frozen=True, kw_only=True, slots=True)
class StepType:
    """One kind of step: its fields, its request and its outputs.

    `request_shape` and `describe_shape` are names in botocore's service model; `chosen` are the
    members of the request that SageMaker Pipelines fills in or refuses. `named_items` are the names
    in lists of what Describe answers, by their path there, as far as the spec decides on them.
    """

    name: str
    sagemaker_type: str
    spec: type
    lower: Callable[[Any, StepContext], Request]
    request_shape: str | None = None
    describe_shape: str | None = None
    chosen: frozenset[str] = frozenset()
    outputs: Mapping[str, Output] = field(default_factory=dict)
    named_outputs: Callable[[Any], dict[str, Output]] = nothing
    named_items: Callable[[Any, TemplateSpec | None], Mapping[str, list[str]]] = names_nothing
    files: Callable[[Any], dict[str, PropertyFile]] = nothing
    inputs: Callable[[Any], Mapping[str, Span]] = nothing
    check: Callable[[Any], Iterator[Diagnostic]] = no_checks
    needs_storage: Callable[[Any], Span | None] = needs_no_storage
    packs_code_as: str | None = None
