"""A job of a category, and files that are deleted when they are no longer used, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    OutputDataConfig,
    ProcessingOutput,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_capture import capture_create_job_request
from sagemaker.core.workflow.pipeline_context import PipelineSession, runnable_by_pipeline
from sagemaker.core.workflow.properties import Properties
from sagemaker.mlops.workflow import (
    CacheConfig,
    CleanupStep,
    LambdaStep,
    Pipeline,
    ProcessingStep,
    S3CleanupSource,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepDependency,
    TrainingStep,
    TriggerCondition,
)
from sagemaker.mlops.workflow.steps import JobStep
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
AGENT = "arn:aws:lambda:us-east-1:111122223333:function:agent"
GROUP = "arn:aws:sagemaker:us-east-1:111122223333:model-package-group/agents"
BASE = "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/qwen/1.0.0"
SESSION = PipelineSession(default_bucket="ml-dev")
PROMPTS = ParameterString(name="prompts", default_value="s3://ml-dev/prompts/")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


class AgentTraining:
    """What makes the request of the job; those of the SDK look up the model in a hub first."""

    _pipeline_caller_name = "create_job"

    def __init__(self, session: PipelineSession) -> None:
        self.sagemaker_session = session

    @runnable_by_pipeline
    def train(self, document: Any) -> None:
        capture_create_job_request(
            self.sagemaker_session,
            job_name="agent",
            role_arn=ROLE,
            job_category="AgentRFT",
            schema_version="1.0.0",
            job_config=document,
            tags=[{"Key": "team", "Value": "nlp"}],
        )


def build(_: dict[str, Any]) -> Pipeline:
    prepare = _prepare()
    prompts = prepare.properties.ProcessingOutputConfig.Outputs["prompts"].S3Output.S3Uri
    agent = JobStep(
        name="agent",
        description="Train the agent by what it does.",
        step_args=AgentTraining(SESSION).train(_document(prompts)),
        cache_config=CacheConfig(enable_caching=True, expire_after="P30D"),
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
                interval_seconds=600,
                backoff_rate=1.0,
                max_attempts=10,
            )
        ],
    )
    distil = _distil(prompts)
    tidy = CleanupStep(
        name="tidy",
        s3_sources=[
            S3CleanupSource(
                step=prepare,
                s3_uris=[
                    Join(on="/", values=[prompts, "raw.jsonl"]),
                    Join(on="/", values=["s3://ml-dev/prepared", EXECUTION, "rejected.jsonl"]),
                ],
            ),
            S3CleanupSource(step=distil),
        ],
        depends_on=[agent, StepDependency(distil, TriggerCondition.ANY)],
    )
    alarm = LambdaStep(
        name="alarm",
        lambda_func=Lambda(
            function_arn="arn:aws:lambda:us-east-1:111122223333:function:notify",
        ),
        inputs={"what": "the agent was not trained"},
        depends_on=[StepDependency(agent, TriggerCondition.FAILED)],
    )
    tell = LambdaStep(
        name="tell",
        lambda_func=Lambda(
            function_arn="arn:aws:lambda:us-east-1:111122223333:function:notify",
        ),
        inputs={
            "job": agent.properties.JobName,
            "model": _in_document(agent, "ServiceOutput.OutputModelPackageArn"),
        },
        depends_on=["tidy"],
    )
    return Pipeline(
        name="job-and-cleanup",
        parameters=[PROMPTS],
        steps=[prepare, agent, distil, tidy, alarm, tell],
        sagemaker_session=SESSION,
    )


def _in_document(step: JobStep, path: str) -> Properties:
    """Refer to a member of the document, into which the SDK's `properties` do not reach."""
    return Properties(step_name=step.name, step=step, path=f"JobConfigDocument.{path}")


def _document(prompts: Any) -> dict[str, Any]:
    return {
        "AgentConfig": {"CustomAgentLambdaConfig": {"LambdaArn": AGENT}},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": prompts}},
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://ml-dev/agents"},
        "ModelPackageConfig": {"OutputModelPackageGroupArn": GROUP},
        "TrainingConfig": {
            "BaseModelArn": BASE,
            "AcceptEula": True,
            "HyperParameters": {"learning_rate": 1e-05, "max_steps": 200},
        },
    }


def _prepare() -> ProcessingStep:
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.m5.large",
        entrypoint=["python3", "/srv/prompts.py"],
        sagemaker_session=SESSION,
    )
    prompts = ProcessingOutput(
        output_name="prompts",
        s3_output=ProcessingS3Output(
            s3_uri=Join(on="/", values=["s3://ml-dev/prepared", EXECUTION]),
            s3_upload_mode="EndOfJob",
            local_path="/opt/ml/processing/output/prompts",
        ),
    )
    return ProcessingStep(
        name="prepare",
        step_args=processor.run(arguments=["--from", PROMPTS], outputs=[prompts]),
    )


def _distil(prompts: Any) -> TrainingStep:
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        compute=Compute(instance_count=1, instance_type="ml.g5.xlarge", volume_size_in_gb=30),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=7200),
        output_data_config=OutputDataConfig(s3_output_path="s3://ml-dev/distilled"),
        sagemaker_session=SESSION,
    )
    data = InputData(channel_name="prompts", data_source=prompts)
    return TrainingStep(name="distil", step_args=trainer.train(input_data_config=[data]))
