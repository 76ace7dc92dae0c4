"""Tuning with each strategy, a warm start, and the best model used again, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.parameter import (
    CategoricalParameter,
    ContinuousParameter,
    IntegerParameter,
)
from sagemaker.core.shapes import (
    BestObjectiveNotImproving,
    Channel,
    CheckpointConfig,
    ConvergenceDetected,
    DataSource,
    HyperbandStrategyConfig,
    HyperParameterTuningJobStrategyConfig,
    HyperParameterTuningJobWarmStartConfig,
    OutputDataConfig,
    ParentHyperParameterTuningJob,
    RetryStrategy,
    S3DataSource,
    StoppingCondition,
    TuningJobCompletionCriteria,
)
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import CacheConfig, Pipeline, TrainingStep, TuningStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, Networking
from sagemaker.train.tuner import HyperparameterTuner

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
    trainer = _trainer(
        hyperparameters={"objective": "binary", "features": "all"},
        instance_count=2,
        instance_type="ml.m5.4xlarge",
        spot=True,
        max_wait=7200,
        checkpoint_config=CheckpointConfig(s3_uri="s3://ml-dev/fraud/checkpoints"),
        environment={"OMP_NUM_THREADS": "8"},
        networking=Networking(
            subnets=["subnet-0a9b8c7d6e5f40312"], security_group_ids=["sg-0a9b8c7d6e5f40312"]
        ),
    ).with_retry_strategy(RetryStrategy(maximum_retry_attempts=2))
    tuner = HyperparameterTuner(
        trainer,
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
        completion_criteria_config=TuningJobCompletionCriteria(
            best_objective_not_improving=BestObjectiveNotImproving(
                max_number_of_training_jobs_not_improving=15
            ),
            convergence_detected=ConvergenceDetected(complete_on_convergence="Enabled"),
            target_objective_metric_value=0.985,
        ),
        tags=[{"Key": "team", "Value": "fraud"}],
    )
    return TuningStep(
        name="Search",
        description="Look for good hyperparameters in a wide space.",
        step_args=tuner.tune(inputs=_inputs()),
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )


def _refine(search: TuningStep) -> TuningStep:
    """Bayesian again, which begins with what the wide search found."""
    tuner = HyperparameterTuner(
        _trainer(instance_type="ml.m5.4xlarge"),
        objective_metric_name="validation:auc",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "rate": ContinuousParameter(0.01, 0.1),
            "depth": IntegerParameter(5, 8),
        },
        max_jobs=10,
        max_parallel_jobs=2,
        warm_start_config=HyperParameterTuningJobWarmStartConfig(
            warm_start_type="TransferLearning",
            parent_hyper_parameter_tuning_jobs=[
                ParentHyperParameterTuningJob(
                    hyper_parameter_tuning_job_name=search.properties.HyperParameterTuningJobName
                )
            ],
        ),
    )
    return TuningStep(name="Refine", step_args=tuner.tune(inputs=_inputs()))


def _grid() -> TuningStep:
    """Each of all combinations; the strategy finds how many there are."""
    tuner = HyperparameterTuner(
        _trainer(instance_type="ml.c5.2xlarge"),
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
    return TuningStep(name="Grid", step_args=tuner.tune(inputs=_inputs()))


def _hyperband() -> TuningStep:
    """More epochs for those that do well."""
    tuner = HyperparameterTuner(
        _trainer(instance_type="ml.g5.xlarge", hyperparameters={"model": "tabnet"}),
        objective_metric_name="validation:loss",
        objective_type="Minimize",
        metric_definitions=METRICS,
        hyperparameter_ranges={
            "rate": ContinuousParameter(1e-5, 1e-2, scaling_type="Logarithmic"),
            "width": IntegerParameter(8, 64, scaling_type="Linear"),
        },
        strategy="Hyperband",
        strategy_config=HyperParameterTuningJobStrategyConfig(
            hyperband_strategy_config=HyperbandStrategyConfig(min_resource=2, max_resource=54)
        ),
        max_jobs=30,
        max_parallel_jobs=5,
    )
    return TuningStep(name="Halve", step_args=tuner.tune(inputs=_inputs()))


def _sample() -> TuningStep:
    """Random, all at once."""
    tuner = HyperparameterTuner(
        _trainer(instance_type="ml.m5.2xlarge"),
        objective_metric_name="validation:auc",
        metric_definitions=METRICS,
        hyperparameter_ranges={"depth": IntegerParameter(2, 12)},
        strategy="Random",
        max_jobs=8,
        max_parallel_jobs=8,
        early_stopping_type="Off",
        random_seed=3,
    )
    return TuningStep(name="Sample", step_args=tuner.tune(inputs=_inputs()))


def _retrain(best: Join) -> TrainingStep:
    trainer = _trainer(instance_type="ml.m5.4xlarge", hyperparameters={"warm": "yes"})
    inputs = [
        _channel("model", best, "application/x-sagemaker-model"),
        _channel("train", Join(on="/", values=[DATA, "all"])),
    ]
    return TrainingStep(name="Retrain", step_args=trainer.train(input_data_config=inputs))


def _trainer(
    instance_type: str,
    instance_count: int = 1,
    *,
    spot: bool = False,
    max_wait: int | None = None,
    **options: Any,
) -> ModelTrainer:
    return ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        compute=Compute(
            instance_type=instance_type,
            instance_count=instance_count,
            volume_size_in_gb=50,
            enable_managed_spot_training=spot,
        ),
        stopping_condition=StoppingCondition(
            max_runtime_in_seconds=3600, max_wait_time_in_seconds=max_wait
        ),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{BUCKET}/fraud/models"),
        sagemaker_session=SESSION,
        **options,
    )


def _inputs() -> list[Channel]:
    return [
        _channel(name, Join(on="/", values=[DATA, name]), "text/csv")
        for name in ("train", "validation")
    ]


def _channel(name: str, uri: Any, content_type: str | None = None) -> Channel:
    return Channel(
        channel_name=name,
        data_source=DataSource(
            s3_data_source=S3DataSource(
                s3_data_type="S3Prefix", s3_uri=uri, s3_data_distribution_type="FullyReplicated"
            )
        ),
        content_type=content_type,
    )
