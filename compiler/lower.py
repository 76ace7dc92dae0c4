"""A resolved pipeline to the requests of its steps, each value still at its place in the YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from compiler.code.gather import PipelineCode
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, merge, text_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.sagemaker.api import Shape, shape
from compiler.sagemaker.check import RequestCheck
from compiler.spec.step import StepSpec
from compiler.steps import STEP_TYPES
from compiler.steps.members import lower_members, paths_of
from compiler.steps.request import located
from compiler.steps.step_type import CodeLocation, StepContext, StepType

# Stands for a storage that is missing or wrong, which has been reported, so the rest is checked.
UNKNOWN_STORAGE = "s3://unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class LoweredStep:
    """A step as SageMaker sees it; `beside` holds the members beside its arguments."""

    name: str
    type: StepType
    spec: StepSpec
    arguments: MappingNode
    beside: MappingNode

    @property
    def sagemaker_type(self) -> str:
        """The type as the definition names it."""
        return text_of(getattr(self.spec, "sagemaker_type", None)) or self.type.sagemaker_type


@dataclass(frozen=True, kw_only=True, slots=True)
class LoweredPipeline:
    """The steps that could be lowered, by name, and the pipeline that they come from."""

    resolved: ResolvedPipeline
    steps: Mapping[str, LoweredStep]


def lower(
    resolved: ResolvedPipeline, code: PipelineCode, diagnostics: Diagnostics
) -> LoweredPipeline:
    """Return the requests of all steps, held against the service model."""
    check = RequestCheck(
        type_of=resolved.type_of,
        choices_of=resolved.choices_of,
        beginning_of=resolved.beginning_of,
        shape_of=resolved.shape_of,
        diagnostics=diagnostics,
    )
    steps = {}
    for name, spec in resolved.pipeline.steps.items():
        step = _lowered(spec, _context(resolved, code, spec))
        if step.type.request_shape is not None:
            check.check(
                step.type.request_shape,
                step.arguments,
                chosen=step.type.chosen,
                refused=step.type.refused,
                fields=_fields(step.type.name),
            )
        steps[name] = step
    return LoweredPipeline(resolved=resolved, steps=steps)


@cache
def _fields(step_type: str) -> dict[str, str]:
    """Return which field of a step type writes a member, by the path of the member."""
    return dict(paths_of(STEP_TYPES[step_type].members))


def _lowered(spec: StepSpec, context: StepContext) -> LoweredStep:
    step_type = STEP_TYPES[str(spec.type.value)]
    empty = MappingNode({}, {}, spec.span)
    arguments = located(step_type.arguments(spec, context), spec.span)
    overlay: MappingNode | None = getattr(spec, "request", None)
    if not isinstance(arguments, MappingNode):
        arguments = empty
    if overlay is not None:
        arguments = merge(arguments, overlay)
    if step_type.request_shape is not None:
        arguments = _in_order(arguments, shape(step_type.request_shape))
    beside = located(lower_members(step_type.beside, spec, context.naming), spec.span)
    return LoweredStep(
        name=spec.name,
        type=step_type,
        spec=spec,
        arguments=arguments,
        beside=beside if isinstance(beside, MappingNode) else empty,
    )


def _in_order(request: MappingNode, expected: Shape) -> MappingNode:
    """Return a request with its members in the order of the API reference."""
    position = {name: index for index, name in enumerate(expected.members)}
    names = sorted(request.members, key=lambda name: position.get(name, len(position)))
    members = {name: request.members[name] for name in names}
    return MappingNode(members, request.key_spans, request.span)


def _context(resolved: ResolvedPipeline, code: PipelineCode, spec: StepSpec) -> StepContext:
    pipeline = resolved.pipeline
    storage = (text_of(pipeline.spec.storage) or UNKNOWN_STORAGE).rstrip("/")
    found = code.by_step.get(spec.name)
    location = None
    if found is not None:
        location = CodeLocation(
            uri=found.artifact.uri(storage, pipeline.name),
            entry=found.artifact.entry,
            has_requirements=found.artifact.has_requirements,
        )
    return StepContext(
        pipeline=pipeline.name,
        step=spec.name,
        span=spec.span,
        storage=storage,
        code=location,
        template=resolved.templates.get(spec.name),
        region=pipeline.region,
    )
