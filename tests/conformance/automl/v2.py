"""A search for a model, which is then made, used and registered, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.automl.automl import AutoML, AutoMLInput
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.transformer import Transformer
from sagemaker.workflow.automl_step import AutoMLStep
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, CreateModelStep, TransformStep

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
DATA = ParameterString(name="data", default_value="s3://ml-dev/churn/train/")
SECONDS = ParameterInteger(name="seconds", default_value=3600)
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    search = _search()
    best = search.get_best_auto_ml_model(role=ROLE, sagemaker_session=SESSION)
    # ModelStep would call it `make-CreateModel`.
    request = best.create(instance_type="ml.m5.large").create_model_request
    make = CreateModelStep(name="make", step_args=request)
    transformer = Transformer(
        model_name=make.properties.ModelName,
        instance_count=1,
        instance_type="ml.m5.large",
        output_path=Join(on="/", values=["s3://ml-dev/churn", EXECUTION, "predicted"]),
        sagemaker_session=SESSION,
    )
    predict = TransformStep(
        name="predict",
        step_args=transformer.transform(
            data="s3://ml-dev/churn/test/", content_type="text/csv", split_type="Line"
        ),
    )
    arguments = best.register(
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.large"],
        model_package_group_name="churn",
        approval_status="PendingManualApproval",
        model_metrics=ModelMetrics(
            model_statistics=MetricsSource(
                content_type="application/json",
                s3_uri=search.properties.BestCandidateProperties.ModelInsightsJsonReportPath,
            ),
            explainability=MetricsSource(
                content_type="application/json",
                s3_uri=search.properties.BestCandidateProperties.ExplainabilityJsonReportPath,
            ),
        ),
    )
    register = ModelStep(name="register", step_args=arguments, depends_on=[predict]).steps[0]
    register.name = "register"
    return Pipeline(
        name="automl",
        parameters=[DATA, SECONDS],
        steps=[search, make, predict, register],
        sagemaker_session=SESSION,
    )


def _search() -> AutoMLStep:
    automl = AutoML(
        role=ROLE,
        target_attribute_name="churned",
        sample_weight_attribute_name="weight",
        output_path=Join(on="/", values=["s3://ml-dev/churn", EXECUTION, "search"]),
        output_kms_key="alias/ml",
        problem_type="BinaryClassification",
        job_objective={"MetricName": "AUC"},
        mode="ENSEMBLING",
        max_candidates=20,
        max_runtime_per_training_job_in_seconds=600,
        total_job_runtime_in_seconds=SECONDS,
        validation_fraction=0.2,
        encrypt_inter_container_traffic=True,
        vpc_config={"SecurityGroupIds": ["sg-1a2b3c4d"], "Subnets": ["subnet-1a2b3c4d"]},
        tags=[{"Key": "team", "Value": "growth"}],
        sagemaker_session=SESSION,
    )
    arguments = automl.fit(
        inputs=[
            AutoMLInput(
                inputs=DATA,
                target_attribute_name="churned",
                compression="Gzip",
                channel_type="training",
                content_type="text/csv;header=present",
                s3_data_type="S3Prefix",
                sample_weight_attribute_name="weight",
            )
        ]
    )
    return AutoMLStep(
        name="search",
        description="Look for the best model.",
        step_args=arguments,
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                interval_seconds=60,
                backoff_rate=2.0,
                max_attempts=3,
            )
        ],
    )
