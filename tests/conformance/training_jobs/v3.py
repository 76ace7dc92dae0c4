"""Training on spot, warm and mixed instances, from S3, EFS and FSx, with SDK v3."""

# The SDK is in a venv of its own, which mypy does not see.
# mypy: ignore-errors

from typing import Any

from sagemaker.core import image_uris
from sagemaker.core.shapes import (
    Channel,
    CheckpointConfig,
    DataSource,
    FileSystemDataSource,
    InfraCheckConfig,
    InstanceGroup,
    MetricDefinition,
    OutputDataConfig,
    RemoteDebugConfig,
    RetryStrategy,
    S3DataSource,
    SessionChainingConfig,
    ShuffleConfig,
    StoppingCondition,
    Tag,
    TensorBoardOutputConfig,
)
from sagemaker.core.workflow.execution_variables import ExecutionVariables
from sagemaker.core.workflow.functions import Join
from sagemaker.core.workflow.parameters import (
    ParameterFloat,
    ParameterInteger,
    ParameterString,
)
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow import (
    CacheConfig,
    Pipeline,
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    TrainingStep,
)
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, Networking

REGISTRY = "111122223333.dkr.ecr.us-east-1.amazonaws.com"
ROLE = "arn:aws:iam::111122223333:role/ml-training"
KEY = "arn:aws:kms:us-east-1:111122223333:key/7d5c2f0e-6a41-4f7b-9a55-0c1f2e3d4b5a"
SESSION = PipelineSession(default_bucket="ml-dev")
NETWORK = {
    "subnets": ["subnet-0f1e2d3c4b5a69788", "subnet-1f1e2d3c4b5a69788"],
    "security_group_ids": ["sg-0f1e2d3c4b5a69788"],
}

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
    trainer = (
        ModelTrainer(
            training_image=f"{REGISTRY}/embed:3.1",
            role=ROLE,
            compute=Compute(
                instance_count=2,
                instance_type=INSTANCE,
                volume_size_in_gb=250,
                volume_kms_key_id=KEY,
                enable_managed_spot_training=True,
            ),
            networking=Networking(enable_inter_container_traffic_encryption=True, **NETWORK),
            stopping_condition=StoppingCondition(
                max_runtime_in_seconds=43200, max_wait_time_in_seconds=86400
            ),
            checkpoint_config=CheckpointConfig(
                s3_uri="s3://ml-dev/visual-search/checkpoints/embed", local_path="/opt/ml/state"
            ),
            output_data_config=OutputDataConfig(s3_output_path=_results("embed"), kms_key_id=KEY),
            training_input_mode="FastFile",
            environment={"NCCL_DEBUG": "WARN", "RUN": EXECUTION},
            hyperparameters={"epochs": EPOCHS, "learning-rate": RATE, "backbone": "vit_base"},
            tags=[Tag(key="team", value="search")],
            sagemaker_session=SESSION,
        )
        .with_retry_strategy(RetryStrategy(maximum_retry_attempts=3))
        .with_metric_definitions(
            [
                MetricDefinition(name="train:loss", regex=r"loss=([0-9.]+)"),
                MetricDefinition(name="validation:recall@10", regex=r"recall@10=([0-9.]+)"),
            ]
        )
        .with_tensorboard_output_config(
            TensorBoardOutputConfig(
                s3_output_path="s3://ml-dev/visual-search/tensorboard",
                local_path="/opt/ml/output/tensorboard",
            )
        )
    )
    train = _s3(
        "train",
        Join(on="/", values=[CATALOGUE, "train"]),
        content_type="application/x-image",
        distribution="ShardedByS3Key",
    )
    test = _s3("test", Join(on="/", values=[CATALOGUE, "held-out"]))
    pairs = Channel(
        channel_name="pairs",
        data_source=DataSource(
            s3_data_source=S3DataSource(
                s3_data_type="AugmentedManifestFile",
                s3_uri="s3://shop-labels/pairs.manifest",
                s3_data_distribution_type="FullyReplicated",
                attribute_names=["source-ref", "same-product"],
            )
        ),
        record_wrapper_type="RecordIO",
        input_mode="Pipe",
        shuffle_config=ShuffleConfig(seed=17),
    )
    return TrainingStep(
        name="Embed",
        description="Learn to put pictures of one product close together.",
        step_args=trainer.train(input_data_config=[train, test, pairs]),
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
    trainer = ModelTrainer(
        training_image=f"{REGISTRY}/rank:1.8",
        role=ROLE,
        compute=Compute(
            instance_groups=[
                InstanceGroup(
                    instance_group_name="workers", instance_type="ml.g5.2xlarge", instance_count=2
                ),
                InstanceGroup(
                    instance_group_name="loaders", instance_type="ml.c5.9xlarge", instance_count=4
                ),
            ],
            volume_size_in_gb=100,
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=21600),
        output_data_config=OutputDataConfig(s3_output_path=_results("rank")),
        hyperparameters={"margin": "0.2", "hard-negatives": "8"},
        sagemaker_session=SESSION,
    )
    clicks = InputData(
        channel_name="clicks",
        data_source=S3DataSource(
            s3_data_type="S3Prefix",
            s3_uri="s3://shop-logs/clicks/",
            instance_group_names=["workers", "loaders"],
        ),
    )
    weights = InputData(
        channel_name="weights",
        data_source=S3DataSource(
            s3_data_type="S3Prefix", s3_uri=_model(embed), instance_group_names=["workers"]
        ),
    )
    return TrainingStep(name="Rank", step_args=trainer.train(input_data_config=[clicks, weights]))


def _adapt(embed: TrainingStep) -> TrainingStep:
    """A warm pool, no network, a look inside, and a model that isn't packed."""
    trainer = (
        ModelTrainer(
            training_image=f"{REGISTRY}/adapt:0.4",
            role=ROLE,
            compute=Compute(
                instance_count=1,
                instance_type="ml.g5.xlarge",
                keep_alive_period_in_seconds=1800,
            ),
            networking=Networking(enable_network_isolation=True),
            stopping_condition=StoppingCondition(max_runtime_in_seconds=7200),
            output_data_config=OutputDataConfig(
                s3_output_path=_results("adapt"), compression_type="NONE"
            ),
            hyperparameters={"rank": 16, "rate": RATE, "target": "query"},
            sagemaker_session=SESSION,
        )
        .with_infra_check_config(InfraCheckConfig(enable_infra_check=True))
        .with_remote_debug_config(RemoteDebugConfig(enable_remote_debug=True))
        .with_session_chaining_config(SessionChainingConfig(enable_session_tag_chaining=True))
    )
    inputs = [
        _s3("weights", _model(embed), content_type="application/x-tar"),
        _s3(
            "queries",
            "s3://shop-labels/queries/",
            content_type="text/csv",
            compression="Gzip",
            mode="Pipe",
        ),
    ]
    return TrainingStep(
        name="Adapt",
        display_name="Adapt to queries",
        step_args=trainer.train(input_data_config=inputs),
    )


def _price() -> TrainingStep:
    """An algorithm of SageMaker's own, which reads from FSx and EFS."""
    trainer = ModelTrainer(
        training_image=image_uris.retrieve("xgboost", "us-east-1", version="1.7-1"),
        role=ROLE,
        compute=Compute(instance_count=1, instance_type="ml.m5.4xlarge", volume_size_in_gb=30),
        networking=Networking(**NETWORK),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        output_data_config=OutputDataConfig(s3_output_path=_results("price")),
        hyperparameters={
            "objective": "reg:squarederror",
            "num_round": 400,
            "eta": 0.1,
            "max_depth": 7,
            "eval_metric": "rmse",
            "early_stopping_rounds": 20,
        },
        sagemaker_session=SESSION,
    )
    train = InputData(
        channel_name="train",
        data_source=FileSystemDataSource(
            file_system_id="fs-0123456789abcdef0",
            file_system_type="FSxLustre",
            directory_path="/scratch/prices/train",
            file_system_access_mode="ro",
        ),
        content_type="text/csv",
    )
    validation = InputData(
        channel_name="validation",
        data_source=FileSystemDataSource(
            file_system_id="fs-0fedcba987654321f",
            file_system_type="EFS",
            directory_path="/prices/validation",
            file_system_access_mode="rw",
        ),
        content_type="text/csv",
    )
    arguments = trainer.train(input_data_config=[train, validation])
    return TrainingStep(name="Price", step_args=arguments)


def _s3(
    name: str,
    uri: Any,
    content_type: str | None = None,
    distribution: str = "FullyReplicated",
    compression: str | None = None,
    mode: str | None = None,
) -> Channel:
    return Channel(
        channel_name=name,
        data_source=DataSource(
            s3_data_source=S3DataSource(
                s3_data_type="S3Prefix", s3_uri=uri, s3_data_distribution_type=distribution
            )
        ),
        content_type=content_type,
        compression_type=compression,
        input_mode=mode,
    )


def _results(name: str) -> Join:
    return Join(on="/", values=["s3://ml-dev/visual-search/models", EXECUTION, name])


def _model(step: TrainingStep) -> Any:
    return step.properties.ModelArtifacts.S3ModelArtifacts
