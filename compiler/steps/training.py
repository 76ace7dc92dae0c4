"""The training step: one SageMaker training job."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.fields import (
    AnyScalar,
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Length,
    Needed,
    Pattern,
    S3Uri,
    StaticText,
    Table,
    Text,
)
from compiler.spec.job import (
    Cache,
    CodeSpec,
    Environment,
    Image,
    InstanceSpec,
    Kms,
    MaxRun,
    NetworkIsolation,
    Retry,
    Role,
    Tags,
    VpcSpec,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import HYPERPARAMETERS, LIST, TEXTS
from compiler.steps.members import Group, Member, Same, lower_members
from compiler.steps.request import Request, has_code
from compiler.steps.shared import TAGS_MEMBER
from compiler.steps.step_type import Output, StepContext, StepType
from compiler.steps.training_data import (
    CHANNEL_NAME,
    INPUT_MODE,
    ChannelSpec,
    CheckpointsSpec,
    SpotSpec,
)
from compiler.steps.training_debugger import (
    DEBUGGER,
    PROFILER,
    TENSORBOARD,
    DebuggerSpec,
    ProfilerSpec,
    TensorBoardSpec,
)
from compiler.steps.training_job import (
    INSTANCE,
    JOB,
    DistributionSpec,
    check_job,
    complete,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageAccessSpec:
    """How SageMaker gets at an image in a private registry."""

    span: Span
    access: Annotated[
        Text, Choice(("Platform", "Vpc")), Doc("Through AWS, or through the job's `vpc`.")
    ]
    credentials: Annotated[
        Text | None,
        Pattern(r"^arn:aws[a-z-]*:lambda:", "the ARN of a function"),
        Doc("ARN of the function that knows how to sign in."),
    ] = None


@dataclass(frozen=True, kw_only=True)
class TrainingSpec(StepSpec):
    """Run one SageMaker training job."""

    image: Annotated[Image | None, Needed(("algorithm", "request"))] = None
    algorithm: Annotated[
        Text | None, Doc("Algorithm of the Marketplace or of your own, instead of `image`.")
    ] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[InstanceSpec | None, Needed(), Doc("Machines that the job runs on.")] = None
    code: Annotated[CodeSpec | None, Doc("Code that the job runs.")] = None
    entrypoint: Annotated[
        tuple[Text, ...], Length(1, 100), Doc("Command of the container, instead of `code`.")
    ] = ()
    arguments: Annotated[
        tuple[AnyScalar, ...], Length(1, 100), Doc("Arguments for the command.")
    ] = ()
    distribution: Annotated[
        DistributionSpec | None,
        Doc("How the script is started on all processors and machines; for images of AWS."),
    ] = None
    inputs: Annotated[
        Table[ChannelSpec], CHANNEL_NAME, Length(maximum=20), Doc("Data for the job, by channel.")
    ]
    hyperparameters: Annotated[
        Table[AnyScalar], Length(maximum=100), Doc("Values for the algorithm, by name.")
    ]
    input_mode: Annotated[
        Text | None,
        INPUT_MODE,
        Doc("How the data of channels without a `mode` arrives; `File` when left out."),
    ] = None
    metrics: Annotated[
        Table[StaticText],
        Length(maximum=40),
        Doc("Metrics to read from the log: a name and a regular expression with one group."),
    ]
    metrics_time_series: Annotated[
        Flag | None, Doc("Whether the metrics are kept as curves, to be seen in Studio.")
    ] = None
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for the model; below `storage` when left out.")
    ] = None
    output_compression: Annotated[
        Text | None,
        Choice(("GZIP", "NONE")),
        Doc("Whether the model is packed into an archive; `GZIP` when left out."),
    ] = None
    max_run: MaxRun | None = None
    max_pending: Annotated[Duration | None, Doc("Longest time to wait for capacity.")] = None
    max_retries: Annotated[
        Count | None, Between(1, 30), Doc("How often SageMaker starts the job again by itself.")
    ] = None
    spot: Annotated[SpotSpec | None, Doc("Use spare capacity.")] = None
    checkpoints: Annotated[CheckpointsSpec | None, Doc("Where state is saved while training.")] = (
        None
    )
    environment: Environment
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    encrypt_traffic: Annotated[
        Flag | None, Doc("Whether what the containers send each other is encrypted.")
    ] = None
    image_config: Annotated[
        ImageAccessSpec | None, Doc("How an image in a private registry is fetched.")
    ] = None
    debugger: Annotated[
        DebuggerSpec | None, Doc("Tensors to save, and rules that watch the training.")
    ] = None
    profiler: Annotated[
        ProfilerSpec | None, Doc("Use of the machines to measure, and rules about it.")
    ] = None
    tensorboard: Annotated[TensorBoardSpec | None, Doc("Where logs for TensorBoard are kept.")] = (
        None
    )
    infra_check: Annotated[
        Flag | None, Doc("Whether the machines are checked before the training starts.")
    ] = None
    remote_debug: Annotated[
        Flag | None, Doc("Whether you can connect to the container while it runs.")
    ] = None
    session_chaining: Annotated[
        Flag | None, Doc("Whether the tags of the session are passed on, for access by attributes.")
    ] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


MEMBERS = (
    Member("hyperparameters", "HyperParameters", HYPERPARAMETERS),
    Member("entrypoint", "AlgorithmSpecification.ContainerEntrypoint", LIST),
    Member("arguments", "AlgorithmSpecification.ContainerArguments", TEXTS),
    Member("metrics_time_series", "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries"),
    Group(
        "image_config",
        "AlgorithmSpecification.TrainingImageConfig",
        (
            Member("access", "TrainingRepositoryAccessMode"),
            Member(
                "credentials",
                "TrainingRepositoryAuthConfig.TrainingRepositoryCredentialsProviderArn",
            ),
        ),
        required=("access",),
    ),
    Same("kms", ("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId")),
    INSTANCE,
    *JOB,
    TAGS_MEMBER,
    DEBUGGER,
    TENSORBOARD,
    PROFILER,
    Member("infra_check", "InfraCheckConfig.EnableInfraCheck"),
    Member("remote_debug", "RemoteDebugConfig.EnableRemoteDebug"),
    Member("session_chaining", "SessionChainingConfig.EnableSessionTagChaining"),
)


def lower(spec: TrainingSpec, context: StepContext) -> Request:
    """Return the arguments of CreateTrainingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    complete(request, spec, context, "HyperParameters")
    return request


