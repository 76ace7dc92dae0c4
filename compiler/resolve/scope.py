"""The names that an expression may use."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.document.node import ScalarNode
from compiler.expressions.types import ANY, BOOLEAN, FLOAT, INTEGER, STRING, TIMESTAMP, Type
from compiler.spec.pipeline import ParameterSpec, Pipeline
from compiler.spec.step import StepSpec
from compiler.spec.template import TemplateSpec
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import Output, PropertyFile, StepType

PARAMETER_TYPES = {"string": STRING, "integer": INTEGER, "float": FLOAT, "boolean": BOOLEAN}

EXECUTION_VARIABLES: dict[str, tuple[str, Type]] = {
    "start_date_time": ("StartDateTime", TIMESTAMP),
    "current_date_time": ("CurrentDateTime", TIMESTAMP),
    "pipeline_name": ("PipelineName", STRING),
    "pipeline_arn": ("PipelineArn", STRING),
    "pipeline_execution_id": ("PipelineExecutionId", STRING),
    "pipeline_execution_arn": ("PipelineExecutionArn", STRING),
    "training_job_name": ("TrainingJobName", STRING),
    "processing_job_name": ("ProcessingJobName", STRING),
}

EXPERIMENT_VARIABLES = {
    "name": "PipelineExperimentConfig.ExperimentName",
    "trial": "PipelineExperimentConfig.TrialName",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class StepScope:
    """What other steps may ask of a step."""

    type: StepType
    spec: StepSpec
    outputs: Mapping[str, Output]
    files: Mapping[str, PropertyFile]
    template: TemplateSpec | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Parameters with their types, and steps; of `broken` steps nothing but the name is known."""

    parameters: Mapping[str, Type]
    steps: Mapping[str, StepScope]
    broken: frozenset[str]
    parameters_known: bool


def scope_of(pipeline: Pipeline, templates: Mapping[str, TemplateSpec]) -> Scope:
    """Return the names that the expressions of a pipeline may use."""
    steps = {}
    for name, spec in pipeline.steps.items():
        step_type = STEP_TYPES[str(spec.type.value)]
        steps[name] = StepScope(
            type=step_type,
            spec=spec,
            outputs=step_type.named_outputs(spec),
            files=step_type.files(spec),
            template=templates.get(name),
        )
    parameters = {name: parameter_type(spec) for name, spec in pipeline.spec.parameters}
    return Scope(
        parameters=parameters,
        steps=steps,
        broken=pipeline.broken,
        parameters_known=pipeline.parameters_known,
    )


def parameter_type(spec: ParameterSpec) -> Type:
    """Return the type of a parameter, ANY if it was declared wrongly."""
    declared = spec.type.value if isinstance(spec.type, ScalarNode) else None
    return PARAMETER_TYPES.get(str(declared), ANY)
