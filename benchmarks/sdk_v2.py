"""Build a made-up pipeline with SDK v2 and write its definition; runs in the venv of that SDK."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors
# It is imported once the way to AWS is cut off.
# ruff: noqa: E402

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "conformance"))
import_module("offline").cut_off()

import generate
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

SESSION = PipelineSession(default_bucket="ml-dev")
METRICS = PropertyFile(name="metrics", output_name="report", path="evaluation.json")
PARAMETERS = {
    "epochs": ParameterInteger(name="epochs", default_value=3),
    "learning_rate": ParameterFloat(name="learning_rate", default_value=0.00005),
    "min_f1": ParameterFloat(name="min_f1", default_value=0.8),
}
COMMON = {
    "cache_config": CacheConfig(enable_caching=True, expire_after="P30D"),
    "retry_policies": [
        StepRetryPolicy(
            exception_types=[StepExceptionTypeEnum.THROTTLING, StepExceptionTypeEnum.SERVICE_FAULT],
            max_attempts=3,
        )
    ],
}


def build(plan: list[generate.Step]) -> Pipeline:
    built: dict[str, Any] = {}
    for step in plan:
        if step.kind != "condition":
            built[step.name] = BUILDERS[step.kind](step, built)
    inner = {name for step in plan for name in step.then}
    steps = [
        _condition(step, built) if step.kind == "condition" else built[step.name]
        for step in plan
        if step.name not in inner
    ]
    used = generate.used_parameters(plan)
    parameters = [parameter for name, parameter in PARAMETERS.items() if name in used]
    return Pipeline(name="made-up", parameters=parameters, steps=steps, sagemaker_session=SESSION)


def _processing(step: generate.Step, built: dict[str, Any]) -> ProcessingStep:
    processor = Processor(
        role=generate.ROLE,
        image_uri=generate.IMAGE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        entrypoint=["python3", f"/srv/jobs/{step.name.rsplit('_', 1)[0]}.py"],
        volume_size_in_gb=30,
        max_runtime_in_seconds=7200,
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        inputs=[
            ProcessingInput(
                input_name=name,
                source=_source(source, built),
                destination=f"/opt/ml/processing/input/{name}",
            )
            for name, source in step.inputs.items()
        ],
        outputs=[
            ProcessingOutput(
                output_name=name,
                source=f"/opt/ml/processing/output/{name}",
                destination=_destination(step.name, "output", name),
            )
            for name in step.outputs
        ],
    )
    files = [METRICS] if step.measures else None
    return ProcessingStep(name=step.name, step_args=arguments, property_files=files, **COMMON)


def _training(step: generate.Step, built: dict[str, Any]) -> TrainingStep:
    estimator = Estimator(
        image_uri=generate.IMAGE,
        role=generate.ROLE,
        instance_count=1,
        instance_type="ml.g5.xlarge",
        volume_size=30,
        max_run=14400,
        output_path=_destination(step.name, "output"),
        hyperparameters={name: _value(value) for name, value in step.hyperparameters.items()},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=SESSION,
    )
    channels = {
        name: TrainingInput(s3_data=_source(source, built)) for name, source in step.inputs.items()
    }
    return TrainingStep(name=step.name, step_args=estimator.fit(inputs=channels), **COMMON)


def _condition(step: generate.Step, built: dict[str, Any]) -> ConditionStep:
    measure = JsonGet(step_name=step.subject, property_file=METRICS, json_path="f1.value")
    return ConditionStep(
        name=step.name,
        conditions=[ConditionGreaterThanOrEqualTo(left=measure, right=PARAMETERS["min_f1"])],
        if_steps=[built[name] for name in step.then],
        else_steps=[],
    )


def _source(source: str | list[str], built: dict[str, Any]) -> Any:
    if isinstance(source, str):
        return source
    name, output = source
    properties = built[name].properties
    if output == "model":
        return properties.ModelArtifacts.S3ModelArtifacts
    return properties.ProcessingOutputConfig.Outputs[output].S3Output.S3Uri


def _destination(*names: str) -> Join:
    prefix = f"{generate.STORAGE}/made-up"
    return Join(on="/", values=[prefix, ExecutionVariables.PIPELINE_EXECUTION_ID, *names])


def _value(value: Any) -> Any:
    return PARAMETERS[value.removeprefix("$")] if isinstance(value, str) else value


BUILDERS = {"processing": _processing, "training": _training}

if __name__ == "__main__":
    text = build(generate.pipeline(int(sys.argv[1]))).definition()
    Path(sys.argv[2]).write_text(text, encoding="utf-8")
