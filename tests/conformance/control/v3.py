"""Branches, every condition, retries, caches and order by hand, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.processing import Processor
from sagemaker.core.shapes import ProcessingOutput, ProcessingS3Output
from sagemaker.core.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThan,
    ConditionGreaterThanOrEqualTo,
    ConditionIn,
    ConditionLessThan,
    ConditionLessThanOrEqualTo,
    ConditionNot,
    ConditionOr,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join, JsonGet
from sagemaker.core.workflow.parameters import (
    ParameterBoolean,
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow import (
    CacheConfig,
    ConditionStep,
    FailStep,
    Pipeline,
    ProcessingStep,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)

ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/nightly:7"
SESSION = PipelineSession(default_bucket="ml-dev")

STAGE = ParameterString(name="Stage", default_value="dev", enum_values=["dev", "test", "prod"])
LIMIT = ParameterInteger(name="RowLimit", default_value=1000)
SHARE = ParameterFloat(name="MissingShare", default_value=0.05)
FORCE = ParameterBoolean(name="Force", default_value=False)
COUNTS = PropertyFile(name="Counts", output_name="report", path="counts.json")
RETRY = [
    StepRetryPolicy(
        exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
        interval_seconds=2,
        backoff_rate=3.0,
        max_attempts=6,
    ),
    SageMakerJobStepRetryPolicy(
        exception_types=[SageMakerJobExceptionTypeEnum.INTERNAL_ERROR],
        failure_reason_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
        interval_seconds=60,
        max_attempts=5,
    ),
    SageMakerJobStepRetryPolicy(
        exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
        interval_seconds=1800,
        backoff_rate=1.0,
        expire_after_mins=1440,
    ),
]


def build(_: dict[str, Any]) -> Pipeline:
    count = ProcessingStep(
        name="Count",
        display_name="Count rows & gaps",
        description="Count the rows of the night, and how many of them have gaps.",
        step_args=_job("count").run(
            outputs=[
                ProcessingOutput(
                    output_name="report",
                    s3_output=ProcessingS3Output(
                        s3_uri=Join(
                            on="/",
                            values=["s3://ml-dev/nightly", ExecutionVariables.START_DATETIME],
                        ),
                        local_path="/opt/ml/processing/output/report",
                        s3_upload_mode="EndOfJob",
                    ),
                )
            ]
        ),
        property_files=[COUNTS],
        cache_config=CacheConfig(enable_caching=True, expire_after="PT30M"),
        retry_policies=RETRY,
    )
    clean = _step("Clean", depends_on=[count], cache_config=CacheConfig(enable_caching=True))
    index = _step(
        "Index",
        depends_on=["Clean", "Count"],
        cache_config=CacheConfig(enable_caching=False, expire_after="P1D"),
    )
    return Pipeline(
        name="nightly-control",
        parameters=[STAGE, LIMIT, SHARE, FORCE],
        steps=[count, clean, index, *_decisions(index)],
        sagemaker_session=SESSION,
    )


def _decisions(index: ProcessingStep) -> list[Any]:
    rows, share, kind = _counted("rows"), _counted("missing.share"), _counted("kinds[0]['name']")
    sound = ConditionStep(
        name="Sound",
        display_name="Is it sound?",
        description="Whether there is enough data, and few enough gaps.",
        depends_on=[index],
        conditions=[
            ConditionGreaterThanOrEqualTo(left=rows, right=LIMIT),
            ConditionLessThan(left=share, right=SHARE),
            ConditionLessThanOrEqualTo(left=share, right=0.5),
            ConditionNot(ConditionEquals(left=kind, right="unknown")),
            ConditionOr(
                conditions=[
                    ConditionEquals(left=FORCE, right=True),
                    ConditionIn(value=STAGE, in_values=["dev", "test"]),
                    ConditionGreaterThan(left=rows, right=100000),
                    ConditionNot(ConditionIn(value=kind, in_values=["trial", STAGE])),
                ]
            ),
        ],
        if_steps=[_step("Publish"), _step("Notify", depends_on=["Publish"])],
        else_steps=[
            FailStep(
                name="Unsound",
                display_name="Stop",
                description="Stops the night.",
                error_message=Join(
                    on="", values=["only ", rows, " rows in stage ", STAGE, ", ", share, " missing"]
                ),
            )
        ],
    )
    late = ConditionStep(
        name="Late",
        conditions=[ConditionEquals(left=sound.properties.Outcome, right="true")],
        if_steps=[_step("Archive")],
        else_steps=[],
    )
    big = ConditionStep(
        name="Big",
        conditions=[ConditionGreaterThan(left=LIMIT, right=1000000)],
        if_steps=[],
        else_steps=[FailStep(name="Small", error_message=STAGE)],
    )
    return [sound, late, big]


def _counted(path: str) -> JsonGet:
    return JsonGet(step_name="Count", property_file=COUNTS, json_path=path)


def _job(verb: str) -> Processor:
    return Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.m5.large",
        entrypoint=["nightly", verb],
        sagemaker_session=SESSION,
    )


def _step(name: str, **options: Any) -> ProcessingStep:
    return ProcessingStep(name=name, step_args=_job(name.lower()).run(), **options)
