"""Lambda and Callback steps with outputs of each type, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.lambda_helper import Lambda
from sagemaker.processing import Processor
from sagemaker.workflow.callback_step import (
    CallbackOutput,
    CallbackOutputTypeEnum,
    CallbackStep,
)
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import (
    ConditionEquals,
    ConditionGreaterThanOrEqualTo,
    ConditionNot,
)
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join
from sagemaker.workflow.lambda_step import LambdaOutput, LambdaOutputTypeEnum, LambdaStep
from sagemaker.workflow.parameters import ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import CacheConfig, ProcessingStep

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/label-requests"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")

TABLE = ParameterString(name="table")
BUDGET = ParameterInteger(name="budget", default_value=500)
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    choose = LambdaStep(
        name="choose",
        display_name="Choose what to label",
        lambda_func=Lambda(function_arn=f"{FUNCTION}choose-samples"),
        inputs={
            "table": TABLE,
            "budget": BUDGET,
            "share": 0.25,
            "dry_run": False,
            "target": Join(on="/", values=["s3://ml-dev/labels", EXECUTION]),
        },
        outputs=[
            LambdaOutput(output_name="manifest", output_type=LambdaOutputTypeEnum.String),
            LambdaOutput(output_name="count", output_type=LambdaOutputTypeEnum.Integer),
            LambdaOutput(output_name="uncertainty", output_type=LambdaOutputTypeEnum.Float),
            LambdaOutput(output_name="worth_it", output_type=LambdaOutputTypeEnum.Boolean),
        ],
        cache_config=CacheConfig(enable_caching=True, expire_after="P7D"),
    )
    chosen = choose.properties.Outputs
    label = CallbackStep(
        name="label",
        description="People label the samples.",
        sqs_queue_url=QUEUE,
        inputs={
            "manifest": chosen["manifest"],
            "count": chosen["count"],
            "instructions": "Positive or negative?",
        },
        outputs=[
            CallbackOutput(output_name="labels", output_type=CallbackOutputTypeEnum.String),
            CallbackOutput(output_name="agreement", output_type=CallbackOutputTypeEnum.Float),
            CallbackOutput(output_name="complete", output_type=CallbackOutputTypeEnum.Boolean),
            CallbackOutput(output_name="annotators", output_type=CallbackOutputTypeEnum.Integer),
        ],
    )
    labelled = label.properties.Outputs
    merge = ProcessingStep(
        name="merge",
        step_args=Processor(
            role=ROLE,
            image_uri=IMAGE,
            instance_count=1,
            instance_type="ml.m5.large",
            entrypoint=["python3", "/srv/merge.py"],
            env={"AGREEMENT": labelled["agreement"].to_string()},
            sagemaker_session=SESSION,
        ).run(arguments=["--labels", labelled["labels"], "--table", TABLE]),
    )
    notify = LambdaStep(
        name="notify",
        lambda_func=Lambda(function_arn=f"{FUNCTION}notify"),
        depends_on=[merge],
    )
    too_few = FailStep(
        name="too_few",
        error_message=Join(
            on=" ", values=["only", chosen["count"], "samples, agreement", labelled["agreement"]]
        ),
    )
    enough = ConditionStep(
        name="enough",
        conditions=[
            ConditionGreaterThanOrEqualTo(left=labelled["agreement"], right=0.8),
            ConditionEquals(left=labelled["complete"], right=True),
            ConditionNot(ConditionEquals(left=chosen["count"], right=0)),
        ],
        if_steps=[merge, notify],
        else_steps=[too_few],
    )
    return Pipeline(
        name="callouts",
        parameters=[TABLE, BUDGET],
        steps=[choose, label, enough],
        sagemaker_session=SESSION,
    )
