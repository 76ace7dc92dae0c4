"""The register_model step: a new version in the model registry."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    AnyScalar,
    Choice,
    Doc,
    Flag,
    Keys,
    Length,
    Needed,
    S3Uri,
    Static,
    Table,
    Text,
)
from compiler.spec.job import Environment, Image, Retry
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import LIST, TEXT_MAP, switch
from compiler.steps.containers import (
    CONTAINER,
    ContainerRequest,
    Hostname,
    ModelData,
    ModelSource,
)
from compiler.steps.members import Entry, Group, Items, Member, Naming, Rows, Single, below
from compiler.steps.model_reports import (
    DRIFT_BASELINES,
    METRICS,
    DriftBaselinesSpec,
    ModelMetricsSpec,
)
from compiler.steps.request import RequestValue
from compiler.steps.step_type import STEP_EXCEPTIONS, Output, StepType

Framework: TypeAlias = Annotated[
    Text, Doc("Framework of the model, such as `PYTORCH`, for recommendations of instances.")
]
FrameworkVersion: TypeAlias = Annotated[Text, Doc("Version of the framework.")]
NearestModel: TypeAlias = Annotated[Text, Doc("Known model that this one is most like.")]
DataInput: TypeAlias = Annotated[
    Text, Doc('Shape of the input as JSON text, such as `{"input": [1, 12]}`.')
]
ContentTypes: TypeAlias = Annotated[
    tuple[Text, ...], Length(minimum=1), Doc("MIME types that the model takes.")
]
ResponseTypes: TypeAlias = Annotated[
    tuple[Text, ...], Length(minimum=1), Doc("MIME types that the model answers with.")
]
RealtimeInstances: TypeAlias = Annotated[
    tuple[Text, ...], Length(minimum=1), Doc("Instance types that an endpoint may have.")
]
TransformInstances: TypeAlias = Annotated[
    tuple[Text, ...], Length(minimum=1), Doc("Instance types that batch transform may have.")
]


@declared
class PackageContainerSpec:
    """One of several containers of a version."""

    span: Span
    image: Image | None = None
    model: ModelData | None = None
    model_source: ModelSource | None = None
    environment: Environment
    hostname: Hostname | None = None
    framework: Framework | None = None
    framework_version: FrameworkVersion | None = None
    nearest_model: NearestModel | None = None
    data_input: DataInput | None = None
    request: ContainerRequest | None = None


Containers: TypeAlias = Annotated[
    tuple[PackageContainerSpec, ...],
    Length(maximum=15),
    Doc("Several containers in their order, instead of `image` and `model`."),
]


@declared
class InferenceSpec:
    """Another way to serve the version, such as on other machines."""

    span: Span
    description: Annotated[Text | None, Doc("What it is for.")] = None
    containers: Annotated[Containers, Needed()] = ()
    content_types: ContentTypes = ()
    response_types: ResponseTypes = ()
    realtime_instances: RealtimeInstances = ()
    transform_instances: TransformInstances = ()
    request: Annotated[
        MappingNode | None, Doc("Members of the inference specification, laid over the fields.")
    ] = None


@declared
class ModelCardSpec:
    """The card that documents the version."""

    span: Span
    content: Annotated[Text, Doc("The card as JSON text.")]
    status: Annotated[
        Text | None,
        Choice(("Draft", "PendingReview", "Approved", "Archived")),
        Doc("How far the card is; `Draft` when left out."),
    ] = None


@declared
class LifeCycleSpec:
    """Where the version stands on its way into production."""

    span: Span
    stage: Annotated[Text, Doc("Stage, such as `Development`.")]
    status: Annotated[Text, Doc("How far it is in the stage, such as `InReview`.")]
    description: Annotated[Text | None, Doc("Why it stands there.")] = None


@declared
class OriginSpec:
    """What the version was made from."""

    span: Span
    commit: Annotated[Text | None, Doc("Commit of the code.")] = None
    repository: Annotated[Text | None, Doc("Repository of the code.")] = None
    generated_by: Annotated[Text | None, Doc("What made the version.")] = None
    project: Annotated[Text | None, Doc("Project that it belongs to.")] = None


@declared
class RegisterModelSpec(StepSpec):
    """Register a version of a model."""

    model: Annotated[ModelData | None, Needed(("model_source", "containers", "request"))] = None
    model_source: ModelSource | None = None
    group: Annotated[Text | None, Needed(), Doc("Model package group that the version joins.")] = (
        None
    )
    image: Annotated[Image | None, Needed(("containers", "request"))] = None
    approval: Annotated[
        Text | None,
        Choice(("Approved", "Rejected", "PendingManualApproval")),
        Doc("Approval status of the version; `PendingManualApproval` when left out."),
    ] = None
    environment: Environment
    framework: Framework | None = None
    framework_version: FrameworkVersion | None = None
    nearest_model: NearestModel | None = None
    data_input: DataInput | None = None
    containers: Containers = ()
    content_types: ContentTypes = ()
    response_types: ResponseTypes = ()
    realtime_instances: RealtimeInstances = ()
    transform_instances: TransformInstances = ()
    inference_specifications: Annotated[
        Table[InferenceSpec],
        Keys(r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", "at most 63 letters, digits and `-`"),
        Length(maximum=15),
        Doc("Other ways to serve the version, by name."),
    ]
    metrics: Annotated[ModelMetricsSpec | None, Doc("Reports about the model.")] = None
    drift_baselines: Annotated[
        DriftBaselinesSpec | None, Doc("What later versions and monitors are compared with.")
    ] = None
    properties: Annotated[Table[AnyScalar], Length(maximum=50), Doc("Metadata of your own.")]
    origin: Annotated[OriginSpec | None, Doc("What the version was made from.")] = None
    model_card: Annotated[ModelCardSpec | None, Doc("Card that documents the version.")] = None
    life_cycle: Annotated[LifeCycleSpec | None, Doc("Stage of the version.")] = None
    domain: Annotated[
        Text | None, Doc("Domain, such as `COMPUTER_VISION` or `NATURAL_LANGUAGE_PROCESSING`.")
    ] = None
    task: Annotated[Text | None, Doc("Task, such as `TEXT_CLASSIFICATION`.")] = None
    sample_payload: Annotated[
        S3Uri | None, Doc("S3 URI of an archive with requests to try the model with.")
    ] = None
    source_uri: Annotated[Text | None, Doc("Where the model comes from, such as MLflow.")] = None
    skip_validation: Annotated[
        Flag | None, Static(), Doc("Whether the version is taken without a check of the model.")
    ] = None
    retry: Retry = ()
    request: Overlay | None = None


def _json(naming: Naming, span: Span) -> RequestValue:  # noqa: ARG001
    return ["application/json"]


PACKAGE_CONTAINER: tuple[Entry, ...] = (
    *CONTAINER,
    Member("data_input", "ModelInput.DataInputConfig"),
    Member("framework", "Framework"),
    Member("framework_version", "FrameworkVersion"),
    Member("nearest_model", "NearestModelName"),
)
SEVERAL = Rows(
    "containers",
    "InferenceSpecification.Containers",
    (Member("hostname", "ContainerHostname"), *PACKAGE_CONTAINER),
)
INSTANCES = (
    Member("realtime_instances", "SupportedRealtimeInferenceInstanceTypes", LIST),
    Member("transform_instances", "SupportedTransformInstanceTypes", LIST),
)
MEMBERS: tuple[Entry, ...] = (
    Member("group", "ModelPackageGroupName"),
    Member("description", "ModelPackageDescription"),
    Single("model", "InferenceSpecification.Containers", PACKAGE_CONTAINER),
    Single("model_source", "InferenceSpecification.Containers", PACKAGE_CONTAINER),
    SEVERAL,
    Member("content_types", "InferenceSpecification.SupportedContentTypes", LIST, _json),
    Member("response_types", "InferenceSpecification.SupportedResponseMIMETypes", LIST, _json),
    *below("InferenceSpecification", INSTANCES),
    Member("approval", "ModelApprovalStatus", default="PendingManualApproval"),
    Items(
        "inference_specifications",
        "AdditionalInferenceSpecifications",
        "Name",
        (
            Member("description", "Description"),
            replace(SEVERAL, path="Containers"),
            Member("content_types", "SupportedContentTypes", LIST),
            Member("response_types", "SupportedResponseMIMETypes", LIST),
            *INSTANCES,
        ),
    ),
    METRICS,
    DRIFT_BASELINES,
    Member("properties", "CustomerMetadataProperties", TEXT_MAP),
    Group(
        "origin",
        "MetadataProperties",
        (
            Member("commit", "CommitId"),
            Member("repository", "Repository"),
            Member("generated_by", "GeneratedBy"),
            Member("project", "ProjectId"),
        ),
    ),
    Group(
        "model_card",
        "ModelCard",
        (
            Member("content", "ModelCardContent"),
            Member("status", "ModelCardStatus", default="Draft"),
        ),
        required=("content",),
    ),
    Group(
        "life_cycle",
        "ModelLifeCycle",
        (
            Member("stage", "Stage"),
            Member("status", "StageStatus"),
            Member("description", "StageDescription"),
        ),
        required=("stage", "status"),
    ),
    Member("domain", "Domain"),
    Member("task", "Task"),
    Member("sample_payload", "SamplePayloadUrl"),
    Member("source_uri", "SourceUri"),
    Member("skip_validation", "SkipModelValidation", switch("All", "None")),
)


def check(spec: RegisterModelSpec) -> Iterator[Diagnostic]:
    """Find a model of the step's own beside several containers."""
    model = spec.model or (spec.model_source and spec.model_source.uri)
    if spec.containers and model is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="the step has `containers`, so its own model belongs to none",
            span=model.span,
            hint="put it into one of the containers",
        )


REGISTER_MODEL = StepType(
    name="register_model",
    sagemaker_type="RegisterModel",
    spec=RegisterModelSpec,
    members=MEMBERS,
    request_shape="CreateModelPackageInput",
    describe_shape="DescribeModelPackageOutput",
    refused=frozenset({"ModelPackageName", "CertifyForMarketplace", "ClientToken"}),
    outputs={
        "arn": Output(STRING, "ModelPackageArn"),
        "version": Output(INTEGER, "ModelPackageVersion"),
        "approval": Output(STRING, "ModelApprovalStatus"),
    },
    check=check,
    exceptions=STEP_EXCEPTIONS,
)
