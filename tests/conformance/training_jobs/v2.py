"""Training on spot, warm and mixed instances, from S3, EFS and FSx, with SDK v2."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker import image_uris
from sagemaker.debugger import TensorBoardOutputConfig
from sagemaker.estimator import Estimator
from sagemaker.inputs import FileSystemInput, ShuffleConfig, TrainingInput
from sagemaker.instance_group import InstanceGroup
from sagemaker.workflow.execution_variables import ExecutionVariables
from sagemaker.workflow.functions import Join
from sagemaker.workflow.parameters import ParameterFloat, ParameterInteger, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
)
from sagemaker.workflow.steps import CacheConfig, TrainingStep

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::111122223333:role/ml-training"
KEY = "arn:aws:kms:us-east-1:111122223333:key/7d5c2f0e-6a41-4f7b-9a55-0c1f2e3d4b5a"
SESSION = PipelineSession(default_bucket="ml-dev")
NETWORK = {
    "subnets": ["subnet-0f1e2d3c4b5a69788", "subnet-1f1e2d3c4b5a69788"],
    "security_group_ids": ["sg-0f1e2d3c4b5a69788"],
}
# Neither the profiler nor the debugger, both of which are on unless told otherwise.
QUIET = {"disable_profiler": True, "debugger_hook_config": False}

CATALOGUE = ParameterString(name="Catalogue", default_value="s3://shop-images/catalogue")
EPOCHS = ParameterInteger(name="Epochs", default_value=12)
RATE = ParameterFloat(name="LearningRate", default_value=0.0005)
INSTANCE = ParameterString(name="Instance", default_value="ml.g5.12xlarge")
EXECUTION = ExecutionVariables.PIPELINE_EXECUTION_ID


def build(_: dict[str, Any]) -> Pipeline:
    embed = _embed()
    rank = _rank(embed)
    return Pipeline(
        name="visual-search",
        parameters=[CATALOGUE, EPOCHS, RATE, INSTANCE],
        steps=[embed, rank, _adapt(embed), _price()],
        sagemaker_session=SESSION,
    )


def _embed() -> TrainingStep:
    """Spot instances that go on from a checkpoint, in a private network, all of it encrypted."""
    estimator = Estimator(
        image_uri=f"{REGISTRY}/embed:3.1",
        role=ROLE,
        instance_count=2,
        instance_type=INSTANCE,
        volume_size=250,
        volume_kms_key=KEY,
        output_path=_results("embed"),
        output_kms_key=KEY,
        max_run=43200,
        use_spot_instances=True,
        max_wait=86400,
        checkpoint_s3_uri="s3://ml-dev/visual-search/checkpoints/embed",
        checkpoint_local_path="/opt/ml/state",
        encrypt_inter_container_traffic=True,
        max_retry_attempts=3,
        input_mode="FastFile",
        environment={"NCCL_DEBUG": "WARN", "RUN": EXECUTION},
        hyperparameters={"epochs": EPOCHS, "learning-rate": RATE, "backbone": "vit_base"},
        metric_definitions=[
            {"Name": "train:loss", "Regex": r"loss=([0-9.]+)"},
            {"Name": "validation:recall@10", "Regex": r"recall@10=([0-9.]+)"},
        ],
        tensorboard_output_config=TensorBoardOutputConfig(
            s3_output_path="s3://ml-dev/visual-search/tensorboard",
            container_local_output_path="/opt/ml/output/tensorboard",
        ),
        tags=[{"Key": "team", "Value": "search"}],
        sagemaker_session=SESSION,
        **NETWORK,
        **QUIET,
    )
    images = TrainingInput(
        s3_data=Join(on="/", values=[CATALOGUE, "train"]),
        content_type="application/x-image",
        distribution="ShardedByS3Key",
    )
    held_out = TrainingInput(s3_data=Join(on="/", values=[CATALOGUE, "held-out"]))
    pairs = TrainingInput(
        s3_data="s3://shop-labels/pairs.manifest",
        s3_data_type="AugmentedManifestFile",
        attribute_names=["source-ref", "same-product"],
        record_wrapping="RecordIO",
        input_mode="Pipe",
        shuffle_config=ShuffleConfig(seed=17),
    )
    return TrainingStep(
        name="Embed",
        description="Learn to put pictures of one product close together.",
        step_args=estimator.fit(inputs={"train": images, "test": held_out, "pairs": pairs}),
        cache_config=CacheConfig(enable_caching=True, expire_after="P14D"),
        retry_policies=[
            SageMakerJobStepRetryPolicy(
                exception_types=[SageMakerJobExceptionTypeEnum.CAPACITY_ERROR],
                interval_seconds=600,
                backoff_rate=1.5,
                expire_after_mins=720,
            )
        ],
    )


def _rank(embed: TrainingStep) -> TrainingStep:
    """A mixed cluster, whose groups read different channels."""
    estimator = Estimator(
        image_uri=f"{REGISTRY}/rank:1.8",
        role=ROLE,
        instance_groups=[
            InstanceGroup("workers", "ml.g5.2xlarge", 2),
            InstanceGroup("loaders", "ml.c5.9xlarge", 4),
        ],
        volume_size=100,
        max_run=21600,
        output_path=_results("rank"),
        hyperparameters={"margin": "0.2", "hard-negatives": "8"},
        sagemaker_session=SESSION,
        **QUIET,
    )
    clicks = TrainingInput(s3_data="s3://shop-logs/clicks/", instance_groups=["workers", "loaders"])
    weights = TrainingInput(s3_data=_model(embed), instance_groups=["workers"])
    return TrainingStep(
        name="Rank", step_args=estimator.fit(inputs={"clicks": clicks, "weights": weights})
    )


def _adapt(embed: TrainingStep) -> TrainingStep:
    """A warm pool, no network, a look inside, and a model that isn't packed."""
    estimator = Estimator(
        image_uri=f"{REGISTRY}/adapt:0.4",
        role=ROLE,
        instance_count=1,
        instance_type="ml.g5.xlarge",
        keep_alive_period_in_seconds=1800,
        max_run=7200,
        output_path=_results("adapt"),
        disable_output_compression=True,
        enable_network_isolation=True,
        enable_infra_check=True,
        enable_remote_debug=True,
        enable_session_tag_chaining=True,
        hyperparameters={"rank": 16, "rate": RATE, "target": "query"},
        sagemaker_session=SESSION,
        **QUIET,
    )
    inputs = {
        "weights": TrainingInput(s3_data=_model(embed), content_type="application/x-tar"),
        "queries": TrainingInput(
            s3_data="s3://shop-labels/queries/",
            content_type="text/csv",
            compression="Gzip",
            input_mode="Pipe",
        ),
    }
    return TrainingStep(
        name="Adapt", display_name="Adapt to queries", step_args=estimator.fit(inputs=inputs)
    )


