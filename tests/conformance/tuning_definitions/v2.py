"""One tuning job over two algorithms, one of them with autotune, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.pytorch import PyTorch
from sagemaker.tuner import (
    HyperparameterTuner,
    InstanceConfig,
    TuningJobCompletionCriteriaConfig,
    WarmStartConfig,
    WarmStartTypes,
)
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TuningStep

JOB = {
    "role": "arn:aws:iam::111122223333:role/ml-training",
    "output_path": "s3://ml-dev/demand/models",
    "max_run": 5400,
}
SESSION = PipelineSession(default_bucket="ml-dev")
PARALLEL = ParameterInteger(name="parallel", default_value=6)
FLOOR = ParameterFloat(name="floor", default_value=0.7)


def build(_: dict[str, Any]) -> Pipeline:
    both = _both()
    score = both.properties.BestTrainingJob.FinalHyperParameterTuningJobObjectiveMetric.Value
    check = ConditionStep(
        name="good-enough",
        conditions=[ConditionGreaterThanOrEqualTo(left=score, right=FLOOR)],
        if_steps=[_auto()],
        else_steps=[FailStep(name="weak", error_message="no model is good enough")],
    )
    return Pipeline(
        name="demand-tuning",
        parameters=[PARALLEL, FLOOR],
        steps=[both, check],
        sagemaker_session=SESSION,
    )


def _both() -> TuningStep:
    trees = Estimator(
        image_uri=image_uris.retrieve("xgboost", "us-east-1", version="1.7-1"),
        instance_count=1,
        instance_type="ml.m5.2xlarge",
        volume_size=20,
        enable_network_isolation=True,
        encrypt_inter_container_traffic=True,
        output_kms_key="alias/ml",
        volume_kms_key="alias/ml",
        hyperparameters={"objective": "reg:squarederror", "num_round": 200},
        sagemaker_session=SESSION,
        **JOB,
    )
    net = PyTorch(
        entry_point="train.py",
        source_dir="s3://ml-dev/demand/code/sourcedir.tar.gz",
        framework_version="2.3.0",
        py_version="py311",
        instance_count=1,
        instance_type="ml.g5.xlarge",
        hyperparameters={"loss": "quantile"},
        use_spot_instances=True,
        max_wait=10800,
        checkpoint_s3_uri="s3://ml-dev/demand/checkpoints",
        sagemaker_session=SESSION,
        **JOB,
    )
    tuner = HyperparameterTuner.create(
        estimator_dict={"trees": trees, "net": net},
        objective_metric_name_dict={"trees": "validation:r2", "net": "r2"},
        metric_definitions_dict={
            "trees": [{"Name": "validation:r2", "Regex": r"r2:([0-9.]+)"}],
            "net": [{"Name": "r2", "Regex": r"r2=([0-9.]+)"}],
        },
        hyperparameter_ranges_dict={
            "trees": {"max_depth": IntegerParameter(3, 9), "eta": ContinuousParameter(0.01, 0.3)},
            "net": {
                "rate": ContinuousParameter(1e-5, 1e-2, scaling_type="Logarithmic"),
                "cell": CategoricalParameter(["lstm", "gru"]),
            },
        },
        strategy="Random",
        objective_type="Maximize",
        max_jobs=24,
        max_parallel_jobs=PARALLEL,
        max_runtime_in_seconds=50000,
        completion_criteria_config=TuningJobCompletionCriteriaConfig(
            target_objective_metric_value=0.95
        ),
        warm_start_config=WarmStartConfig(
            warm_start_type=WarmStartTypes.TRANSFER_LEARNING, parents={"demand-2025"}
        ),
        random_seed=5,
        tags=[{"Key": "team", "Value": "demand"}],
    )
    table = TrainingInput(s3_data="s3://ml-dev/demand/train", content_type="text/csv")
    arguments = tuner.fit(
        inputs={"trees": {"train": table}, "net": {"series": table}},
        # The SDK tells the algorithm its own class where it isn't told not to.
        include_cls_metadata={"trees": False, "net": False},
    )
    return TuningStep(name="both", step_args=arguments)


def _auto() -> TuningStep:
    """Ranges that the service chooses itself, and several instance types to take from."""
    trees = Estimator(
        image_uri=image_uris.retrieve("xgboost", "us-east-1", version="1.7-1"),
        instance_count=1,
        instance_type="ml.m5.2xlarge",
        hyperparameters={"objective": "reg:squarederror", "num_round": 200, "eta": 0.1},
        sagemaker_session=SESSION,
        **JOB,
    )
    tuner = HyperparameterTuner(
        trees,
        objective_metric_name="validation:rmse",
        objective_type="Minimize",
        hyperparameter_ranges={"max_depth": IntegerParameter(4, 8)},
        max_jobs=12,
        max_parallel_jobs=3,
        autotune=True,
        hyperparameters_to_keep_static=["objective"],
    )
    tuner.override_resource_config(
        instance_configs=[
            InstanceConfig(instance_count=1, instance_type="ml.m5.2xlarge", volume_size=30),
            InstanceConfig(instance_count=1, instance_type="ml.c5.4xlarge", volume_size=30),
        ]
    )
    table = TrainingInput(s3_data="s3://ml-dev/demand/train", content_type="text/csv")
    valid = TrainingInput(s3_data="s3://ml-dev/demand/valid", content_type="text/csv")
    return TuningStep(
        name="auto", step_args=tuner.fit(inputs={"train": table, "validation": valid})
    )
