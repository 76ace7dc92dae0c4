"""What training jobs have in common, whether a training step starts them or a tuning step."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Protocol, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import Node, ScalarNode
from compiler.expressions.syntax import Expression
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Length,
    S3Uri,
    StaticText,
    Table,
    Text,
    seconds,
)
from compiler.spec.job import CodeSpec, InstanceSpec, VpcSpec
from compiler.steps.codecs import DURATION_SECONDS, IMAGE, METRICS
from compiler.steps.members import Group, Items, Member
from compiler.steps.request import Request, RequestValue, as_hyperparameter, has_code, put
from compiler.steps.shared import ENVIRONMENT, PREFERENCES, ROLE, chosen_output, vpc
from compiler.steps.step_type import CodeLocation, StepContext
from compiler.steps.training_data import (
    CHANNEL_NAME,
    CHANNELS,
    CHECKPOINTS,
    INPUT_MODE,
    SPOT,
    ChannelSpec,
    CheckpointsSpec,
    SpotSpec,
)

DEFAULT_MAX_RUN = 86400
ISOLATED_CODE = "/opt/ml/input/data/code/sourcedir.tar.gz"
RESERVED_HYPERPARAMETERS = ("sagemaker_program", "sagemaker_submit_directory")
# What the training toolkit in the images of AWS is told by, and whether it asks for the instance.
LAUNCHERS = {
    "torchrun": ("sagemaker_torch_distributed_enabled", True),
    "pytorchddp": ("sagemaker_pytorch_ddp_enabled", True),
    "smddp": ("sagemaker_distributed_dataparallel_enabled", True),
    "mpi": ("sagemaker_mpi_enabled", False),
    "parameter_server": ("sagemaker_parameter_server_enabled", False),
}
OPTIONS = {
    "smddp": "sagemaker_distributed_dataparallel_custom_mpi_options",
    "mpi": "sagemaker_mpi_custom_mpi_options",
}
PROCESSES = "sagemaker_mpi_num_of_processes_per_host"


@declared
class DistributionSpec:
    """How the script is started on all processors and machines; for images of AWS."""

    SHORTHAND: ClassVar[str] = "type"

    span: Span
    type: Annotated[StaticText, Choice(tuple(LAUNCHERS)), Doc("What starts the processes.")]
    processes_per_host: Annotated[
        Count | None, Between(minimum=1), Doc("Processes on each machine; with `mpi`.")
    ] = None
    options: Annotated[Text | None, Doc("Further options of mpirun, with `mpi` or `smddp`.")] = None
    instance_groups: Annotated[
        tuple[Text, ...], Doc("Groups of machines that take part; with `mpi` or `smddp`.")
    ] = ()


Algorithm: TypeAlias = Annotated[
    Text, Doc("Algorithm of the Marketplace or of your own, instead of `image`.")
]
Machines: TypeAlias = Annotated[InstanceSpec, Doc("Machines that the job runs on.")]
Distribution: TypeAlias = Annotated[
    DistributionSpec,
    Doc("How the script is started on all processors and machines; for images of AWS."),
]
Channels: TypeAlias = Annotated[
    Table[ChannelSpec], CHANNEL_NAME, Length(maximum=20), Doc("Data for the job, by channel.")
]
Hyperparameters: TypeAlias = Annotated[
    Table[Node],
    Length(maximum=100),
    Doc("Values for the algorithm, by name; a list or a mapping is written as JSON."),
]
InputMode: TypeAlias = Annotated[
    Text,
    INPUT_MODE,
    Doc("How the data of channels without a `mode` arrives; `File` when left out."),
]
Metrics: TypeAlias = Annotated[
    Table[StaticText],
    Length(maximum=40),
    Doc("Metrics to read from the log: a name and a regular expression with one group."),
]
ModelOutput: TypeAlias = Annotated[
    S3Uri, Doc("S3 prefix for the model; below `storage` when left out.")
]
OutputCompression: TypeAlias = Annotated[
    Text,
    Choice(("GZIP", "NONE")),
    Doc("Whether the model is packed into an archive; `GZIP` when left out."),
]
MaxPending: TypeAlias = Annotated[Duration, Doc("Longest time to wait for capacity.")]
MaxRetries: TypeAlias = Annotated[
    Count, Between(1, 30), Doc("How often SageMaker starts the job again by itself.")
]
Spot: TypeAlias = Annotated[SpotSpec, Doc("Use spare capacity.")]
Checkpoints: TypeAlias = Annotated[CheckpointsSpec, Doc("Where state is saved while training.")]
Vpc: TypeAlias = Annotated[VpcSpec, Doc("Private network that the job runs in.")]
EncryptTraffic: TypeAlias = Annotated[
    Flag, Doc("Whether what the containers send each other is encrypted.")
]


class TrainingJob(Protocol):
    """The fields of a training job that lowering has to look at more than once."""

    @property
    def span(self) -> Span:
        """Where the job stands."""

    @property
    def instance(self) -> InstanceSpec | None:
        """Machines that the job runs on."""

    @property
    def distribution(self) -> DistributionSpec | None:
        """How the script is started."""

    @property
    def hyperparameters(self) -> Table[Node]:
        """Values for the algorithm."""

    @property
    def metrics(self) -> Table[ScalarNode]:
        """Metrics to read from the log."""

    @property
    def max_run(self) -> ScalarNode | None:
        """Longest time that the job may run."""

    @property
    def spot(self) -> SpotSpec | None:
        """Whether spare capacity is used."""

    @property
    def checkpoints(self) -> CheckpointsSpec | None:
        """Where state is saved."""

    @property
    def kms(self) -> ScalarNode | None:
        """KMS key for volumes and outputs."""

    @property
    def network_isolation(self) -> ScalarNode | None:
        """Whether the container has no network."""


INSTANCE = Group(
    "instance",
    "ResourceConfig",
    (
        Member("count", "InstanceCount", default=1, unless=("groups", "preferences")),
        Member("type", "InstanceType"),
        PREFERENCES,
        Member("training_plan", "TrainingPlanArn"),
        Items(
            "groups",
            "InstanceGroups",
            "InstanceGroupName",
            (Member("type", "InstanceType"), Member("count", "InstanceCount")),
        ),
        Member("volume", "VolumeSizeInGB", default=30),
        Member("kms", "VolumeKmsKeyId"),
        Member("keep_alive", "KeepAlivePeriodInSeconds", DURATION_SECONDS),
    ),
    shorthand="type",
    any_of=("type", "groups", "preferences"),
)


# All but the hyperparameters and the keys, whose places differ, and the machines.
JOB = (
    Member("image", "AlgorithmSpecification.TrainingImage", IMAGE),
    Member("algorithm", "AlgorithmSpecification.AlgorithmName"),
    Member("input_mode", "AlgorithmSpecification.TrainingInputMode", default="File"),
    Member("metrics", "AlgorithmSpecification.MetricDefinitions", METRICS),
    ROLE,
    CHANNELS,
    Member("output", "OutputDataConfig.S3OutputPath", default=chosen_output),
    Member("output_compression", "OutputDataConfig.CompressionType"),
    vpc(),
    Member(
        "max_run",
        "StoppingCondition.MaxRuntimeInSeconds",
        DURATION_SECONDS,
        default=DEFAULT_MAX_RUN,
    ),
    Member("max_pending", "StoppingCondition.MaxPendingTimeInSeconds", DURATION_SECONDS),
    Member("max_retries", "RetryStrategy.MaximumRetryAttempts"),
    Member("network_isolation", "EnableNetworkIsolation"),
    Member("encrypt_traffic", "EnableInterContainerTrafficEncryption"),
    SPOT,
    CHECKPOINTS,
    ENVIRONMENT,
)


def complete(
    request: Request, job: TrainingJob, context: StepContext, hyperparameters: str
) -> None:
    """Put into the request of a job what no table can say: code, launcher, metrics, `auto`."""
    if job.max_run is None and job.spot is not None:
        put(request, "StoppingCondition.MaxRuntimeInSeconds", _longest_run(job.spot))
    settings = {**_launcher(job), **_code_settings(job, context.code)}
    if settings:
        values = {name: as_hyperparameter(node) for name, node in job.hyperparameters}
        put(request, hyperparameters, {**values, **settings})
    put(request, "AlgorithmSpecification.MetricDefinitions", _metrics(job, context) or None)
    if context.code is not None and is_isolated(job):
        # A container without a network can't fetch its code, so the service brings it as data.
        channels: list[RequestValue] = list(request.get("InputDataConfig") or [])  # type: ignore[arg-type]
        request["InputDataConfig"] = [*channels, _code_channel(context.code)]
    if job.checkpoints is not None and job.checkpoints.uri.value == "auto":
        # Stable from run to run: the service's cache compares this URI.
        code = context.code.uri.split("/")[-2] if context.code else "own-image"
        place = f"{context.storage}/{context.pipeline}/checkpoints/{context.step}/{code[:16]}"
        put(request, "CheckpointConfig.S3Uri", place)


def _longest_run(spot: SpotSpec) -> RequestValue:
    """Return the time that is left for running when nothing but the wait is said."""
    wait = spot.max_wait
    if isinstance(wait.value, Expression):
        return wait
    return min(DEFAULT_MAX_RUN, seconds(wait))


def _code_settings(job: TrainingJob, code: CodeLocation | None) -> Request:
    if code is None:
        return {}
    directory = ISOLATED_CODE if is_isolated(job) else code.uri
    return {"sagemaker_program": code.entry, "sagemaker_submit_directory": directory}


def _launcher(job: TrainingJob) -> Request:
    distribution = job.distribution
    if distribution is None or distribution.type.value not in LAUNCHERS:
        return {}
    kind = str(distribution.type.value)
    enabled, needs_instance = LAUNCHERS[kind]
    settings: Request = {enabled: "true"}
    if needs_instance and job.instance is not None and job.instance.type is not None:
        settings["sagemaker_instance_type"] = job.instance.type
    if kind in OPTIONS:
        settings[OPTIONS[kind]] = distribution.options or ""
    if distribution.processes_per_host is not None:
        settings[PROCESSES] = as_hyperparameter(distribution.processes_per_host)
    if distribution.instance_groups:
        names = ", ".join(f'"{node.value}"' for node in distribution.instance_groups)
        settings["sagemaker_distribution_instance_groups"] = f"[{names}]"
    return settings


def _metrics(job: TrainingJob, context: StepContext) -> list[RequestValue]:
    known: dict[str, RequestValue] = {}
    if context.template is not None:
        known.update({name: str(node.value) for name, node in context.template.metrics})
    known.update(dict(job.metrics))
    return [{"Name": name, "Regex": regex} for name, regex in known.items()]


def is_isolated(job: TrainingJob) -> bool:
    """Return whether the job's container has no network."""
    return job.network_isolation is not None and job.network_isolation.value is True


def _code_channel(code: CodeLocation) -> RequestValue:
    return {
        "ChannelName": "code",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": code.uri}},
    }


def check_job(
    job: TrainingJob, code: CodeSpec | None, channels: dict[str, Span]
) -> Iterator[Diagnostic]:
    """Find what does not go together in a training job."""
    if not has_code(code):
        return
    if is_isolated(job) and "code" in channels:
        yield Diagnostic(
            code=codes.DUPLICATE_CHANNEL,
            message="the channel `code` brings the step's own code in network isolation",
            span=channels["code"],
            hint="give the channel another name",
        )
    for name in RESERVED_HYPERPARAMETERS:
        if name in job.hyperparameters:
            yield Diagnostic(
                code=codes.CONFLICTING_FIELDS,
                message=f"the hyperparameter `{name}` is set by `code`",
                span=job.hyperparameters.key_spans[name],
            )
