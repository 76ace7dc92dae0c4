"""The register_model step: a new version in the model registry."""

from dataclasses import dataclass
from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.fields import AnyScalar, Choice, Doc, Length, Needed, S3Uri, Table, Text
from compiler.spec.job import Environment, Image, Retry
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import IMAGE, LIST, REPORT, TEXT_MAP
from compiler.steps.members import Group, Member, Naming, Single
from compiler.steps.request import RequestValue
from compiler.steps.step_type import STEP_EXCEPTIONS, Output, StepType


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelMetricsSpec:
    """Reports about the model that the registry shows; each is the S3 URI of a JSON file."""

    span: Span
    quality: Annotated[S3Uri | None, Doc("How well the model does.")] = None
    bias: Annotated[S3Uri | None, Doc("Bias of the model.")] = None
    explainability: Annotated[S3Uri | None, Doc("Which features matter.")] = None
    data_quality: Annotated[S3Uri | None, Doc("Statistics of the training data.")] = None


@dataclass(frozen=True, kw_only=True)
class RegisterModelSpec(StepSpec):
    """Register a version of a model."""

    model: Annotated[S3Uri | None, Needed(), Doc("S3 URI of the model archive.")] = None
    group: Annotated[Text | None, Needed(), Doc("Model package group that the version joins.")] = (
        None
    )
    image: Annotated[Image | None, Needed()] = None
    approval: Annotated[
        Text | None,
        Choice(("Approved", "Rejected", "PendingManualApproval")),
        Doc("Approval status of the version; `PendingManualApproval` when left out."),
    ] = None
    environment: Environment
    content_types: Annotated[
        tuple[Text, ...], Length(minimum=1), Doc("MIME types that the model takes.")
    ] = ()
    response_types: Annotated[
        tuple[Text, ...], Length(minimum=1), Doc("MIME types that the model answers with.")
    ] = ()
    realtime_instances: Annotated[
        tuple[Text, ...], Length(minimum=1), Doc("Instance types that an endpoint may have.")
    ] = ()
    transform_instances: Annotated[
        tuple[Text, ...], Length(minimum=1), Doc("Instance types that batch transform may have.")
    ] = ()
    metrics: Annotated[ModelMetricsSpec | None, Doc("Reports about the model.")] = None
    properties: Annotated[Table[AnyScalar], Length(maximum=50), Doc("Metadata of your own.")]
    retry: Retry = ()
    request: Overlay | None = None


def _json(naming: Naming, span: Span) -> RequestValue:  # noqa: ARG001
    return ["application/json"]


MEMBERS = (
    Member("group", "ModelPackageGroupName"),
    Member("description", "ModelPackageDescription"),
    Single(
        "model",
        "InferenceSpecification.Containers",
        (
            Member("image", "Image", IMAGE),
            Member("model", "ModelDataUrl"),
            Member("environment", "Environment", TEXT_MAP),
        ),
    ),
    Member("content_types", "InferenceSpecification.SupportedContentTypes", LIST, _json),
    Member("response_types", "InferenceSpecification.SupportedResponseMIMETypes", LIST, _json),
    Member(
        "realtime_instances", "InferenceSpecification.SupportedRealtimeInferenceInstanceTypes", LIST
    ),
    Member("transform_instances", "InferenceSpecification.SupportedTransformInstanceTypes", LIST),
    Member("approval", "ModelApprovalStatus", default="PendingManualApproval"),
    Group(
        "metrics",
        "ModelMetrics",
        (
            Member("quality", "ModelQuality.Statistics", REPORT),
            Member("data_quality", "ModelDataQuality.Statistics", REPORT),
            Member("bias", "Bias.Report", REPORT),
            Member("explainability", "Explainability.Report", REPORT),
        ),
    ),
    Member("properties", "CustomerMetadataProperties", TEXT_MAP),
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
    exceptions=STEP_EXCEPTIONS,
)
