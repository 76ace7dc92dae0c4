"""Parameters, experiment, execution variables and functions in each form, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, Processor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionEquals, ConditionGreaterThanOrEqualTo
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
from sagemaker.workflow.pipeline_experiment_config import (
    PipelineExperimentConfig,
    PipelineExperimentConfigProperties,
)
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/translate:2.0"
SESSION = PipelineSession(default_bucket="ml-dev")

ROLE = ParameterString(name="role-arn")
PAIR = ParameterString(name="pair", default_value="de-en", enum_values=["de-en", "en-de", "fr-en"])
NOTE = ParameterString(name="note", default_value="")
STEPS = ParameterInteger(name="max_steps", default_value=20000)
SEED = ParameterInteger(name="seed")
RATE = ParameterFloat(name="rate", default_value=1.0)
WARMUP = ParameterFloat(name="warmup")
MIXED = ParameterBoolean(name="mixed", default_value=True)
DRY = ParameterBoolean(name="dry")
LENGTHS = PropertyFile(name="lengths", output_name="tokens", path="lengths.json")
RUN = Join(on="/", values=["s3://ml-dev/translate", PAIR, ExecutionVariables.PIPELINE_EXECUTION_ID])


def build(_: dict[str, Any]) -> Pipeline:
    tokenise = _tokenise()
    train = _train(tokenise)
    score = _score(train)
    return Pipeline(
        name="translate",
        parameters=[ROLE, PAIR, NOTE, STEPS, SEED, RATE, WARMUP, MIXED, DRY],
        pipeline_experiment_config=PipelineExperimentConfig(
            Join(on="-", values=["translate", PAIR]),
            ExecutionVariables.PIPELINE_EXECUTION_ID,
        ),
        steps=[tokenise, train, score, _decide(score)],
        sagemaker_session=SESSION,
    )


def _tokenise() -> ProcessingStep:
    """Each execution variable, and text put together in each way."""
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.c5.2xlarge",
        entrypoint=["tokenise", PAIR],
        env={
            "PIPELINE": ExecutionVariables.PIPELINE_NAME,
            "PIPELINE_ARN": ExecutionVariables.PIPELINE_ARN,
            "EXECUTION": ExecutionVariables.PIPELINE_EXECUTION_ID,
            "EXECUTION_ARN": ExecutionVariables.PIPELINE_EXECUTION_ARN,
            "STARTED": ExecutionVariables.START_DATETIME,
            "NOW": ExecutionVariables.CURRENT_DATETIME,
            "JOB": ExecutionVariables.PROCESSING_JOB_NAME,
            "EXPERIMENT": PipelineExperimentConfigProperties.EXPERIMENT_NAME,
            "TRIAL": PipelineExperimentConfigProperties.TRIAL_NAME,
            "NOTE": NOTE,
        },
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        arguments=[
            "--seed",
            SEED.to_string(),
            "--label",
            Join(on=" ", values=["run", SEED, "of", Join(on=":", values=[PAIR, STEPS])]),
            "--exact",
            Join(values=[PAIR, "v", 2, "-", MIXED]),
        ],
        outputs=[
            ProcessingOutput(
                output_name="tokens",
                source="/opt/ml/processing/output/tokens",
                destination=Join(on="/", values=[RUN, "tokens"]),
            )
        ],
    )
    return ProcessingStep(name="tokenise", step_args=arguments, property_files=[LENGTHS])


def _train(tokenise: ProcessingStep) -> TrainingStep:
    """References among hyperparameters, and what an earlier step answered."""
    tokens = tokenise.properties.ProcessingOutputConfig.Outputs["tokens"].S3Output.S3Uri
    estimator = Estimator(
        image_uri=tokenise.properties.AppSpecification.ImageUri,
        role="arn:aws:iam::111122223333:role/ml-training",
        instance_count=1,
        instance_type="ml.g5.2xlarge",
        max_run=86400,
        output_path=Join(on="/", values=[RUN, "model"]),
        hyperparameters={
            "max_steps": STEPS,
            "rate": RATE,
            "warmup": WARMUP,
            "mixed": MIXED,
            "max-length": JsonGet(
                step_name="tokenise", property_file=LENGTHS, json_path="percentiles[2].value"
            ),
            "job": ExecutionVariables.TRAINING_JOB_NAME,
            "host": tokenise.properties.ProcessingResources.ClusterConfig.InstanceType,
            "first": tokenise.properties.AppSpecification.ContainerEntrypoint[0],
        },
        environment={"STARTED": tokenise.properties.Environment["STARTED"]},
        debugger_hook_config=False,
        disable_profiler=True,
        sagemaker_session=SESSION,
    )
    return TrainingStep(
        name="train", step_args=estimator.fit(inputs={"tokens": TrainingInput(s3_data=tokens)})
    )


def _score(train: TrainingStep) -> ProcessingStep:
    processor = Processor(
        role=ROLE,
        image_uri=IMAGE,
        instance_count=1,
        instance_type="ml.g5.xlarge",
        entrypoint=["score"],
        sagemaker_session=SESSION,
    )
    arguments = processor.run(
        arguments=["--loss", train.properties.FinalMetricDataList["loss"].Value.to_string()],
        inputs=[
            ProcessingInput(
                input_name="model",
                source=train.properties.ModelArtifacts.S3ModelArtifacts,
                destination="/opt/ml/processing/input/model",
            )
        ],
        outputs=[
            ProcessingOutput(
                output_name="scores",
                source="/opt/ml/processing/output/scores",
                destination=Join(on="/", values=[RUN, "scores"]),
            )
        ],
    )
    return ProcessingStep(name="score", step_args=arguments)


def _decide(score: ProcessingStep) -> ConditionStep:
    """A value in a file that no property file stands for, and Booleans."""
    scores = score.properties.ProcessingOutputConfig.Outputs["scores"].S3Output.S3Uri
    bleu = JsonGet(s3_uri=Join(on="/", values=[scores, "bleu.json"]), json_path="bleu")
    return ConditionStep(
        name="decide",
        depends_on=[score],
        conditions=[
            ConditionGreaterThanOrEqualTo(left=bleu, right=31.5),
            ConditionEquals(left=DRY, right=False),
        ],
        if_steps=[],
        else_steps=[
            FailStep(
                name="poor",
                error_message=Join(on=" ", values=["bleu of", PAIR, "is too low in", RUN]),
            )
        ],
    )