def inputs(spec: TrainingSpec) -> dict[str, Span]:
    """Return the names of the channels and where they stand."""
    return spec.inputs.key_spans


def needs_storage(spec: TrainingSpec) -> Span | None:
    """Return what the compiler has to find a place in S3 for: code, model or checkpoints."""
    if has_code(spec.code) and spec.code is not None:
        return spec.code.span
    if spec.checkpoints is not None and spec.checkpoints.uri.value == "auto":
        return spec.checkpoints.span
    return spec.span if spec.output is None else None


def check(spec: TrainingSpec) -> Iterator[Diagnostic]:
    """Find what does not go together in a training step."""
    yield from check_job(spec, spec.code, spec.inputs.key_spans)
    if has_code(spec.code) and spec.entrypoint:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`entrypoint` and `code` both say what the job runs",
            span=spec.entrypoint[0].span,
            hint="take one of them out",
        )


TRAINING = StepType(
    name="training",
    sagemaker_type="Training",
    spec=TrainingSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateTrainingJobRequest",
    describe_shape="DescribeTrainingJobResponse",
    chosen=frozenset({"TrainingJobName"}),
    outputs={
        "model": Output(STRING, "ModelArtifacts.S3ModelArtifacts"),
        "job_name": Output(STRING, "TrainingJobName"),
        "job_arn": Output(STRING, "TrainingJobArn"),
        "billable_seconds": Output(INTEGER, "BillableTimeInSeconds"),
    },
    inputs=inputs,
    check=check,
    needs_storage=needs_storage,
    packs_code_as="archive",
    launches="TrainingJobName",
)
