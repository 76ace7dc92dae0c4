"""A model is made and predicts in batches, in each way that a transform job offers, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.inputs import BatchDataCaptureConfig
from sagemaker.model import Model
from sagemaker.transformer import Transformer
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, TransformStep

ROLE = "arn:aws:iam::111122223333:role/ml-inference"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/scorer:4.2"
SESSION = PipelineSession(default_bucket="ml-dev")
MODEL = ParameterString(name="ModelData", default_value="s3://ml-dev/scores/model.tar.gz")
DAY = ParameterString(name="Day")
INSTANCE = ParameterString(name="Instance", default_value="ml.m5.4xlarge")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    model = _model()
    name = model.steps[0].properties.ModelName
    return Pipeline(
        name="daily-scores",
        parameters=[MODEL, DAY, INSTANCE],
        steps=[model, _csv(name), _lines(name), _manifest(name)],
        sagemaker_session=SESSION,
    )


def _model() -> ModelStep:
    model = Model(
        image_uri=IMAGE,
        model_data=MODEL,
        role=ROLE,
        env={"SCORER_THREADS": "4", "SCORER_DAY": DAY},
        sagemaker_session=SESSION,
    )
    retry = StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=4)
    # A collection, here of one step, which it calls `Scorer-CreateModel`.
    return ModelStep(name="Scorer", step_args=model.create(), retry_policies=[retry])


def _csv(model: Any) -> TransformStep:
    """Rows of CSV; the answer is put beside each, and the identifiers are not sent."""
    transformer = Transformer(
        model_name=model,
        instance_count=3,
        instance_type=INSTANCE,
        strategy="MultiRecord",
        assemble_with="Line",
        accept="text/csv",
        output_path=Join(on="/", values=["s3://ml-dev/scores/customers", DAY, EXECUTION]),
        output_kms_key="alias/ml",
        volume_kms_key="alias/ml",
        max_concurrent_transforms=8,
        max_payload=6,
        env={"LOG_LEVEL": "INFO"},
        tags=[{"Key": "team", "Value": "scores"}],
        sagemaker_session=SESSION,
    )
    arguments = transformer.transform(
        data=Join(on="/", values=["s3://warehouse/customers", DAY]),
        data_type="S3Prefix",
        content_type="text/csv",
        compression_type="Gzip",
        split_type="Line",
        input_filter="$[1:]",
        join_source="Input",
        output_filter="$[0,-1]",
        model_client_config={
            "InvocationsTimeoutInSeconds": 120,
            "InvocationsMaxRetries": 2,
        },
        batch_data_capture_config=BatchDataCaptureConfig(
            destination_s3_uri="s3://ml-dev/scores/captured",
            kms_key_id="alias/ml",
            generate_inference_id=True,
        ),
    )
    return TransformStep(
        name="ScoreCustomers",
        display_name="Score all customers",
        description="Give each customer a score for the day.",
        step_args=arguments,
        cache_config=CacheConfig(enable_caching=True, expire_after="PT20H"),
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[
                    SageMakerJobExceptionTypeEnum.INTERNAL_ERROR,
                    SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT,
                ],
                interval_seconds=120,
                max_attempts=3,
            )
        ],
    )


def _lines(model: Any) -> TransformStep:
    """JSON lines, one at a time."""
    transformer = Transformer(
        model_name=model,
        instance_count=1,
        instance_type="ml.g4dn.xlarge",
        strategy="SingleRecord",
        assemble_with="Line",
        accept="application/jsonlines",
        output_path="s3://ml-dev/scores/tickets",
        max_payload=0,
        sagemaker_session=SESSION,
    )
    arguments = transformer.transform(
        data="s3://warehouse/tickets/",
        content_type="application/jsonlines",
        split_type="Line",
        input_filter="$.features",
        output_filter="$['id','SageMakerOutput']",
        join_source="Input",
    )
    return TransformStep(name="ScoreTickets", step_args=arguments)


def _manifest(model: Any) -> TransformStep:
    """Images that a manifest lists, each of them a record."""
    transformer = Transformer(
        model_name=model,
        instance_count=2,
        instance_type="ml.g4dn.2xlarge",
        output_path="s3://ml-dev/scores/images",
        max_concurrent_transforms=1,
        sagemaker_session=SESSION,
    )
    arguments = transformer.transform(
        data="s3://warehouse/images/today.manifest",
        data_type="ManifestFile",
        content_type="application/x-image",
        split_type="None",
    )
    return TransformStep(name="ScoreImages", step_args=arguments, depends_on=["ScoreTickets"])
