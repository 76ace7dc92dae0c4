"""Versions of models with all that the registry keeps about them, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.metadata_properties import MetadataProperties
from sagemaker.model import Model
from sagemaker.model_life_cycle import ModelLifeCycle
from sagemaker.model_metrics import FileSource, MetricsSource, ModelMetrics
from sagemaker.pipeline import PipelineModel
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import StepExceptionTypeEnum, StepRetryPolicy

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
REPORTS = "s3://ml-dev/toxicity/reports"
JSON = "application/json"
SESSION = PipelineSession(default_bucket="ml-dev")
MODEL = ParameterString(name="ModelData", default_value="s3://ml-dev/toxicity/model.tar.gz")
APPROVAL = ParameterString(
    name="Approval",
    default_value="PendingManualApproval",
    enum_values=["Approved", "Rejected", "PendingManualApproval"],
)
COMMIT = ParameterString(name="Commit")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    return Pipeline(
        name="toxicity-registry",
        parameters=[MODEL, APPROVAL, COMMIT],
        steps=[_full(), _chain(), _shadow()],
        sagemaker_session=SESSION,
    )


def _full() -> ModelStep:
    """Metrics of each kind, baselines, a stage, and what the model is for."""
    model = Model(
        image_uri=f"{REGISTRY}/toxicity:3.0",
        model_data=MODEL,
        env={"MAX_LENGTH": "256", "RUN": EXECUTION},
        sagemaker_session=SESSION,
    )
    arguments = model.register(
        content_types=[JSON, "text/csv"],
        response_types=[JSON],
        inference_instances=["ml.g4dn.xlarge", "ml.g5.xlarge"],
        transform_instances=["ml.g4dn.xlarge"],
        model_package_group_name="toxicity",
        approval_status=APPROVAL,
        description="Finds insults in comments.",
        model_metrics=ModelMetrics(
            model_statistics=_report("quality/statistics.json"),
            model_constraints=_report("quality/constraints.json"),
            model_data_statistics=_report("data/statistics.json"),
            model_data_constraints=_report("data/constraints.json"),
            bias=_report("bias/analysis.json"),
            bias_pre_training=_report("bias/before.json"),
            bias_post_training=_report("bias/after.json"),
            explainability=_report("explain/analysis.json"),
        ),
        drift_check_baselines=DriftCheckBaselines(
            model_statistics=_report("quality/statistics.json"),
            model_constraints=_report("quality/constraints.json"),
            model_data_statistics=_report("data/statistics.json"),
            model_data_constraints=_report("data/constraints.json"),
            bias_config_file=FileSource(
                s3_uri=f"{REPORTS}/bias/config.json",
                content_type=JSON,
                content_digest="sha256:" + "9c" * 32,
            ),
            bias_pre_training_constraints=_report("bias/before-constraints.json"),
            bias_post_training_constraints=_report("bias/after-constraints.json"),
            explainability_constraints=_report("explain/constraints.json"),
            explainability_config_file=FileSource(s3_uri=f"{REPORTS}/explain/config.json"),
        ),
        metadata_properties=MetadataProperties(
            commit_id=COMMIT,
            repository="https://git.example.com/trust/toxicity",
            generated_by=ExecutionVariables.PIPELINE_EXECUTION_ARN,
            project_id="p-7hxq2",
        ),
        customer_metadata_properties={"commit": COMMIT, "owner": "trust", "threshold": "0.62"},
        domain="NATURAL_LANGUAGE_PROCESSING",
        task="TEXT_CLASSIFICATION",
        sample_payload_url="s3://ml-dev/toxicity/payload.tar.gz",
        nearest_model_name="bert-base-uncased",
        data_input_configuration='{"input_ids":[1,256]}',
        skip_model_validation="All",
        model_life_cycle=ModelLifeCycle(
            stage="Development", stage_status="InReview", stage_description="waits for the board"
        ),
    )
    retry = StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
        interval_seconds=5,
        max_attempts=10,
    )
    # A collection, here of one step, which it calls `full-RegisterModel`.
    return ModelStep(
        name="full",
        display_name="Register the model",
        description="Finds insults in comments.",
        step_args=arguments,
        retry_policies=[retry],
    )


def _chain() -> ModelStep:
    """A version of two containers."""
    clean = Model(
        image_uri=f"{REGISTRY}/clean:1.2",
        model_data="s3://ml-dev/toxicity/clean.tar.gz",
        env={"LANGUAGES": "de,en"},
        sagemaker_session=SESSION,
    )
    judge = Model(image_uri=f"{REGISTRY}/toxicity:3.0", model_data=MODEL, sagemaker_session=SESSION)
    chain = PipelineModel(
        models=[clean, judge],
        role="arn:aws:iam::111122223333:role/ml-inference",
        sagemaker_session=SESSION,
    )
    arguments = chain.register(
        content_types=["text/plain"],
        response_types=[JSON],
        inference_instances=["ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="toxicity-chain",
        approval_status="Approved",
        description="Cleans, then judges.",
        customer_metadata_properties={"owner": "trust"},
        skip_model_validation="None",
    )
    return ModelStep(name="chain", step_args=arguments, depends_on=["full-RegisterModel"])


def _shadow() -> ModelStep:
    """Little more than the address of a model that something else has trained."""
    model = Model(image_uri=f"{REGISTRY}/toxicity:3.0", model_data=MODEL, sagemaker_session=SESSION)
    arguments = model.register(
        content_types=[JSON],
        response_types=[JSON],
        model_package_group_name="toxicity-shadow",
        source_uri="arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/trust",
    )
    return ModelStep(name="shadow", step_args=arguments)


def _report(name: str) -> MetricsSource:
    return MetricsSource(content_type=JSON, s3_uri=Join(on="/", values=[REPORTS, EXECUTION, name]))
