"""One kind of training jobs that a tuning step starts."""

from typing import Annotated, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared, declared_fields
from compiler.spec.fields import Between, Choice, Count, Doc, Length, Table, Text
from compiler.spec.job import (
    INSTANCE_TYPE,
    KMS_KEY,
    Environment,
    Image,
    Kms,
    MaxRun,
    NetworkIsolation,
    Role,
)
from compiler.steps.codecs import HYPERPARAMETERS
from compiler.steps.members import Entry, Group, Member, Rows
from compiler.steps.shared import kms_key
from compiler.steps.training_job import (
    INSTANCE,
    JOB,
    Algorithm,
    Channels,
    Checkpoints,
    Distribution,
    EncryptTraffic,
    Hyperparameters,
    InputMode,
    Machines,
    MaxPending,
    MaxRetries,
    Metrics,
    ModelOutput,
    OutputCompression,
    Spot,
    Vpc,
)
from compiler.steps.tuning_ranges import RANGES, RangeSpec

HYPERPARAMETERS_PATH = "StaticHyperParameters"


@declared
class ObjectiveSpec:
    """The metric that tells good hyperparameters from bad ones."""

    span: Span
    metric: Annotated[Text, Doc("Name of the metric, one of `metrics` or of the algorithm.")]
    type: Annotated[
        Text, Choice(("Maximize", "Minimize")), Doc("Whether much or little of it is good.")
    ]


@declared
class InstanceConfigSpec:
    """One kind of machines that a training job may run on."""

    span: Span
    type: Annotated[Text, INSTANCE_TYPE, Doc("Instance type.")]
    count: Annotated[Count | None, Between(minimum=1), Doc("Number; 1 when left out.")] = None
    volume: Annotated[
        Count | None, Between(minimum=1), Doc("Size of the disk in GB; 30 when left out.")
    ] = None


@declared
class ResourcesSpec:
    """Machines of a training job, of one kind or of the first kind that is to be had."""

    span: Span
    type: Annotated[Text | None, INSTANCE_TYPE, Doc("Instance type.")] = None
    count: Annotated[Count | None, Between(minimum=1), Doc("Number of instances.")] = None
    volume: Annotated[Count | None, Between(minimum=1), Doc("Size of the disk in GB.")] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the disks.")] = None
    allocation: Annotated[
        Text | None, Choice(("Prioritized",)), Doc("How one of `choices` is chosen.")
    ] = None
    choices: Annotated[
        tuple[InstanceConfigSpec, ...], Length(maximum=6), Doc("Kinds of machines, best first.")
    ] = ()


Ranges: TypeAlias = Annotated[
    Table[RangeSpec], Length(maximum=100), Doc("Hyperparameters to vary, and how far.")
]
Objective: TypeAlias = Annotated[ObjectiveSpec, Doc("The metric to make large or small.")]
Resources: TypeAlias = Annotated[
    ResourcesSpec, Doc("Machines to choose from, instead of `instance`; only for tuning.")
]


@declared
class DefinitionSpec:
    """One of several kinds of training jobs; what it leaves out is as in the step."""

    span: Span
    image: Image | None = None
    algorithm: Algorithm | None = None
    role: Role | None = None
    instance: Machines | None = None
    resources: Resources | None = None
    distribution: Distribution | None = None
    inputs: Channels
    hyperparameters: Hyperparameters
    ranges: Ranges
    objective: Objective | None = None
    input_mode: InputMode | None = None
    metrics: Metrics
    output: ModelOutput | None = None
    output_compression: OutputCompression | None = None
    max_run: MaxRun | None = None
    max_pending: MaxPending | None = None
    max_retries: MaxRetries | None = None
    spot: Spot | None = None
    checkpoints: Checkpoints | None = None
    environment: Environment
    vpc: Vpc | None = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    encrypt_traffic: EncryptTraffic | None = None
    request: Annotated[
        MappingNode | None, Doc("Members of the training job definition, laid over the fields.")
    ] = None


INHERITED = tuple(
    name for name in declared_fields(DefinitionSpec) if name not in ("span", "request")
)


def objective_at(path: str) -> Group:
    """Return the objective, at a path of the request."""
    return Group(
        "objective",
        path,
        (Member("type", "Type"), Member("metric", "MetricName")),
        required=("type", "metric"),
    )


DISK_KEY = "HyperParameterTuningResourceConfig.VolumeKmsKeyId"
JOB_DEFINITION: tuple[Entry, ...] = (
    Member("hyperparameters", HYPERPARAMETERS_PATH, HYPERPARAMETERS),
    kms_key("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId", unless="resources"),
    kms_key("OutputDataConfig.KmsKeyId", DISK_KEY, machines="resources", needs="resources"),
    INSTANCE,
    Group(
        "resources",
        "HyperParameterTuningResourceConfig",
        (
            Member("type", "InstanceType"),
            Member("count", "InstanceCount"),
            Member("volume", "VolumeSizeInGB"),
            Member("kms", "VolumeKmsKeyId"),
            Member("allocation", "AllocationStrategy"),
            Rows(
                "choices",
                "InstanceConfigs",
                (
                    Member("type", "InstanceType"),
                    Member("count", "InstanceCount", default=1),
                    Member("volume", "VolumeSizeInGB", default=30),
                ),
            ),
        ),
    ),
    *JOB,
)
DEFINITION: tuple[Entry, ...] = (
    objective_at("TuningObjective"),
    Member("ranges", "HyperParameterRanges", RANGES),
    *JOB_DEFINITION,
)
