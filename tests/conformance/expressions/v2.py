"""References, conditions and the less used members of jobs, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.network import NetworkConfig
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionIn,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.parameters import (
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, ProcessingStep, TrainingStep

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")

MODE = ParameterString(name="mode", default_value="fast", enum_values=["fast", "thorough", "none"])
DEPTH = ParameterInteger(name="depth", default_value=4)
RATE = ParameterFloat(name="rate", default_value=0.5)
STRICT = ParameterBoolean(name="strict", default_value=False)
SOURCE = ParameterString(name="source")
FIGURES = PropertyFile(name="figures", output_name="report", path="figures.json")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID
RETRY = [
    StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.THROTTLING, StepExceptionTypeEnum.SERVICE_FAULT],
        interval_seconds=10,
        backoff_rate=1.5,
        max_attempts=5,
    ),
    SageMakerJobStepRetryPolicy(
        exception_types=[
            SageMakerJobExceptionTypeEnum.CAPACITY_ERROR,
            SageMakerJobExceptionTypeEnum.INTERNAL_ERROR,
        ],
        interval_seconds=300,
        expire_after_mins=120,
    ),
]


def build(_: dict[str, Any]) -> Pipeline:
    measure = _measure()
    notify = ProcessingStep(
        name="notify",
        step_args=Processor(
            role=ROLE,
            image_uri=IMAGE,
            instance_count=1,
            instance_type="ml.t3.medium",
            entrypoint=["python3", "/srv/notify.py"],
            sagemaker_session=SESSION,
        ).run(),
        depends_on=[measure],
    )
    rows = _figure("rows")
    stop = FailStep(name="stop", error_message=Join(on=" ", values=[rows, "rows in mode", MODE]))
    enough = ConditionStep(
        name="enough",
        depends_on=[notify],
        conditions=[
            ConditionIn(value=MODE, in_values=["fast", "thorough"]),
            ConditionGreaterThan(left=rows, right=100),
            ConditionOr(
                conditions=[
                    ConditionEquals(left=STRICT, right=True),
                    _both(
                        ConditionLessThanOrEqualTo(left=RATE, right=0.5),
                        ConditionNot(ConditionEquals(left=DEPTH, right=3)),
                    ),
                ]
            ),
        ],
        if_steps=[_train(measure)],
        else_steps=[stop],
    )
    return Pipeline(
        name="expressions",
        parameters=[MODE, DEPTH, RATE, STRICT, SOURCE],
        steps=[measure, notify, enough],
        sagemaker_session=SESSION,
    )


def _measure() -> ProcessingStep:
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=2,
        instance_type="ml.m5.xlarge",
        volume_size_in_gb=50,
        volume_kms_key="alias/ml",
        output_kms_key="alias/ml",
        max_runtime_in_seconds=5400,
        entrypoint=["python3", "/srv/measure.py"],
        env={
            "MODE": MODE,
            "RATE": RATE.to_string(),
            "TRACKING": Join(
                on="/", values=["s3://ml-dev/tracking", MODE, ExecutionVariables.PIPELINE_NAME]
            ),
        },
        network_config=NetworkConfig(
            enable_network_isolation=True,
            subnets=["subnet-1a2b3c4d", "subnet-2a2b3c4d"],
            security_group_ids=["sg-1a2b3c4d"],
        ),
        tags=[{"Key": "team", "Value": "nlp"}, {"Key": "cost", "Value": "42"}],
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        arguments=[
            "--depth",
            DEPTH.to_string(),
            "--run",
            Join(on="-", values=[EXECUTION, DEPTH]),
            "--strict",
            STRICT.to_string(),
        ],
        inputs=[
            ProcessingInput(
                input_name="raw",
                source=Join(on="/", values=["s3://ml-dev", SOURCE, "raw/"]),
                destination="/opt/ml/processing/input/raw",
                s3_data_distribution_type="ShardedByS3Key",
            )
        ],
        outputs=[
            ProcessingOutput(
                output_name="report",
                source="/opt/ml/processing/output/report",
                destination=Join(on="/", values=["s3://ml-dev/reports", EXECUTION]),
            )
        ],
    )
    return ProcessingStep(
        name="measure",
        display_name="Measure the data",
        step_args=arguments,
        property_files=[FIGURES],
        cache_config=CacheConfig(enable_caching=True, expire_after="PT12H"),
        retry_policies=RETRY,
    )


def _train(measure: ProcessingStep) -> TrainingStep:
    report = measure.properties.ProcessingOutputConfig.Outputs["report"].S3Output.S3Uri
    estimator = Estimator(
        image_uri=IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.g5.xlarge",
        volume_size=100,
        max_run=86400,
        max_retry_attempts=2,
        encrypt_inter_container_traffic=True,
        output_path=Join(
            on="/", values=["s3://ml-dev/pipec/expressions", EXECUTION, "train/output"]
        ),
        hyperparameters={
            "depth": DEPTH,
            "loss": _figure("losses[0].name"),
            "label": Join(on="-", values=["run", DEPTH]),
        },
        disable_profiler=True,
        debugger_hook_config=False,
        sagemaker_session=SESSION,
    )
    data = TrainingInput(
        s3_data=Join(on="/", values=[report, "data"]),
        content_type="text/csv",
        input_mode="FastFile",
    )
    return TrainingStep(name="train", step_args=estimator.fit(inputs={"data": data}))


def _figure(path: str) -> JsonGet:
    return JsonGet(step_name="measure", property_file=FIGURES, json_path=path)


def _both(left: Any, right: Any) -> ConditionNot:
    """Say `left and right` where there is no And: neither is false."""
    return ConditionNot(ConditionOr(conditions=[ConditionNot(left), ConditionNot(right)]))
