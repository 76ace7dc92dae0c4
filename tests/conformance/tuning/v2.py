"""Tuning with each strategy, a warm start, and the best model used again, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.parameter import CategoricalParameter, ContinuousParameter, IntegerParameter
from sagemaker.tuner import (
    HyperbandStrategyConfig,
    HyperparameterTuner,
    StrategyConfig,
    TuningJobCompletionCriteriaConfig,
    WarmStartConfig,
    WarmStartTypes,
)
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, TrainingStep, TuningStep

ROLE = "arn:aws:iam::111122223333:role/ml-training"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/fraud:2.2"
BUCKET = "ml-dev"
METRICS = [
    {"Name": "validation:auc", "Regex": r"validation auc ([0-9.]+)"},
    {"Name": "validation:loss", "Regex": r"validation loss ([0-9.]+)"},
]
SESSION = PipelineSession(default_bucket=BUCKET)
DATA = ParameterString(name="Data", default_value="s3://payments-labelled/2026")


def build(_: dict[str, Any]) -> Pipeline:
    search = _search()
    best = search.get_top_model_s3_uri(top_k=0, s3_bucket=BUCKET, prefix="fraud/models")
    return Pipeline(
        name="fraud-tuning",
        parameters=[DATA],
        steps=[search, _refine(search), _grid(), _hyperband(), _sample(), _retrain(best)],
        sagemaker_session=SESSION,
    )


def _search() -> TuningStep:
    """Bayesian, on spot instances, until it is good enough or no longer gets better."""
    estimator = _estimator(
        hyperparameters={"objective": "binary", "features": "all"},
        instance_count=2,
        instance_type="ml.m5.4xlarge",
        use_spot_instances=True,
        max_wait=7200,
        checkpoint_s3_uri="s3://ml-dev/fraud/checkpoints",
        max_retry_attempts=2,
        environment={"OMP_NUM_THREADS": "8"},
        subnets=["subnet-0a9b8c7d6e5f40312"],
        security_group_ids=["sg-0a9b8c7d6e5f40312"],
    )
    tuner = HyperparameterTuner(
        estimator,
        objective_metric_name="validation:auc",
        objective_type="Maximize",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "rate": ContinuousParameter(1e-4, 0.3, scaling_type="Logarithmic"),
            "subsample": ContinuousParameter(0.5, 0.99, scaling_type="ReverseLogarithmic"),
            "depth": IntegerParameter(3, 10),
            "leaves": IntegerParameter(16, 512, scaling_type="Logarithmic"),
            "booster": CategoricalParameter(["gbtree", "dart"]),
        },
        strategy="Bayesian",
        max_jobs=40,
        max_parallel_jobs=4,
        max_runtime_in_seconds=86400,
        early_stopping_type="Auto",
        random_seed=17,
        completion_criteria_config=TuningJobCompletionCriteriaConfig(
            max_number_of_training_jobs_not_improving=15,
            complete_on_convergence=True,
            target_objective_metric_value=0.985,
        ),
        tags=[{"Key": "team", "Value": "fraud"}],
    )
    return TuningStep(
        name="Search",
        description="Look for good hyperparameters in a wide space.",
        step_args=tuner.fit(inputs=_inputs()),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )


def _refine(search: TuningStep) -> TuningStep:
    """Bayesian again, which begins with what the wide search found."""
    tuner = HyperparameterTuner(
        _estimator(instance_type="ml.m5.4xlarge"),
        objective_metric_name="validation:auc",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "rate": ContinuousParameter(0.01, 0.1),
            "depth": IntegerParameter(5, 8),
        },
        max_jobs=10,
        max_parallel_jobs=2,
        warm_start_config=WarmStartConfig(
            warm_start_type=WarmStartTypes.TRANSFER_LEARNING,
            parents={search.properties.HyperParameterTuningJobName},
        ),
    )
    return TuningStep(name="Refine", step_args=tuner.fit(inputs=_inputs()))


def _grid() -> TuningStep:
    """Each of all combinations; the strategy finds how many there are."""
    tuner = HyperparameterTuner(
        _estimator(instance_type="ml.c5.2xlarge"),
        objective_metric_name="validation:loss",
        objective_type="Minimize",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "window": CategoricalParameter(["1", "7", "28"]),
            "features": CategoricalParameter(["amounts", "times", "all"]),
        },
        strategy="Grid",
        max_jobs=None,
        max_parallel_jobs=3,
    )
    return TuningStep(name="Grid", step_args=tuner.fit(inputs=_inputs()))


def _hyperband() -> TuningStep:
    """More epochs for those that do well."""
    tuner = HyperparameterTuner(
        _estimator(instance_type="ml.g5.xlarge", hyperparameters={"model": "tabnet"}),
        objective_metric_name="validation:loss",
        objective_type="Minimize",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "rate": ContinuousParameter(1e-5, 1e-2, scaling_type="Logarithmic"),
            "width": IntegerParameter(8, 64, scaling_type="Linear"),
        },
        strategy="Hyperband",
        strategy_config=StrategyConfig(
            hyperband_strategy_config=HyperbandStrategyConfig(min_resource=2, max_resource=54)
        ),
        max_jobs=30,
        max_parallel_jobs=5,
    )
    return TuningStep(name="Halve", step_args=tuner.fit(inputs=_inputs()))


def _sample() -> TuningStep:
    """Random, all at once."""
    tuner = HyperparameterTuner(
        _estimator(instance_type="ml.m5.2xlarge"),
        objective_metric_name="validation:auc",
        metric_definitions=METRICS,
        hyperparameter_ranges={"depth": IntegerParameter(2, 12)},
        strategy="Random",
        max_jobs=8,
        max_parallel_jobs=8,
        early_stopping_type="Off",
        random_seed=3,
    )
    return TuningStep(name="Sample", step_args=tuner.fit(inputs=_inputs()))


def _retrain(best: Join) -> TrainingStep:
    estimator = _estimator(instance_type="ml.m5.4xlarge", hyperparameters={"warm": "yes"})
    return TrainingStep(
        name="Retrain",
        step_args=estimator.fit(
            inputs={
                "model": TrainingInput(s3_data=best, content_type="application/x-sagemaker-model"),
                "train": TrainingInput(s3_data=Join(on="/", values=[DATA, "all"])),
            }
        ),
    )


def _estimator(instance_count: int = 1, **options: Any) -> Estimator:
    return Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=instance_count,
        volume_size=50,
        max_run=3600,
        output_path=f"s3://{BUCKET}/fraud/models",
        debugger_hook_config=False,
        disable_profiler=True,
        sagemaker_session=SESSION,
        **options,
    )


def _inputs() -> dict[str, TrainingInput]:
    return {
        "train": TrainingInput(
            s3_data=Join(on="/", values=[DATA, "train"]), content_type="text/csv"
        ),
        "validation": TrainingInput(
            s3_data=Join(on="/", values=[DATA, "validation"]), content_type="text/csv"
        ),
    }
