"""A resolved pipeline to SageMaker's definition, by asking each step type for its request."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiler.code.gather import PipelineCode
from compiler.definition import (
    MAX_CHARACTERS,
    VERSION,
    Json,
    conditions_json,
    value_json,
)
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, merge, text_of
from compiler.expressions.bound import Unknown
from compiler.expressions.syntax import Expression
from compiler.graph import PipelineGraph, Side
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.sagemaker.check import RequestCheck
from compiler.spec.fields import Table, iso_duration, seconds
from compiler.spec.job import RETRY_EXCEPTIONS, RetrySpec
from compiler.spec.pipeline import ParameterSpec
from compiler.spec.step import StepSpec
from compiler.steps import STEP_TYPES
from compiler.steps.condition import ConditionSpec
from compiler.steps.request import RequestValue
from compiler.steps.step_type import CodeLocation, StepContext

EXPERIMENT: dict[str, Json] = {
    "ExperimentName": {"Get": "Execution.PipelineName"},
    "TrialName": {"Get": "Execution.PipelineExecutionId"},
}
DEFAULT_ATTEMPTS = 5
# Stands for a storage that is missing or wrong, which has been reported, so the rest is checked.
UNKNOWN_STORAGE = "s3://unknown"


def lower(
    resolved: ResolvedPipeline,
    graph: PipelineGraph,
    code: PipelineCode,
    diagnostics: Diagnostics,
) -> dict[str, Json]:
    """Return the pipeline definition, its requests checked against the service model."""
    lowering = _Lowering(
        resolved=resolved,
        by_side=graph.by_side(),
        code=code,
        check=RequestCheck(
            type_of=resolved.type_of, choices_of=resolved.choices_of, diagnostics=diagnostics
        ),
    )
    definition: dict[str, Json] = {
        "Version": VERSION,
        "Metadata": {},
        "Parameters": _parameters(resolved.pipeline.spec.parameters),
        "PipelineExperimentConfig": EXPERIMENT,
        "Steps": [lowering.step(name) for name in graph.outermost],
    }
    size = len(json.dumps(definition))
    if size > MAX_CHARACTERS:
        diagnostics.add(
            codes.DEFINITION_SIZE,
            f"the definition has {size:,} characters, a request holds at most {MAX_CHARACTERS:,}",
            resolved.pipeline.spec.name.span,
            hint="upload it and give its place as `PipelineDefinitionS3Location`, or split it",
        )
    return definition


def _parameters(parameters: Table[ParameterSpec]) -> list[Json]:
    return [_parameter(name, spec) for name, spec in parameters]


def _parameter(name: str, spec: ParameterSpec) -> Json:
    kind = str(spec.type.value)
    lowered: dict[str, Json] = {"Name": name, "Type": kind.capitalize()}
    if spec.default is not None and not isinstance(spec.default.value, Expression):
        default = spec.default.value
        if kind == "float" and isinstance(default, int):
            default = float(default)
        lowered["DefaultValue"] = default
    if spec.enum:
        lowered["EnumValues"] = [
            node.value for node in spec.enum if not isinstance(node.value, Expression)
        ]
    return lowered


@dataclass(frozen=True, kw_only=True, slots=True)
class _Lowering:
    """What the lowering of each step needs."""

    resolved: ResolvedPipeline
    by_side: Mapping[tuple[str, Side], Sequence[str]]
    code: PipelineCode
    check: RequestCheck

    def step(self, name: str) -> Json:
        spec = self.resolved.pipeline.steps[name]
        step_type = STEP_TYPES[str(spec.type.value)]
        lowered: dict[str, Json] = {"Name": name, "Type": step_type.sagemaker_type}
        if isinstance(spec, ConditionSpec):
            lowered["Arguments"] = self._condition(spec)
        else:
            lowered["Arguments"] = self._arguments(spec)
        if spec.after:
            lowered["DependsOn"] = list(
                dict.fromkeys(str(after.step.value) for after in spec.after)
            )
        if spec.display_name is not None:
            lowered["DisplayName"] = str(spec.display_name.value)
        if spec.description is not None:
            lowered["Description"] = str(spec.description.value)
        files = step_type.files(spec)
        if files:
            lowered["PropertyFiles"] = [
                {"PropertyFileName": file, "OutputName": found.output, "FilePath": found.path}
                for file, found in files.items()
            ]
        lowered |= _cache(getattr(spec, "cache", None))
        lowered |= _retry(getattr(spec, "retry", ()))
        return lowered

    def _condition(self, spec: ConditionSpec) -> Json:
        value = spec.if_.value
        bound = self.resolved.bindings[value] if isinstance(value, Expression) else None
        conditions = [] if bound is None or isinstance(bound, Unknown) else conditions_json(bound)
        then = self.by_side.get((spec.name, "then"), ())
        otherwise = self.by_side.get((spec.name, "else"), ())
        return {
            "Conditions": conditions,
            "IfSteps": [self.step(name) for name in then],
            "ElseSteps": [self.step(name) for name in otherwise],
        }

    def _arguments(self, spec: StepSpec) -> Json:
        step_type = STEP_TYPES[str(spec.type.value)]
        request = located(step_type.lower(spec, self._context(spec)), spec.span)
        if not isinstance(request, MappingNode):
            return {}
        overlay: MappingNode | None = getattr(spec, "request", None)
        if overlay is not None:
            request = merge(request, overlay)
        if step_type.request_shape is not None:
            self.check.check(step_type.request_shape, request, step_type.chosen)
        return self._json(request)

    def _context(self, spec: StepSpec) -> StepContext:
        pipeline = self.resolved.pipeline
        storage = (text_of(pipeline.spec.storage) or UNKNOWN_STORAGE).rstrip("/")
        code = self.code.by_step.get(spec.name)
        location = None
        if code is not None:
            location = CodeLocation(
                uri=code.artifact.uri(storage, pipeline.name),
                entry=code.artifact.entry,
                has_requirements=code.artifact.has_requirements,
            )
        return StepContext(
            pipeline=pipeline.name,
            step=spec.name,
            span=spec.span,
            storage=storage,
            code=location,
            template=self.resolved.templates.get(spec.name),
        )

    def _json(self, node: Node) -> Json:
        match node:
            case ScalarNode(value=Expression() as expression):
                return value_json(self.resolved.bind(expression))
            case ScalarNode(value=value):
                return value  # type: ignore[return-value]
            case SequenceNode():
                return [self._json(item) for item in node.items]
            case MappingNode():
                return {name: self._json(value) for name, value in node.members.items()}


def located(value: RequestValue, span: Span) -> Node:
    """Return a request as nodes; what the compiler made is placed at `span`."""
    match value:
        case dict():
            members = {name: located(item, _span_of(item, span)) for name, item in value.items()}
            spans = {name: _span_of(item, span) for name, item in value.items()}
            return MappingNode(members, spans, span)
        case list():
            return SequenceNode(tuple(located(item, span) for item in value), span)
        case ScalarNode() | SequenceNode() | MappingNode():
            return value
        case _:
            return ScalarNode(value, span)


def _span_of(value: RequestValue, default: Span) -> Span:
    return value.span if isinstance(value, ScalarNode | SequenceNode | MappingNode) else default


def _cache(cache: ScalarNode | None) -> Mapping[str, Json]:
    if cache is None or cache.value is False:
        return {}
    config: dict[str, Json] = {"Enabled": True}
    if isinstance(cache.value, str):
        config["ExpireAfter"] = iso_duration(cache)
    return {"CacheConfig": config}


def _retry(policies: tuple[RetrySpec, ...]) -> Mapping[str, Json]:
    return {"RetryPolicies": [_policy(policy) for policy in policies]} if policies else {}


def _policy(policy: RetrySpec) -> Json:
    backoff = policy.backoff.value if policy.backoff is not None else 2.0
    lowered: dict[str, Json] = {
        "ExceptionType": [RETRY_EXCEPTIONS[str(node.value)] for node in policy.on],
        "IntervalSeconds": seconds(policy.interval) if policy.interval is not None else 1,
        "BackoffRate": float(backoff) if isinstance(backoff, int | float) else 2.0,
    }
    if policy.expire_after is not None:
        lowered["ExpireAfterMin"] = max(1, seconds(policy.expire_after) // 60)
    else:
        attempts = policy.attempts.value if policy.attempts is not None else DEFAULT_ATTEMPTS
        lowered["MaxAttempts"] = attempts if isinstance(attempts, int) else DEFAULT_ATTEMPTS
    return lowered
