"""Models of one container and of several, in a network and without one, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.pipeline import PipelineModel
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.steps import TrainingStep

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::111122223333:role/ml-inference"
VPC = {
    "Subnets": ["subnet-0123abcd4567ef890", "subnet-1123abcd4567ef890"],
    "SecurityGroupIds": ["sg-0123abcd4567ef890"],
}
SESSION = PipelineSession(default_bucket="ml-dev")
SCALER = ParameterString(name="Scaler", default_value="s3://ml-dev/risk/scaler/model.tar.gz")


def build(_: dict[str, Any]) -> Pipeline:
    train = _train()
    trees = train.properties.ModelArtifacts.S3ModelArtifacts
    steps = [train, _alone(trees), _chain(trees), _bundle()]
    return Pipeline(name="risk-models", parameters=[SCALER], steps=steps, sagemaker_session=SESSION)


def _train() -> TrainingStep:
    estimator = Estimator(
        image_uri=_xgboost(),
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.xlarge",
        max_run=3600,
        output_path="s3://ml-dev/risk/trees",
        hyperparameters={"num_round": "100", "objective": "binary:logistic"},
        debugger_hook_config=False,
        disable_profiler=True,
        sagemaker_session=SESSION,
    )
    data = TrainingInput(s3_data="s3://ml-dev/risk/train", content_type="text/csv")
    return TrainingStep(name="train", step_args=estimator.fit(inputs={"train": data}))


def _alone(trees: Any) -> ModelStep:
    """One container, which sees no network."""
    model = Model(
        image_uri=_xgboost(),
        model_data=trees,
        role=ROLE,
        env={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/json"},
        enable_network_isolation=True,
        sagemaker_session=SESSION,
    )
    return ModelStep(name="alone", step_args=model.create(tags=[{"Key": "team", "Value": "risk"}]))


def _chain(trees: Any) -> ModelStep:
    """Three containers, one after the other, in a private network."""
    scale = Model(
        image_uri=f"{REGISTRY}/scale:1.0",
        model_data=SCALER,
        env={"COLUMNS": "amount,term,age"},
        sagemaker_session=SESSION,
    )
    predict = Model(image_uri=_xgboost(), model_data=trees, sagemaker_session=SESSION)
    explain = Model(
        image_uri=f"{REGISTRY}/explain:0.3", env={"TOP": "5"}, sagemaker_session=SESSION
    )
    chain = PipelineModel(
        models=[scale, predict, explain],
        role=ROLE,
        vpc_config=VPC,
        sagemaker_session=SESSION,
    )
    return ModelStep(name="chain", step_args=chain.create(instance_type="ml.m5.xlarge"))


def _bundle() -> ModelStep:
    """Weights that are not packed, from a private registry."""
    model = Model(
        image_uri="registry.example.com/serving/llm:2.1",
        model_data={
            "S3DataSource": {
                "S3Uri": "s3://ml-dev/risk/summaries/",
                "S3DataType": "S3Prefix",
                "CompressionType": "None",
            }
        },
        image_config={"RepositoryAccessMode": "Vpc"},
        role=ROLE,
        vpc_config=VPC,
        sagemaker_session=SESSION,
    )
    return ModelStep(name="summaries", step_args=model.create())


def _xgboost() -> str:
    return image_uris.retrieve("xgboost", "us-east-1", version="1.7-1")
