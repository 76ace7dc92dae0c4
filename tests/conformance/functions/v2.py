"""Python functions as steps, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from pathlib import Path
from typing import Any

from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThan
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.function_step import step
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession

SESSION = PipelineSession(default_bucket="ml-dev")
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SOURCE = ParameterString(name="source", default_value="s3://ml-dev/reviews/")
LEAST = ParameterFloat(name="least", default_value=0.5)
HERE = {
    "image_uri": IMAGE,
    "role": ROLE,
    "dependencies": str(Path(__file__).resolve().parent / "requirements.txt"),
}


@step(
    name="load",
    display_name="Load the rows",
    description="What is there?",
    instance_type="ml.m5.large",
    **HERE,
)
def load(source: str) -> list[float]:
    return [float(len(source))]


@step(
    name="score",
    display_name="Score the rows",
    description="How well does it do?",
    instance_type="ml.m5.xlarge",
    instance_count=1,
    volume_size=50,
    max_runtime_in_seconds=3600,
    environment_variables={"LEVEL": "debug"},
    tags=[{"Key": "team", "Value": "nlp"}],
    **HERE,
)
def score(rows: list[float], run: str) -> float:
    return sum(rows) + len(run)


def build(_: dict[str, Any]) -> Pipeline:
    rows = load(SOURCE)
    value = score(rows, ExecutionVariables.PIPELINE_EXECUTION_ID)
    good = ConditionStep(
        name="good",
        conditions=[ConditionGreaterThan(left=value, right=LEAST)],
        if_steps=[],
        else_steps=[FailStep(name="bad", error_message="too little")],
    )
    return Pipeline(
        name="functions", parameters=[SOURCE, LEAST], steps=[good], sagemaker_session=SESSION
    )
