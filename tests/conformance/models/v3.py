"""Models of one container and of several, in a network and without one, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core import image_uris
from sagemaker.core.resources import Model
from sagemaker.core.shapes import ContainerDefinition, OutputDataConfig, StoppingCondition
from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import ModelStep, Pipeline, TrainingStep
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, Networking

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::111122223333:role/ml-inference"
NETWORK = Networking(
    subnets=["subnet-0123abcd4567ef890", "subnet-1123abcd4567ef890"],
    security_group_ids=["sg-0123abcd4567ef890"],
)
SESSION = PipelineSession(default_bucket="ml-dev")
SCALER = ParameterString(name="Scaler", default_value="s3://ml-dev/risk/scaler/model.tar.gz")


def build(_: dict[str, Any]) -> Pipeline:
    train = _train()
    trees = train.properties.ModelArtifacts.S3ModelArtifacts
    steps = [train, _alone(trees), _chain(trees), _bundle()]
    return Pipeline(name="risk-models", parameters=[SCALER], steps=steps, sagemaker_session=SESSION)


def _train() -> TrainingStep:
    trainer = ModelTrainer(
        training_image=_xgboost(),
        role=ROLE,
        compute=Compute(instance_count=1, instance_type="ml.m5.xlarge"),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        output_data_config=OutputDataConfig(s3_output_path="s3://ml-dev/risk/trees"),
        hyperparameters={"num_round": "100", "objective": "binary:logistic"},
        sagemaker_session=SESSION,
    )
    data = InputData(
        channel_name="train", data_source="s3://ml-dev/risk/train", content_type="text/csv"
    )
    return TrainingStep(name="train", step_args=trainer.train(input_data_config=[data]))


def _alone(trees: Any) -> ModelStep:
    """One container, which sees no network."""
    model = ModelBuilder(
        image_uri=_xgboost(),
        s3_model_data_url=trees,
        role_arn=ROLE,
        env_vars={"SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT": "application/json"},
        network=Networking(enable_network_isolation=True),
        sagemaker_session=SESSION,
    )
    arguments = model.build(tags=[{"Key": "team", "Value": "risk"}])
    return ModelStep(name="alone-CreateModel", step_args=arguments)


def _chain(trees: Any) -> ModelStep:
    """Three containers, one after the other, in a private network."""
    containers = [
        {
            "image": f"{REGISTRY}/scale:1.0",
            "model_data_url": SCALER,
            "environment": {"COLUMNS": "amount,term,age"},
        },
        {"image": _xgboost(), "model_data_url": trees},
        {"image": f"{REGISTRY}/explain:0.3", "environment": {"TOP": "5"}},
    ]
    chain = ModelBuilder(
        model=[
            Model(model_name=f"part-{index}", primary_container=ContainerDefinition(**container))
            for index, container in enumerate(containers)
        ],
        role_arn=ROLE,
        network=NETWORK,
        sagemaker_session=SESSION,
    )
    return ModelStep(name="chain-CreateModel", step_args=chain.build())


def _bundle() -> ModelStep:
    """Weights that are not packed, from a private registry."""
    model = ModelBuilder(
        image_uri="registry.example.com/serving/llm:2.1",
        s3_model_data_url={
            "S3DataSource": {
                "S3Uri": "s3://ml-dev/risk/summaries/",
                "S3DataType": "S3Prefix",
                "CompressionType": "None",
            }
        },
        image_config={"RepositoryAccessMode": "Vpc"},
        role_arn=ROLE,
        network=NETWORK,
        sagemaker_session=SESSION,
    )
    return ModelStep(name="summaries-CreateModel", step_args=model.build())


def _xgboost() -> str:
    return image_uris.retrieve("xgboost", "us-east-1", version="1.7-1")
