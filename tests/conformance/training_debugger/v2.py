"""Training that is watched: debugger rules, hooks and profilers, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.debugger import (
    CollectionConfig,
    DebuggerHookConfig,
    FrameworkProfile,
    ProfilerConfig,
    ProfilerRule,
    Rule,
    rule_configs,
)
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TrainingStep

ROLE = "arn:aws:iam::111122223333:role/ml-training"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/speech:5.0"
RULES = "s3://ml-dev/speech/rules"
SESSION = PipelineSession(default_bucket="ml-dev")
CORPUS = ParameterString(name="corpus", default_value="s3://speech-corpora/de")
THRESHOLD = ParameterFloat(name="patience", default_value=0.1)


def build(_: dict[str, Any]) -> Pipeline:
    return Pipeline(
        name="speech-debugged",
        parameters=[CORPUS, THRESHOLD],
        steps=[_debugged(), _profiled(), _defaults()],
        sagemaker_session=SESSION,
    )


def _debugged() -> TrainingStep:
    """Rules that SageMaker brings, one of our own, and the tensors that they read."""
    estimator = _estimator(
        "debugged",
        rules=[
            Rule.sagemaker(rule_configs.loss_not_decreasing()),
            Rule.sagemaker(
                rule_configs.vanishing_gradient(),
                rule_parameters={"threshold": "0.0000001"},
                collections_to_save=[
                    CollectionConfig(name="gradients", parameters={"save_interval": "100"})
                ],
            ),
            Rule.custom(
                name="LoudLogits",
                image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/rules:1.0",
                instance_type="ml.t3.medium",
                volume_size_in_gb=20,
                source=f"{RULES}/loud_logits.py",
                rule_to_invoke="LoudLogits",
                rule_parameters={"limit": "40"},
            ),
        ],
        debugger_hook_config=DebuggerHookConfig(
            s3_output_path="s3://ml-dev/speech/tensors",
            hook_parameters={"train.save_interval": "100", "eval.save_interval": "10"},
            collection_configs=[
                CollectionConfig(name="weights"),
                CollectionConfig(
                    name="logits", parameters={"include_regex": ".*logits.*", "save_interval": "50"}
                ),
            ],
        ),
        disable_profiler=True,
        container_entry_point=["python3", "-m", "speech.train"],
        container_arguments=["--patience", THRESHOLD.to_string(), "--mixed-precision"],
    )
    return TrainingStep(name="debugged", step_args=estimator.fit(inputs=_inputs()))


def _profiled() -> TrainingStep:
    """Framework metrics and profiler rules, without the debugger."""
    estimator = _estimator(
        "profiled",
        rules=[
            ProfilerRule.sagemaker(rule_configs.ProfilerReport(CPUBottleneck_cpu_threshold=90)),
            ProfilerRule.sagemaker(rule_configs.LowGPUUtilization(threshold_p95=60, patience=500)),
        ],
        debugger_hook_config=False,
        profiler_config=ProfilerConfig(
            s3_output_path="s3://ml-dev/speech/profiles",
            system_monitor_interval_millis=1000,
            framework_profile_params=FrameworkProfile(
                local_path="/opt/ml/output/profiler/", start_step=5, num_steps=10
            ),
        ),
    )
    return TrainingStep(name="profiled", step_args=estimator.fit(inputs=_inputs()))


def _defaults() -> TrainingStep:
    """What is watched when nothing is said."""
    estimator = _estimator("defaults")
    return TrainingStep(name="defaults", step_args=estimator.fit(inputs=_inputs()))


def _estimator(name: str, **watch: Any) -> Estimator:
    return Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.p3.2xlarge",
        volume_size=80,
        max_run=28800,
        output_path=f"s3://ml-dev/speech/{name}",
        environment={"TOKENIZERS_PARALLELISM": "false"},
        sagemaker_session=SESSION,
        **watch,
    )


def _inputs() -> dict[str, TrainingInput]:
    return {"corpus": TrainingInput(s3_data=CORPUS, input_mode="FastFile")}
