"""What an estimator's `transform` does: a model is made and used at once, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TransformInput
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.step_collections import EstimatorTransformer
from sagemaker.workflow.steps import TrainingStep

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    estimator = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path="s3://ml-dev/models",
        max_run=7200,
        subnets=["subnet-1a2b3c4d"],
        security_group_ids=["sg-1a2b3c4d"],
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=SESSION,
    )
    train = TrainingStep(name="train", step_args=estimator.fit())
    predict = EstimatorTransformer(
        name="predict",
        description="Predict for the customers of today.",
        estimator=estimator,
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        model_inputs=None,
        instance_count=2,
        instance_type="ml.m5.xlarge",
        transform_inputs=TransformInput(
            data="s3://ml-dev/customers/",
            content_type="text/csv",
            split_type="Line",
            compression_type="Gzip",
            input_filter="$[1:]",
            join_source="Input",
            output_filter="$[0,-1]",
        ),
        strategy="MultiRecord",
        assemble_with="Line",
        output_path=Join(on="/", values=["s3://ml-dev/predicted", EXECUTION]),
        output_kms_key="alias/ml",
        volume_kms_key="alias/ml",
        accept="text/csv",
        max_concurrent_transforms=4,
        max_payload=6,
        env={"LEVEL": "info"},
        tags=[{"Key": "team", "Value": "growth"}],
        model_step_retry_policies=[
            StepRetryPolicy(
                exception_types=[StepExceptionTypeEnum.SERVICE_FAULT],
                interval_seconds=1,
                backoff_rate=2.0,
                max_attempts=3,
            )
        ],
        transform_step_retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                interval_seconds=60,
                backoff_rate=2.0,
                expire_after_mins=60,
            )
        ],
    )
    return Pipeline(name="transformer", steps=[train, predict], sagemaker_session=SESSION)
