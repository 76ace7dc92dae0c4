"""A pipeline whose runs are tracked by MLflow, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.processing import Processor
from sagemaker.core.shapes import MlflowConfig
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import Pipeline, ProcessingStep
from sagemaker.mlops.workflow.pipeline_experiment_config import PipelineExperimentConfig

SESSION = PipelineSession(default_bucket="ml-dev")
TEAM = ParameterString(name="Team", default_value="search")


def build(_: dict[str, Any]) -> Pipeline:
    processor = Processor(
        role="arn:aws:iam::111122223333:role/ml-pipeline",
        image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/ablate:1",
        instance_count=1,
        instance_type="ml.m5.xlarge",
        env={"TEAM": TEAM},
        sagemaker_session=SESSION,
    )
    return Pipeline(
        name="ablations",
        parameters=[TEAM],
        pipeline_experiment_config=PipelineExperimentConfig(
            "ablations", ExecutionVariables.START_DATETIME
        ),
        mlflow_config=MlflowConfig(
            mlflow_resource_arn=(
                "arn:aws:sagemaker:us-east-1:111122223333:mlflow-tracking-server/research"
            ),
            mlflow_experiment_name=Join(on="/", values=["ablations", TEAM]),
        ),
        steps=[ProcessingStep(name="ablate", step_args=processor.run())],
        sagemaker_session=SESSION,
    )
