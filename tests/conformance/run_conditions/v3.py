"""Steps that run after others failed, were stopped, or ended in any way, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.processing import Processor
from sagemaker.core.shapes import OutputDataConfig, StoppingCondition
from sagemaker.core.workflow.conditions import ConditionGreaterThan
from sagemaker.core.workflow.parameters import ParameterInteger
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    ConditionStep,
    FailStep,
    Pipeline,
    ProcessingStep,
    TrainingStep,
)
from sagemaker.mlops.workflow.step_dependency import StepDependency, TriggerCondition
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/watch:1.3"
SESSION = PipelineSession(default_bucket="ml-dev")
EPOCHS = ParameterInteger(name="Epochs", default_value=5)


def build(_: dict[str, Any]) -> Pipeline:
    prepare = _job("Prepare")
    train = _train(prepare)
    report = _job("Report", after=[train])
    alert = _job(
        "Alert",
        after=[
            StepDependency(prepare, TriggerCondition.FAILED),
            StepDependency(train, TriggerCondition.FAILED),
        ],
    )
    resume = _job("Resume", after=[StepDependency(train, TriggerCondition.STOPPED)])
    clear = _job(
        "Clear",
        after=[
            StepDependency("Train", TriggerCondition.ANY),
            StepDependency(report, TriggerCondition.ANY),
            StepDependency(prepare, TriggerCondition.COMPLETED),
        ],
    )
    check = ConditionStep(
        name="LongRun",
        conditions=[ConditionGreaterThan(left=EPOCHS, right=100)],
        if_steps=[FailStep(name="GiveUp", error_message="no second try after so long")],
        else_steps=[_job("Retrain")],
        depends_on=[StepDependency(train, TriggerCondition.FAILED)],
    )
    return Pipeline(
        name="watched-training",
        parameters=[EPOCHS],
        steps=[prepare, train, report, alert, resume, clear, check],
        sagemaker_session=SESSION,
    )


def _train(prepare: ProcessingStep) -> TrainingStep:
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        compute=Compute(instance_count=1, instance_type="ml.g5.xlarge"),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=7200),
        output_data_config=OutputDataConfig(s3_output_path="s3://ml-dev/watched/models"),
        hyperparameters={"epochs": EPOCHS},
        sagemaker_session=SESSION,
    )
    data = InputData(channel_name="data", data_source="s3://ml-dev/watched/data/")
    return TrainingStep(
        name="Train", step_args=trainer.train(input_data_config=[data]), depends_on=[prepare]
    )


def _job(name: str, after: list[Any] | None = None) -> ProcessingStep:
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.t3.medium",
        entrypoint=["watch", name.lower()],
        sagemaker_session=SESSION,
    )
    return ProcessingStep(name=name, step_args=processor.run(), depends_on=after)
