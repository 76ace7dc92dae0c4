"""The training step: one SageMaker training job."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.fields import (
    AnyScalar,
    Choice,
    Doc,
    Duration,
    Keys,
    Length,
    Needed,
    Pattern,
    S3Uri,
    StaticText,
    Table,
    Text,
    seconds,
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
from compiler.steps.codecs import DURATION_SECONDS, HYPERPARAMETERS, METRICS
from compiler.steps.members import Group, Items, Member, Naming, Same, lower_members
from compiler.steps.request import (
    Request,
    RequestValue,
    as_hyperparameter,
    has_code,
    joined,
    put,
)
from compiler.steps.shared import ENVIRONMENT, MAX_RUN, ROLE, TAGS_MEMBER, vpc
from compiler.steps.step_type import CodeLocation, Output, StepContext, StepType

CHANNEL_NAME = Keys(r"^[A-Za-z0-9._-]{1,64}$", "at most 64 letters, digits, `.`, `-` and `_`")
AUTO_OR_S3 = Pattern(r"^(auto|s3://[^/].*)$", "`auto` or an S3 URI such as `s3://bucket/prefix`")
DEFAULT_MAX_RUN = 86400
ISOLATED_CODE = "/opt/ml/input/data/code/sourcedir.tar.gz"
RESERVED_HYPERPARAMETERS = ("sagemaker_program", "sagemaker_submit_directory")


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelSpec:
    """Training data that the container finds in `/opt/ml/input/data/<name>`."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[
        S3Uri | None, Needed(), Doc("S3 URI of the data, or a reference to a step's output.")
    ] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile", "AugmentedManifestFile", "Converse")),
        Doc("Whether `uri` is a prefix or a manifest of files."),
    ] = None
    content_type: Annotated[Text | None, Doc("MIME type of the data.")] = None
    distribution: Annotated[
        Text | None,
        Choice(("FullyReplicated", "ShardedByS3Key")),
        Doc("Whether each instance gets all of the data or a part."),
    ] = None
    mode: Annotated[
        Text | None, Choice(("File", "Pipe", "FastFile")), Doc("How the data arrives.")
    ] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How the data is compressed.")
    ] = None
    request: Annotated[MappingNode | None, Doc("Members of Channel, laid over the fields.")] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SpotSpec:
    """Training on spare capacity, which costs less and may be interrupted."""

    span: Span
    max_wait: Annotated[
        Duration, Doc("Longest time to wait for capacity, the training itself included.")
    ]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointsSpec:
    """Where the training saves its state, so that it can go on after an interruption."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[
        Text,
        AUTO_OR_S3,
        Doc("S3 prefix, or `auto` for one below `storage` that changes with the code."),
    ]
    path: Annotated[Text | None, Doc("Folder in the container; `/opt/ml/checkpoints`.")] = None


@dataclass(frozen=True, kw_only=True)
class TrainingSpec(StepSpec):
    """Run one SageMaker training job."""

    image: Annotated[Image | None, Needed()] = None
    role: Annotated[Role | None, Needed()] = None
    instance: Annotated[InstanceSpec | None, Needed(), Doc("Machines that the job runs on.")] = None
    code: Annotated[CodeSpec | None, Doc("Code that the job runs.")] = None
    inputs: Annotated[
        Table[ChannelSpec], CHANNEL_NAME, Length(maximum=20), Doc("Data for the job, by channel.")
    ]
    hyperparameters: Annotated[
        Table[AnyScalar], Length(maximum=100), Doc("Values for the algorithm, by name.")
    ]
    input_mode: Annotated[
        Text | None,
        Choice(("File", "Pipe", "FastFile")),
        Doc("How the data of channels without a `mode` arrives; `File` when left out."),
    ] = None
    metrics: Annotated[
        Table[StaticText],
        Length(maximum=40),
        Doc("Metrics to read from the log: a name and a regular expression with one group."),
    ]
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for the model; below `storage` when left out.")
    ] = None
    max_run: MaxRun | None = None
    spot: Annotated[SpotSpec | None, Doc("Use spare capacity.")] = None
    checkpoints: Annotated[CheckpointsSpec | None, Doc("Where state is saved while training.")] = (
        None
    )
    environment: Environment
    vpc: Annotated[VpcSpec | None, Doc("Private network that the job runs in.")] = None
    kms: Kms | None = None
    network_isolation: NetworkIsolation | None = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


INSTANCE = Group(
    "instance",
    "ResourceConfig",
    (
        Member("count", "InstanceCount", default=1, unless=("groups",)),
        Member("type", "InstanceType"),
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
)
CHANNELS = Items(
    "inputs",
    "InputDataConfig",
    "ChannelName",
    (
        Member("content_type", "ContentType"),
        Member("compression", "CompressionType"),
        Member("mode", "InputMode"),
        Member("data_type", "DataSource.S3DataSource.S3DataType", default="S3Prefix"),
        Member("uri", "DataSource.S3DataSource.S3Uri"),
        Member("distribution", "DataSource.S3DataSource.S3DataDistributionType"),
    ),
    shorthand="uri",
)


def _chosen_output(naming: Naming, span: Span) -> RequestValue:
    return joined(
        span,
        f"{naming.storage}/{naming.pipeline}/",
        ("execution", "pipeline_execution_id"),
        f"/{naming.step}/output",
    )


MEMBERS = (
    Member("hyperparameters", "HyperParameters", HYPERPARAMETERS),
    Member("image", "AlgorithmSpecification.TrainingImage"),
    Member("input_mode", "AlgorithmSpecification.TrainingInputMode", default="File"),
    Member("metrics", "AlgorithmSpecification.MetricDefinitions", METRICS),
    ROLE,
    CHANNELS,
    Member("output", "OutputDataConfig.S3OutputPath", default=_chosen_output),
    Same("kms", ("OutputDataConfig.KmsKeyId", "ResourceConfig.VolumeKmsKeyId")),
    INSTANCE,
    vpc(),
    MAX_RUN,
    TAGS_MEMBER,
    Member("network_isolation", "EnableNetworkIsolation"),
    Group(
        "spot",
        "",
        (Member("max_wait", "StoppingCondition.MaxWaitTimeInSeconds", DURATION_SECONDS),),
        constants={"EnableManagedSpotTraining": True},
        required=("max_wait",),
    ),
    Group(
        "checkpoints",
        "CheckpointConfig",
        (Member("uri", "S3Uri"), Member("path", "LocalPath")),
        required=("uri",),
        shorthand="uri",
    ),
    ENVIRONMENT,
)


def lower(spec: TrainingSpec, context: StepContext) -> Request:
    """Return the arguments of CreateTrainingJob."""
    request = lower_members(MEMBERS, spec, context.naming)
    if spec.max_run is None:
        put(request, "StoppingCondition.MaxRuntimeInSeconds", _max_run(spec))
    if context.code is not None:
        put(request, "HyperParameters", _hyperparameters(spec, context.code))
    put(request, "AlgorithmSpecification.MetricDefinitions", _metrics(spec, context) or None)
    if context.code is not None and _is_isolated(spec):
        # A container without a network can't fetch its code, so the service brings it as data.
        channels: list[RequestValue] = list(request.get("InputDataConfig") or [])  # type: ignore[arg-type]
        request["InputDataConfig"] = [*channels, _code_channel(context.code)]
    if spec.checkpoints is not None and spec.checkpoints.uri.value == "auto":
        # Stable from run to run: the service's cache compares this URI.
        code = context.code.uri.split("/")[-2] if context.code else "own-image"
        place = f"{context.storage}/{context.pipeline}/checkpoints/{context.step}/{code[:16]}"
        put(request, "CheckpointConfig.S3Uri", place)
    return request


def _max_run(spec: TrainingSpec) -> RequestValue:
    return min(DEFAULT_MAX_RUN, seconds(spec.spot.max_wait)) if spec.spot else DEFAULT_MAX_RUN


def _hyperparameters(spec: TrainingSpec, code: CodeLocation) -> Request:
    values: Request = {name: as_hyperparameter(node) for name, node in spec.hyperparameters}
    values["sagemaker_program"] = code.entry
    values["sagemaker_submit_directory"] = ISOLATED_CODE if _is_isolated(spec) else code.uri
    return values


def _metrics(spec: TrainingSpec, context: StepContext) -> list[RequestValue]:
    known: dict[str, RequestValue] = {}
    if context.template is not None:
        known.update({name: str(node.value) for name, node in context.template.metrics})
    known.update(dict(spec.metrics))
    return [{"Name": name, "Regex": regex} for name, regex in known.items()]


def _is_isolated(spec: TrainingSpec) -> bool:
    return spec.network_isolation is not None and spec.network_isolation.value is True


def _code_channel(code: CodeLocation) -> RequestValue:
    return {
        "ChannelName": "code",
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": code.uri}},
    }


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
    for name, regex in spec.metrics:
        yield from _check_regex(name, regex.value, regex.span)
    if spec.spot is not None and spec.max_run is not None:
        if seconds(spec.spot.max_wait) < seconds(spec.max_run):
            yield Diagnostic(
                code=codes.WAIT_BELOW_RUN,
                message=f"`max_wait` is {spec.spot.max_wait.value}, less than `max_run`,"
                f" which is {spec.max_run.value}",
                span=spec.spot.max_wait.span,
                hint="the wait includes the run, so it is at least as long",
            )
    if has_code(spec.code) and _is_isolated(spec) and "code" in spec.inputs:
        yield Diagnostic(
            code=codes.DUPLICATE_CHANNEL,
            message="the channel `code` brings the step's own code in network isolation",
            span=spec.inputs.key_spans["code"],
            hint="give the channel another name",
        )
    if has_code(spec.code):
        for name in RESERVED_HYPERPARAMETERS:
            if name in spec.hyperparameters:
                yield Diagnostic(
                    code=codes.CONFLICTING_FIELDS,
                    message=f"the hyperparameter `{name}` is set by `code`",
                    span=spec.hyperparameters.key_spans[name],
                )


def _check_regex(name: str, regex: object, span: Span) -> Iterator[Diagnostic]:
    try:
        groups = re.compile(str(regex)).groups
    except re.error as error:
        problem = f"the regular expression of `{name}` is not valid: {error}"
    else:
        if groups == 1:
            return
        problem = f"the regular expression of `{name}` has {groups} groups, expected one"
    yield Diagnostic(
        code=codes.INVALID_REGEX,
        message=problem,
        span=span,
        hint="put the number, and only it, in parentheses: `loss=([0-9.]+)`",
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
