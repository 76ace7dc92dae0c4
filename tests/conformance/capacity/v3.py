"""Jobs that take the machines that are to be had, or those that are reserved, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.processing import Processor
from sagemaker.core.shapes import InstancePreference, OutputDataConfig, StoppingCondition
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import Pipeline, ProcessingStep, TrainingStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/climate:1.0"
SESSION = PipelineSession(default_bucket="ml-dev")


def build(_: dict[str, Any]) -> Pipeline:
    regrid = Processor(
        role=ROLE,
        image_uri=IMAGE,
        entrypoint=["regrid"],
        instance_count=2,
        instance_preferences=[
            {"InstanceType": "ml.c6i.8xlarge"},
            {"InstanceType": "ml.c5.9xlarge"},
        ],
        sagemaker_session=SESSION,
    )
    first = _train(
        "first",
        Compute(
            instance_preferences=[
                InstancePreference(instance_type="ml.p4d.24xlarge", instance_count=1),
                InstancePreference(instance_type="ml.g5.48xlarge", instance_count=3),
            ],
            volume_size_in_gb=500,
        ),
    )
    reserved = _train(
        "reserved",
        Compute(
            instance_type="ml.p5.48xlarge",
            instance_count=4,
            training_plan_arn="arn:aws:sagemaker:us-east-1:111122223333:training-plan/spring",
        ),
    )
    return Pipeline(
        name="climate",
        steps=[ProcessingStep(name="regrid", step_args=regrid.run()), first, reserved],
        sagemaker_session=SESSION,
    )


def _train(name: str, compute: Compute) -> TrainingStep:
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        compute=compute,
        stopping_condition=StoppingCondition(max_runtime_in_seconds=86400),
        output_data_config=OutputDataConfig(s3_output_path="s3://ml-dev/climate/models"),
        sagemaker_session=SESSION,
    )
    data = InputData(channel_name="grid", data_source="s3://ml-dev/climate/grid/")
    return TrainingStep(
        name=name, step_args=trainer.train(input_data_config=[data]), depends_on=["regrid"]
    )
