"""The register_model step: a new version in the model registry."""

from dataclasses import dataclass
from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import INTEGER, STRING
from compiler.spec.fields import AnyScalar, Choice, Doc, Length, S3Uri, Table, Text
from compiler.spec.job import RETRY_EXCEPTIONS, Environment, Image, Retry
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.request import Request, RequestValue, given, text_map
from compiler.steps.step_type import Output, StepContext, StepType

STEP_EXCEPTIONS = tuple(name for name, kind in RETRY_EXCEPTIONS.items() if kind.startswith("Step."))


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

    model: Annotated[S3Uri, Doc("S3 URI of the model archive.")]
    group: Annotated[Text, Doc("Model package group that the version joins.")]
    image: Image
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


def lower(spec: RegisterModelSpec, context: StepContext) -> Request:  # noqa: ARG001
    """Return the arguments of CreateModelPackage."""
    return given(
        ModelPackageGroupName=spec.group,
        ModelPackageDescription=spec.description,
        InferenceSpecification=given(
            Containers=[
                given(
                    Image=spec.image,
                    ModelDataUrl=spec.model,
                    Environment=text_map(spec.environment),
                )
            ],
            SupportedContentTypes=list(spec.content_types) or ["application/json"],
            SupportedResponseMIMETypes=list(spec.response_types) or ["application/json"],
            SupportedRealtimeInferenceInstanceTypes=list(spec.realtime_instances) or None,
            SupportedTransformInstanceTypes=list(spec.transform_instances) or None,
        ),
        ModelApprovalStatus=spec.approval or "PendingManualApproval",
        ModelMetrics=_metrics(spec.metrics) if spec.metrics else None,
        CustomerMetadataProperties=text_map(spec.properties),
    )


def _metrics(metrics: ModelMetricsSpec) -> RequestValue:
    return given(
        ModelQuality=_report("Statistics", metrics.quality),
        ModelDataQuality=_report("Statistics", metrics.data_quality),
        Bias=_report("Report", metrics.bias),
        Explainability=_report("Report", metrics.explainability),
    )


def _report(member: str, uri: RequestValue) -> RequestValue:
    if uri is None:
        return None
    return {member: {"ContentType": "application/json", "S3Uri": uri}}


REGISTER_MODEL = StepType(
    name="register_model",
    sagemaker_type="RegisterModel",
    spec=RegisterModelSpec,
    lower=lower,
    request_shape="CreateModelPackageInput",
    describe_shape="DescribeModelPackageOutput",
    chosen=frozenset({"ModelPackageName", "CertifyForMarketplace", "ClientToken"}),
    outputs={
        "arn": Output(STRING, "ModelPackageArn"),
        "version": Output(INTEGER, "ModelPackageVersion"),
        "approval": Output(STRING, "ModelApprovalStatus"),
    },
)
