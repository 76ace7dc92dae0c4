"""Checks of data and of a model, whose baselines go to the registry, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.model import Model
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.model_monitor.dataset_format import DatasetFormat
from sagemaker.workflow.check_job_config import CheckJobConfig
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterBoolean, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.quality_check_step import (
    DataQualityCheckConfig,
    ModelQualityCheckConfig,
    QualityCheckStep,
)
from sagemaker.workflow.steps import CacheConfig

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:2.0"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
GROUP = ParameterString(name="group", default_value="churn")
DATA = ParameterString(name="data", default_value="s3://ml-dev/churn/train.csv")
NEW_BASELINE = ParameterBoolean(name="new_baseline", default_value=False)
SKIP = ParameterBoolean(name="skip", default_value=False)
OUT = Join(on="/", values=["s3://ml-dev/churn", ExecutionVariables.PIPELINE_EXECUTION_ID])


def build(_: dict[str, Any]) -> Pipeline:
    data = QualityCheckStep(
        name="data_quality",
        display_name="Does the data drift?",
        quality_check_config=DataQualityCheckConfig(
            baseline_dataset=DATA,
            dataset_format=DatasetFormat.csv(header=True),
            output_s3_uri=Join(on="/", values=[OUT, "data-quality"]),
            record_preprocessor_script="s3://ml-dev/scripts/before.py",
            post_analytics_processor_script="s3://ml-dev/scripts/after.py",
        ),
        check_job_config=CheckJobConfig(
            role=ROLE,
            instance_count=1,
            instance_type="ml.m5.xlarge",
            volume_size_in_gb=60,
            volume_kms_key="alias/ml",
            output_kms_key="alias/ml",
            max_runtime_in_seconds=1800,
            env={"LEVEL": "debug"},
            tags=[{"Key": "team", "Value": "growth"}],
            sagemaker_session=SESSION,
        ),
        skip_check=SKIP,
        register_new_baseline=NEW_BASELINE,
        model_package_group_name=GROUP,
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
    )
    model = QualityCheckStep(
        name="model_quality",
        quality_check_config=ModelQualityCheckConfig(
            baseline_dataset="s3://ml-dev/churn/predicted.csv",
            dataset_format=DatasetFormat.csv(header=False),
            output_s3_uri=Join(on="/", values=[OUT, "model-quality"]),
            problem_type="BinaryClassification",
            inference_attribute="_c0",
            probability_attribute="_c1",
            ground_truth_attribute="_c2",
            probability_threshold_attribute="0.5",
        ),
        check_job_config=CheckJobConfig(
            role=ROLE,
            instance_count=1,
            instance_type="ml.m5.xlarge",
            max_runtime_in_seconds=1800,
            sagemaker_session=SESSION,
        ),
        fail_on_violation=False,
        register_new_baseline=NEW_BASELINE,
        model_package_group_name="churn",
        supplied_baseline_statistics="s3://ml-dev/churn/baseline/statistics.json",
        supplied_baseline_constraints="s3://ml-dev/churn/baseline/constraints.json",
        depends_on=[data],
    )
    return Pipeline(
        name="quality-checks",
        parameters=[GROUP, DATA, NEW_BASELINE, SKIP],
        steps=[data, model, _register(data.properties, model.properties)],
        sagemaker_session=SESSION,
    )


def _register(data: Any, model: Any) -> Any:
    arguments = Model(
        image_uri=IMAGE, model_data="s3://ml-dev/churn/model.tar.gz", sagemaker_session=SESSION
    ).register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name=GROUP,
        approval_status="PendingManualApproval",
        model_metrics=ModelMetrics(
            model_data_statistics=_json(data.CalculatedBaselineStatistics),
            model_data_constraints=_json(data.CalculatedBaselineConstraints),
            model_statistics=_json(model.CalculatedBaselineStatistics),
            model_constraints=_json(model.CalculatedBaselineConstraints),
        ),
        drift_check_baselines=DriftCheckBaselines(
            model_data_statistics=_json(data.BaselineUsedForDriftCheckStatistics),
            model_data_constraints=_json(data.BaselineUsedForDriftCheckConstraints),
            model_statistics=_json(model.BaselineUsedForDriftCheckStatistics),
            model_constraints=_json(model.BaselineUsedForDriftCheckConstraints),
        ),
    )
    step = ModelStep(name="register", step_args=arguments).steps[0]
    # ModelStep is a collection, here of one step, which it calls `register-RegisterModel`.
    step.name = "register"
    return step


def _json(uri: Any) -> MetricsSource:
    return MetricsSource(content_type="application/json", s3_uri=uri)
