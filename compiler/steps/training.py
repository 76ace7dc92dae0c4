"""The training step: one SageMaker training job."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, ClassVar

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.fields import (
    AnyScalar,
    Choice,
    Doc,
    Duration,
    Keys,
    Length,
    Pattern,
    S3Uri,
    StaticText,
    Table,
    Text,
    seconds,
    seconds_node,
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
from compiler.spec.template import TemplateSpec
from compiler.steps.request import (
    Request,
    RequestValue,
    as_hyperparameter,
    as_text,
    cluster,
    given,
    has_code,
    joined,
    tag_list,
    text_map,
    vpc_config,
)
from compiler.steps.step_type import Output, StepContext, StepType

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
    uri: Annotated[S3Uri, Doc("S3 URI of the data, or a reference to a step's output.")]
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

    image: Image
    role: Role
    instance: Annotated[InstanceSpec, Doc("Machines that the job runs on.")]
    code: Annotated[CodeSpec | None, Doc("Code that the job runs.")] = None
    inputs: Annotated[
        Table[ChannelSpec], CHANNEL_NAME, Length(maximum=20), Doc("Data for the job, by channel.")
    ]
    hyperparameters: Annotated[
        Table[AnyScalar], Length(maximum=100), Doc("Values for the algorithm, by name.")
    ]
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


def lower(spec: TrainingSpec, context: StepContext) -> Request:
    """Return the arguments of CreateTrainingJob."""
    return given(
        HyperParameters=_hyperparameters(spec, context) or None,
        AlgorithmSpecification=given(
            TrainingImage=spec.image,
            TrainingInputMode="File",
            MetricDefinitions=_metrics(spec, context) or None,
        ),
        RoleArn=spec.role,
        InputDataConfig=_channels(spec, context) or None,
        OutputDataConfig=given(S3OutputPath=_output(spec, context), KmsKeyId=spec.kms),
        ResourceConfig=cluster(spec.instance, spec.kms),
        VpcConfig=vpc_config(spec.vpc),
        StoppingCondition=given(
            MaxRuntimeInSeconds=_max_run(spec),
            MaxWaitTimeInSeconds=seconds_node(spec.spot.max_wait) if spec.spot else None,
        ),
        Tags=tag_list(spec.tags),
        EnableNetworkIsolation=spec.network_isolation,
        EnableManagedSpotTraining=True if spec.spot else None,
        CheckpointConfig=_checkpoints(spec, context),
        Environment=text_map(spec.environment),
    )


def _max_run(spec: TrainingSpec) -> RequestValue:
    if spec.max_run is not None:
        return seconds_node(spec.max_run)
    return min(DEFAULT_MAX_RUN, seconds(spec.spot.max_wait)) if spec.spot else DEFAULT_MAX_RUN


def _hyperparameters(spec: TrainingSpec, context: StepContext) -> Request:
    if context.code is None:
        return {name: as_text(node) for name, node in spec.hyperparameters}
    values: Request = {name: as_hyperparameter(node) for name, node in spec.hyperparameters}
    values["sagemaker_program"] = context.code.entry
    values["sagemaker_submit_directory"] = ISOLATED_CODE if _is_isolated(spec) else context.code.uri
    return values


def _metrics(spec: TrainingSpec, context: StepContext) -> list[RequestValue]:
    known: dict[str, RequestValue] = {}
    if context.template is not None:
        known.update({name: str(node.value) for name, node in context.template.metrics})
    known.update(dict(spec.metrics))
    return [{"Name": name, "Regex": regex} for name, regex in known.items()]


def _is_isolated(spec: TrainingSpec) -> bool:
    return spec.network_isolation is not None and spec.network_isolation.value is True


def _channels(spec: TrainingSpec, context: StepContext) -> list[RequestValue]:
    channels = [_channel(name, channel) for name, channel in spec.inputs]
    if context.code is not None and _is_isolated(spec):
        # A container without a network can't fetch its code, so the service brings it as data.
        uri = ScalarNode(context.code.uri, context.span)
        channels.append(_channel("code", ChannelSpec(span=context.span, uri=uri)))
    return channels


def _channel(name: str, channel: ChannelSpec) -> RequestValue:
    return given(
        ChannelName=name,
        ContentType=channel.content_type,
        CompressionType=channel.compression,
        InputMode=channel.mode,
        DataSource={
            "S3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": channel.uri,
                "S3DataDistributionType": channel.distribution or "FullyReplicated",
            }
        },
    )


def _output(spec: TrainingSpec, context: StepContext) -> RequestValue:
    if spec.output is not None:
        return spec.output
    return joined(
        spec.span,
        f"{context.storage}/{context.pipeline}/",
        ("execution", "pipeline_execution_id"),
        f"/{context.step}/output",
    )


def _checkpoints(spec: TrainingSpec, context: StepContext) -> RequestValue:
    if spec.checkpoints is None:
        return None
    uri: RequestValue = spec.checkpoints.uri
    if spec.checkpoints.uri.value == "auto":
        # Stable from run to run: the service's cache compares this URI.
        code = context.code.uri.split("/")[-2] if context.code else "own-image"
        uri = f"{context.storage}/{context.pipeline}/checkpoints/{context.step}/{code[:16]}"
    return given(S3Uri=uri, LocalPath=spec.checkpoints.path)


def named_items(spec: TrainingSpec, template: TemplateSpec | None) -> dict[str, list[str]]:
    """Return the names of channels and metrics, by their path in what Describe answers.

    Not those of an algorithm, which has metrics of its own, nor of lists that `request` replaces.
    """
    replaced = spec.request.members if spec.request is not None else {}
    logged = template.metrics.entries if template is not None else {}
    found = {}
    if (spec.code is not None or spec.metrics) and "AlgorithmSpecification" not in replaced:
        found["FinalMetricDataList"] = [*logged, *spec.metrics.entries]
    if "InputDataConfig" not in replaced:
        found["InputDataConfig"] = list(spec.inputs.entries)
    return found


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
    named_items=named_items,
    inputs=inputs,
    check=check,
    needs_storage=needs_storage,
    packs_code_as="archive",
)
