"""Notebooks as jobs, one after the other, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from pathlib import Path
from typing import Any

from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    NotebookJobStep,
    Pipeline,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
)

SOURCE = Path(__file__).resolve().parent / "src"
IMAGE = "885854791233.dkr.ecr.us-east-1.amazonaws.com/sagemaker-distribution-prod:3.1-cpu"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
TABLE = ParameterString(name="table", default_value="reviews")
INSTANCE = ParameterString(name="instance", default_value="ml.m5.large")


def build(_: dict[str, Any]) -> Pipeline:
    explore = NotebookJobStep(
        name="explore",
        display_name="Look at the data",
        notebook_job_name="explore_reviews",
        input_notebook=str(SOURCE / "explore.ipynb"),
        initialization_script=str(SOURCE / "setup.sh"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri="s3://ml-dev/pipec",
        parameters={"table": TABLE, "rows": "1000"},
        environment_variables={"LEVEL": "debug"},
        instance_type=INSTANCE,
        volume_size=50,
        volume_kms_key="alias/ml",
        s3_kms_key="alias/ml",
        subnets=["subnet-1a2b3c4d"],
        security_group_ids=["sg-1a2b3c4d"],
        max_runtime_in_seconds=7200,
        max_retry_attempts=2,
        tags=[{"Key": "team", "Value": "nlp"}],
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                interval_seconds=60,
                backoff_rate=2.0,
                max_attempts=3,
            )
        ],
    )
    summarise = NotebookJobStep(
        name="summarise",
        notebook_job_name="summarise",
        input_notebook=str(SOURCE / "explore.ipynb"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri="s3://ml-dev/pipec",
        parameters={
            "results": explore.properties.NotebookJobOutputLocationPrefix,
            "notebook": explore.properties.OutputNotebookName,
            "job": explore.properties.ComputingJobName,
        },
        encrypt_inter_container_traffic=False,
    )
    last = NotebookJobStep(
        name="last",
        notebook_job_name="last",
        input_notebook=str(SOURCE / "explore.ipynb"),
        image_uri=IMAGE,
        kernel_name="python3",
        role=ROLE,
        s3_root_uri="s3://ml-dev/pipec",
        depends_on=[summarise],
    )
    return Pipeline(
        name="notebooks",
        parameters=[TABLE, INSTANCE],
        steps=[explore, summarise, last],
        sagemaker_session=SESSION,
    )
