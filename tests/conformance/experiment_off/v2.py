"""A pipeline of one step that belongs to no experiment, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.processing import Processor
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import ProcessingStep

SESSION = PipelineSession(default_bucket="ml-dev")


def build(_: dict[str, Any]) -> Pipeline:
    processor = Processor(
        role="arn:aws:iam::111122223333:role/ml-pipeline",
        image_uri="111122223333.dkr.ecr.us-east-1.amazonaws.com/sweep:1",
        instance_count=1,
        instance_type="ml.t3.medium",
        sagemaker_session=SESSION,
    )
    return Pipeline(
        name="sweep",
        pipeline_experiment_config=None,
        steps=[ProcessingStep(name="sweep", step_args=processor.run())],
        sagemaker_session=SESSION,
    )
