"""A model that is packed anew with a script of its own before it is made and registered, v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.model import Model
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import TrainingStep

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
SERVE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/serve:2.0"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
COPY = tempfile.TemporaryDirectory()
SESSION = PipelineSession(default_bucket="ml-dev")


def build(_: dict[str, Any]) -> Pipeline:
    # The SDK adds files to the folder with the code, and the definition holds its path as given.
    shutil.copytree(Path(__file__).resolve().parent / "serving", Path(COPY.name) / "serving")
    os.chdir(COPY.name)
    estimator = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        output_path="s3://ml-dev/models",
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=SESSION,
    )
    train = TrainingStep(name="train", step_args=estimator.fit())
    model = Model(
        image_uri=SERVE,
        model_data=train.properties.ModelArtifacts.S3ModelArtifacts,
        entry_point="inference.py",
        source_dir="serving",
        role=ROLE,
        code_location="s3://ml-dev/serving",
        name="words",
        sagemaker_session=SESSION,
    )
    make = ModelStep(
        name="make",
        step_args=model.create(instance_type="ml.m5.xlarge"),
        retry_policies={
            "create_model_retry_policies": [
                StepRetryPolicy(exception_types=[StepExceptionTypeEnum.THROTTLING], max_attempts=3)
            ],
            "repack_model_retry_policies": [
                SageMakerJobStepRetryPolicy(
                    exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                    max_attempts=3,
                )
            ],
        },
    )
    arguments = model.register(
        content_types=["application/json"],
        response_types=["application/json"],
        inference_instances=["ml.m5.xlarge"],
        transform_instances=["ml.m5.xlarge"],
        model_package_group_name="words",
    )
    register = ModelStep(
        name="keep",
        step_args=arguments,
        repack_model_step_settings={"instance_type": "ml.m5.2xlarge", "volume_size": 60},
        depends_on=[make],
    )
    return Pipeline(name="repack", steps=[train, make, register], sagemaker_session=SESSION)
