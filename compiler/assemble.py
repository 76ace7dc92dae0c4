"""Lowered steps to SageMaker's definition: branches nested, references in its JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compiler.definition import (
    MANY_CHARACTERS,
    MAX_CHARACTERS,
    VERSION,
    Json,
    conditions_json,
    value_json,
)
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.bound import Unknown
from compiler.expressions.syntax import Expression
from compiler.graph import PipelineGraph
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.spec.fields import Table, iso_duration, seconds
from compiler.spec.job import RETRY_EXCEPTIONS, CacheSpec, RetrySpec
from compiler.spec.pipeline import ParameterSpec, PipelineSpec
from compiler.spec.step import TRIGGERS, AfterSpec
from compiler.steps.step_type import HELD, Side

EXPERIMENT: Mapping[str, Json] = {
    "ExperimentName": {"Get": "Execution.PipelineName"},
    "TrialName": {"Get": "Execution.PipelineExecutionId"},
}


def assemble(
    lowered: LoweredPipeline, graph: PipelineGraph, diagnostics: Diagnostics
) -> dict[str, Json]:
    """Return the pipeline definition; one that is too long for a request is warned of."""
    spec = lowered.resolved.pipeline.spec
    assembly = _Assembly(lowered=lowered, by_side=graph.by_side())
    definition: dict[str, Json] = {
        "Version": VERSION,
        "Metadata": assembly.json(spec.metadata) if spec.metadata is not None else {},
        "Parameters": _parameters(spec.parameters),
        **_experiment(spec, assembly),
        **_mlflow(spec, assembly),
        "Steps": [assembly.step(name) for name in graph.outermost],
    }
    size = len(json.dumps(definition))
    if size > MANY_CHARACTERS:
        diagnostics.add(
            codes.DEFINITION_SIZE,
            f"the definition has {size:,} characters, a request holds at most {MAX_CHARACTERS:,}",
            spec.name.span,
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
    if spec.description is not None:
        lowered["Description"] = str(spec.description.value)
    return lowered


def _experiment(spec: PipelineSpec, assembly: "_Assembly") -> dict[str, Json]:
    experiment = spec.experiment
    if experiment is None:
        return {"PipelineExperimentConfig": dict(EXPERIMENT)}
    if experiment.enabled is not None and experiment.enabled.value is False:
        return {"PipelineExperimentConfig": None}
    config: dict[str, Json] = {}
    if experiment.name is not None:
        config["ExperimentName"] = assembly.json(experiment.name)
    if experiment.trial is not None:
        config["TrialName"] = assembly.json(experiment.trial)
    return {"PipelineExperimentConfig": config} if config else {}


def _mlflow(spec: PipelineSpec, assembly: "_Assembly") -> dict[str, Json]:
    mlflow = spec.mlflow
    if mlflow is None:
        return {}
    if mlflow.enabled is not None and mlflow.enabled.value is False:
        return {"MlflowConfig": None}
    config: dict[str, Json] = {}
    if mlflow.arn is not None:
        config["MlflowResourceArn"] = assembly.json(mlflow.arn)
    if mlflow.experiment is not None:
        config["MlflowExperimentName"] = assembly.json(mlflow.experiment)
    return {"MlflowConfig": config}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Assembly:
    """What the assembly of each step needs."""

    lowered: LoweredPipeline
    by_side: Mapping[tuple[str, Side], Sequence[str]]

    @property
    def resolved(self) -> ResolvedPipeline:
        return self.lowered.resolved

    def step(self, name: str) -> Json:
        step = self.lowered.steps[name]
        spec = step.spec
        assembled: dict[str, Json] = {"Name": name, "Type": step.sagemaker_type}
        assembled["Arguments"] = self._arguments(step)
        awaited = _depends_on(spec.after, step.type.awaits(spec))
        if awaited:
            assembled["DependsOn"] = awaited
        if spec.display_name is not None:
            assembled["DisplayName"] = str(spec.display_name.value)
        if spec.description is not None:
            assembled["Description"] = str(spec.description.value)
        files = step.type.files(spec)
        if files:
            assembled["PropertyFiles"] = [
                {"PropertyFileName": file, "OutputName": found.output, "FilePath": found.path}
                for file, found in files.items()
            ]
        for member, value in step.beside.members.items():
            assembled[member] = self.json(value)
        assembled |= _cache(getattr(spec, "cache", None))
        assembled |= _retry(getattr(spec, "retry", ()))
        return assembled

    def _arguments(self, step: LoweredStep) -> Json:
        arguments: dict[str, Json] = {}
        if step.type.condition is not None:
            arguments["Conditions"] = self._conditions(step)
        for name, value in step.arguments.members.items():
            arguments[name] = self.json(value)
        for side in step.type.holds(step.spec):
            held = self.by_side.get((step.name, side), ())
            arguments[HELD[side]] = [self.step(name) for name in held]
        return arguments

    def _conditions(self, step: LoweredStep) -> list[Json]:
        node = getattr(step.spec, f"{step.type.condition}_")
        if not isinstance(node, ScalarNode) or not isinstance(node.value, Expression):
            return []
        bound = self.resolved.bindings[node.value]
        return [] if isinstance(bound, Unknown) else conditions_json(bound)

    def json(self, node: Node) -> Json:
        match node:
            case ScalarNode(value=Expression() as expression):
                return value_json(self.resolved.bind(expression))
            case ScalarNode(value=value):
                return value  # type: ignore[return-value]
            case SequenceNode():
                return [self.json(item) for item in node.items]
            case MappingNode():
                return {name: self.json(value) for name, value in node.members.items()}


def _depends_on(after: tuple[AfterSpec, ...], others: Iterable[str]) -> list[Json]:
    found: list[Json] = []
    for each in after:
        name = str(each.step.value)
        trigger = TRIGGERS[str(each.when.value)] if each.when is not None else None
        entry: Json = {"Step": name, "Trigger": trigger} if trigger is not None else name
        if entry not in found:
            found.append(entry)
    named = {str(each.step.value) for each in after}
    return [*found, *(name for name in others if name not in named)]


def _cache(cache: CacheSpec | None) -> Mapping[str, Json]:
    lifetime = cache.expire_after if cache is not None else None
    if cache is None or (cache.enabled is None and lifetime is not None and not lifetime.value):
        return {}
    is_enabled = cache.enabled is None or cache.enabled.value is not False
    config: dict[str, Json] = {"Enabled": is_enabled}
    if lifetime is not None and isinstance(lifetime.value, str):
        config["ExpireAfter"] = iso_duration(lifetime)
    return {"CacheConfig": config}


def _retry(policies: tuple[RetrySpec, ...]) -> Mapping[str, Json]:
    return {"RetryPolicies": [_policy(policy) for policy in policies]} if policies else {}


def _policy(policy: RetrySpec) -> Json:
    lowered: dict[str, Json] = {
        "ExceptionType": [RETRY_EXCEPTIONS[str(node.value)] for node in policy.on],
    }
    if policy.interval is not None:
        lowered["IntervalSeconds"] = seconds(policy.interval)
    if policy.backoff is not None and isinstance(policy.backoff.value, int | float):
        lowered["BackoffRate"] = float(policy.backoff.value)
    if policy.expire_after is not None:
        lowered["ExpireAfterMin"] = max(1, seconds(policy.expire_after) // 60)
    if policy.attempts is not None and isinstance(policy.attempts.value, int):
        lowered["MaxAttempts"] = policy.attempts.value
    return lowered