def _price() -> TrainingStep:
    """An algorithm of SageMaker's own, which reads from FSx and EFS."""
    estimator = Estimator(
        image_uri=image_uris.retrieve("xgboost", "us-east-1", version="1.7-1"),
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.4xlarge",
        volume_size=30,
        max_run=3600,
        output_path=_results("price"),
        hyperparameters={
            "objective": "reg:squarederror",
            "num_round": 400,
            "eta": 0.1,
            "max_depth": 7,
            "eval_metric": "rmse",
            "early_stopping_rounds": 20,
        },
        sagemaker_session=SESSION,
        **NETWORK,
        **QUIET,
    )
    train = FileSystemInput(
        file_system_id="fs-0123456789abcdef0",
        file_system_type="FSxLustre",
        directory_path="/scratch/prices/train",
        file_system_access_mode="ro",
        content_type="text/csv",
    )
    validation = FileSystemInput(
        file_system_id="fs-0fedcba987654321f",
        file_system_type="EFS",
        directory_path="/prices/validation",
        file_system_access_mode="rw",
        content_type="text/csv",
    )
    arguments = estimator.fit(inputs={"train": train, "validation": validation})
    return TrainingStep(name="Price", step_args=arguments)


def _results(name: str) -> Join:
    return Join(on="/", values=["s3://ml-dev/visual-search/models", EXECUTION, name])


def _model(step: TrainingStep) -> Any:
    return step.properties.ModelArtifacts.S3ModelArtifacts
