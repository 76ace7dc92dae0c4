"""The training step: one SageMaker training job."""

from collections.abc import Iterator
from typing import Annotated

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Doc, Flag, Length, Needed, Text
from compiler.spec.job import (
    Cache,
    CodeSpec,
    Environment,
    Image,
    Kms,
    MaxRun,
    NetworkIsolation,
    Retry,
    Role,
    Tags,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import HYPERPARAMETERS, LIST, TEXTS
from compiler.steps.containers import ImageAccess, image_access
from compiler.steps.members import Member, lower_members
from compiler.steps.request import Request, has_code
from compiler.steps.shared import TAGS_MEMBER, kms_key
from compiler.steps.step_type import Output, StepContext, StepType
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
    check_job,
    complete,
)


@declared
class TrainingSpec(StepSpec):
    """Run one SageMaker training job."""

    image: Annotated[Image | None, Needed(("algorithm", "request"))] = None
    algorithm: Algorithm | None = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[Machines | None, Needed()] = None
    code: Annotated[CodeSpec | None, Doc("Code that the job runs.")] = None
    entrypoint: Annotated[
        tuple[Text, ...], Length(1, 100), Doc("Command of the container, instead of `code`.")
    ] = ()
    arguments: Annotated[
        tuple[AnyScalar, ...], Length(1, 100), Doc("Arguments for the command.")
    ] = ()
    distribution: Distribution | None = None
    inputs: Channels
    hyperparameters: Hyperparameters
    input_mode: InputMode | None = None
    metrics: Metrics
    metrics_time_series: Annotated[
        Flag | None, Doc("Whether the metrics are kept as curves, to be seen in Studio.")
    ] = None
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
    image_config: ImageAccess | None = None
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
    image_access(
        "AlgorithmSpecification.TrainingImageConfig",
        "TrainingRepositoryAccessMode",
        "TrainingRepositoryAuthConfig.TrainingRepositoryCredentialsProviderArn",
    ),
    kms_key("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId"),
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
