"""Loops over a list and over what a step found, and what is taken from them, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core.lambda_helper import Lambda
from sagemaker.core.processing import Processor
from sagemaker.core.shapes import (
    MetricDefinition,
    OutputDataConfig,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
    StoppingCondition,
)
from sagemaker.core.workflow.conditions import ConditionGreaterThan
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    CacheConfig,
    ConditionStep,
    CurrentItem,
    ForEachSelector,
    ForEachStep,
    IterationOutput,
    LambdaOutput,
    LambdaStep,
    Pipeline,
    ProcessingStep,
    TrainingStep,
)
from sagemaker.mlops.workflow.lambda_step import LambdaOutputTypeEnum
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"
SESSION = PipelineSession(default_bucket="ml-dev")
LANGUAGE = ParameterString(name="language", default_value="en")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    shards = LambdaStep(
        name="shards",
        lambda_func=Lambda(function_arn=f"{FUNCTION}list-shards"),
        inputs={"prefix": "s3://ml-dev/corpus/"},
        outputs=[LambdaOutput(output_name="found", output_type=LambdaOutputTypeEnum.String)],
    )
    prepare = _prepare(shards)
    sweep = _sweep()
    selected = sweep.properties.Selected
    scores = _scores(prepare, sweep)
    publish = LambdaStep(
        name="publish",
        lambda_func=Lambda(function_arn=f"{FUNCTION}publish"),
        inputs={
            "model": selected.ModelArtifacts.S3ModelArtifacts,
            "f1": selected.FinalMetricDataList["f1"].Value,
            "shards": prepare.properties.InputItemCount,
            "first": prepare.properties.IterationOutputs[0]
            .sample.ProcessingOutputConfig.Outputs["sample"]
            .S3Output.S3Uri,
            "worst": scores.properties.Selected.OutputParameters["weight"],
            "other": scores.properties.IterationOutputs[1].weigh.OutputParameters["note"],
        },
    )
    well = ConditionStep(
        name="well",
        conditions=[
            ConditionGreaterThan(left=sweep.properties.SucceededStepCount, right=2),
        ],
        if_steps=[publish],
        else_steps=[],
    )
    return Pipeline(
        name="for-each",
        parameters=[LANGUAGE],
        steps=[shards, prepare, sweep, scores, well],
        sagemaker_session=SESSION,
    )


def _prepare(shards: LambdaStep) -> ForEachStep:
    """Go over the list that a function found: each item is the text of an object."""
    item = CurrentItem()
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.m5.large",
        entrypoint=["python3", "/srv/sample.py"],
        env={"LANGUAGE": LANGUAGE},
        sagemaker_session=SESSION,
    )
    sample = ProcessingStep(
        name="sample",
        step_args=processor.run(
            arguments=["--seed", item["seed"], "--kind", item.options.kind],
            inputs=[
                ProcessingInput(
                    input_name="shard",
                    s3_input=ProcessingS3Input(
                        s3_uri=item.uri,
                        s3_data_type="S3Prefix",
                        s3_input_mode="File",
                        local_path="/opt/ml/processing/input/shard",
                    ),
                )
            ],
            outputs=[
                ProcessingOutput(
                    output_name="sample",
                    s3_output=ProcessingS3Output(
                        s3_uri=Join(on="/", values=["s3://ml-dev/samples", EXECUTION, item.name]),
                        s3_upload_mode="EndOfJob",
                        local_path="/opt/ml/processing/output/sample",
                    ),
                )
            ],
        ),
        cache_config=CacheConfig(enable_caching=True, expire_after="P1D"),
    )
    return ForEachStep(
        name="prepare",
        display_name="Sample the shards",
        iterable_items=shards.properties.Outputs["found"],
        max_concurrency=10,
        for_each_body=[sample],
    )


def _sweep() -> ForEachStep:
    """Go over numbers, and take the model with the best measure."""
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        compute=Compute(instance_count=1, instance_type="ml.g5.xlarge", volume_size_in_gb=50),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        output_data_config=OutputDataConfig(
            s3_output_path=Join(on="/", values=["s3://ml-dev/sweep", EXECUTION])
        ),
        hyperparameters={"learning_rate": CurrentItem(), "epochs": 3},
        sagemaker_session=SESSION,
    ).with_metric_definitions([MetricDefinition(name="f1", regex="f1=([0-9.]+)")])
    data = InputData(channel_name="train", data_source="s3://ml-dev/train/")
    train = TrainingStep(name="train", step_args=trainer.train(input_data_config=[data]))
    return ForEachStep(
        name="sweep",
        iterable_items=[0.1, 0.01, 0.001],
        max_concurrency=3,
        for_each_body=[train],
        selector=ForEachSelector(
            pick="MaxBy", field=IterationOutput(train).FinalMetricDataList["f1"].Value
        ),
        depends_on=["prepare"],
    )


def _scores(prepare: ForEachStep, sweep: ForEachStep) -> ForEachStep:
    """Go over what is known only when running, in two steps each, and take the least."""
    fetch = LambdaStep(
        name="fetch",
        lambda_func=Lambda(function_arn=f"{FUNCTION}fetch"),
        inputs={"what": CurrentItem()},
        outputs=[LambdaOutput(output_name="uri", output_type=LambdaOutputTypeEnum.String)],
    )
    weigh = LambdaStep(
        name="weigh",
        lambda_func=Lambda(function_arn=f"{FUNCTION}weigh"),
        inputs={"uri": fetch.properties.Outputs["uri"], "language": LANGUAGE},
        outputs=[
            LambdaOutput(output_name="weight", output_type=LambdaOutputTypeEnum.Float),
            LambdaOutput(output_name="note", output_type=LambdaOutputTypeEnum.String),
        ],
    )
    return ForEachStep(
        name="scores",
        iterable_items=[
            sweep.properties.Selected.ModelArtifacts.S3ModelArtifacts,
            prepare.properties.IterationOutputs[0].sample.ProcessingJobName,
            "baseline",
        ],
        max_concurrency=1,
        for_each_body=[fetch, weigh],
        selector=ForEachSelector(
            pick="MinBy", field=IterationOutput(weigh).OutputParameters["weight"]
        ),
    )
