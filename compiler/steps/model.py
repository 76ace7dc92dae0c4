"""The model step: a SageMaker model of one container or of several."""

from collections.abc import Iterator
from typing import Annotated, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Flag, Length, Needed, Static, Table, Text
from compiler.spec.job import Environment, Image, NetworkIsolation, Retry, Role, Tags, VpcSpec
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import switch
from compiler.steps.containers import (
    CONTAINER,
    MODEL_SOURCE,
    ContainerRequest,
    Hostname,
    ImageAccess,
    ModelData,
    ModelSource,
    ModelSourceSpec,
    image_access,
)
from compiler.steps.members import Entry, Items, Member, Rows, below, lower_members
from compiler.steps.request import Request
from compiler.steps.shared import TAGS_MEMBER, vpc
from compiler.steps.step_type import STEP_EXCEPTIONS, Output, StepContext, StepType

Mode: TypeAlias = Annotated[
    Text, Choice(("SingleModel", "MultiModel")), Doc("Whether it serves one model or many.")
]
ModelCache: TypeAlias = Annotated[
    Flag, Static(), Doc("Whether many models are kept in memory; with `mode: MultiModel`.")
]
ModelPackage: TypeAlias = Annotated[
    Text, Doc("ARN of a version in the registry, instead of `image` and `model`.")
]
InferenceSpecification: TypeAlias = Annotated[
    Text, Doc("Name of one of the version's additional inference specifications.")
]
AdditionalModels: TypeAlias = Annotated[
    Table[ModelSourceSpec], Length(maximum=5), Doc("Further models for the container, by name.")
]


@declared
class ModelContainerSpec:
    """One of several containers of a model."""

    span: Span
    image: Image | None = None
    model: ModelData | None = None
    model_source: ModelSource | None = None
    environment: Environment
    hostname: Hostname | None = None
    mode: Mode | None = None
    model_cache: ModelCache | None = None
    model_package: ModelPackage | None = None
    inference_specification: InferenceSpecification | None = None
    additional_models: AdditionalModels
    image_config: ImageAccess | None = None
    request: ContainerRequest | None = None


@declared
class ModelSpec(StepSpec):
    """Make a SageMaker model, to be deployed or used in batch transform."""

    image: Annotated[Image | None, Needed(("model_package", "containers", "request"))] = None
    model: ModelData | None = None
    model_source: ModelSource | None = None
    environment: Environment
    hostname: Hostname | None = None
    mode: Mode | None = None
    model_cache: ModelCache | None = None
    model_package: ModelPackage | None = None
    inference_specification: InferenceSpecification | None = None
    additional_models: AdditionalModels
    image_config: ImageAccess | None = None
    containers: Annotated[
        tuple[ModelContainerSpec, ...],
        Length(maximum=15),
        Doc("Several containers in their order, instead of the fields of one."),
    ] = ()
    inference_execution: Annotated[
        Text | None,
        Choice(("Serial", "Direct")),
        Doc("Whether containers follow each other or are called one by one; `Serial`."),
    ] = None
    role: Role | None = None
    vpc: Annotated[VpcSpec | None, Doc("Private network that the containers run in.")] = None
    network_isolation: NetworkIsolation | None = None
    tags: Tags
    retry: Retry = ()
    request: Overlay | None = None


MODEL_CONTAINER: tuple[Entry, ...] = (
    Member("hostname", "ContainerHostname"),
    *CONTAINER,
    image_access(
        "ImageConfig",
        "RepositoryAccessMode",
        "RepositoryAuthConfig.RepositoryCredentialsProviderArn",
    ),
    Member("mode", "Mode"),
    Member("model_cache", "MultiModelConfig.ModelCacheSetting", switch("Enabled", "Disabled")),
    Items(
        "additional_models",
        "AdditionalModelDataSources",
        "ChannelName",
        below("S3DataSource", MODEL_SOURCE.members),
        shorthand="uri",
    ),
    Member("model_package", "ModelPackageName"),
    Member("inference_specification", "InferenceSpecificationName"),
)
MEMBERS: tuple[Entry, ...] = (
    *below("PrimaryContainer", MODEL_CONTAINER),
    Rows("containers", "Containers", MODEL_CONTAINER),
    Member("inference_execution", "InferenceExecutionConfig.Mode"),
    Member("role", "ExecutionRoleArn"),
    TAGS_MEMBER,
    vpc(),
    Member("network_isolation", "EnableNetworkIsolation"),
)


def lower(spec: ModelSpec, context: StepContext) -> Request:
    """Return the arguments of CreateModel."""
    request = lower_members(MEMBERS, spec, context.naming)
    if spec.containers:
        request.pop("PrimaryContainer", None)  # image and environment of `defaults`
    return request


def check(spec: ModelSpec) -> Iterator[Diagnostic]:
    """Find fields of one container beside several."""
    model = spec.model or (spec.model_source and spec.model_source.uri) or spec.model_package
    if spec.containers and model is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="the step has `containers`, so its own model belongs to none",
            span=model.span,
            hint="put it into one of the containers",
        )


MODEL = StepType(
    name="model",
    sagemaker_type="Model",
    spec=ModelSpec,
    members=MEMBERS,
    lower=lower,
    request_shape="CreateModelInput",
    describe_shape="DescribeModelOutput",
    chosen=frozenset({"ModelName"}),
    outputs={"name": Output(STRING, "ModelName"), "arn": Output(STRING, "ModelArn")},
    check=check,
    exceptions=STEP_EXCEPTIONS,
)
