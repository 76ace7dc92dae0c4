"""The transform step: one SageMaker batch transform job."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Between, Choice, Count, Doc, Duration, Flag, Needed, S3Uri, Text
from compiler.spec.job import KMS_KEY, Cache, Environment, InstanceSpec, Kms, Retry, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS
from compiler.steps.members import Group, Member
from compiler.steps.shared import ENVIRONMENT, TAGS_MEMBER, chosen_output, kms_key
from compiler.steps.step_type import Output, StepType


@declared
class BatchCaptureSpec:
    """Where requests and answers of the job are kept, for monitoring."""

    span: Span
    uri: Annotated[S3Uri, Doc("S3 prefix for what is captured.")]
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for what is captured.")] = None
    inference_ids: Annotated[Flag | None, Doc("Whether each record gets an id.")] = None


@declared
class TransformSpec(StepSpec):
    """Run a model over data in S3."""

    model: Annotated[
        Text | None, Needed(), Doc("Name of the model, such as that of a `model` step.")
    ] = None
    instance: Annotated[
        InstanceSpec | None, Needed(), Doc("Machines that the job runs on: `type` and `count`.")
    ] = None
    input: Annotated[S3Uri | None, Needed(), Doc("S3 URI of the data.")] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile", "AugmentedManifestFile")),
        Doc("Whether `input` is a prefix or a manifest of files."),
    ] = None
    content_type: Annotated[Text | None, Doc("MIME type of the data.")] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How the data is compressed.")
    ] = None
    split_type: Annotated[
        Text | None,
        Choice(("None", "Line", "RecordIO", "TFRecord")),
        Doc("How files are split into records."),
    ] = None
    output: Annotated[
        S3Uri | None, Doc("S3 prefix for the results; below `storage` when left out.")
    ] = None
    accept: Annotated[Text | None, Doc("MIME type of the results.")] = None
    assemble_with: Annotated[
        Text | None, Choice(("None", "Line")), Doc("How the results of records are put together.")
    ] = None
    batch_strategy: Annotated[
        Text | None,
        Choice(("MultiRecord", "SingleRecord")),
        Doc("Whether a request holds one record or several."),
    ] = None
    max_concurrent: Annotated[
        Count | None, Between(minimum=0), Doc("Most requests at a time on each machine.")
    ] = None
    max_payload_mb: Annotated[
        Count | None, Between(minimum=0), Doc("Largest request in MB; 0 is without limit.")
    ] = None
    invocation_timeout: Annotated[
        Duration | None, Doc("Longest time that one request may take.")
    ] = None
    invocation_retries: Annotated[
        Count | None, Between(0, 3), Doc("How often a request is tried again.")
    ] = None
    input_filter: Annotated[Text | None, Doc("JSONPath of the part that the model gets.")] = None
    output_filter: Annotated[Text | None, Doc("JSONPath of the part that is kept.")] = None
    join_source: Annotated[
        Text | None, Choice(("Input", "None")), Doc("Whether results are put beside their input.")
    ] = None
    data_capture: Annotated[
        BatchCaptureSpec | None, Doc("Where requests and answers are kept.")
    ] = None
    environment: Environment
    kms: Kms | None = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


MEMBERS = (
    Member("model", "ModelName"),
    Member("max_concurrent", "MaxConcurrentTransforms"),
    Member("invocation_timeout", "ModelClientConfig.InvocationsTimeoutInSeconds", DURATION_SECONDS),
    Member("invocation_retries", "ModelClientConfig.InvocationsMaxRetries"),
    Member("max_payload_mb", "MaxPayloadInMB"),
    Member("batch_strategy", "BatchStrategy"),
    ENVIRONMENT,
    Member("data_type", "TransformInput.DataSource.S3DataSource.S3DataType", default="S3Prefix"),
    Member("input", "TransformInput.DataSource.S3DataSource.S3Uri"),
    Member("content_type", "TransformInput.ContentType"),
    Member("compression", "TransformInput.CompressionType"),
    Member("split_type", "TransformInput.SplitType"),
    Member("output", "TransformOutput.S3OutputPath", default=chosen_output),
    Member("accept", "TransformOutput.Accept"),
    Member("assemble_with", "TransformOutput.AssembleWith"),
    Group(
        "data_capture",
        "DataCaptureConfig",
        (
            Member("uri", "DestinationS3Uri"),
            Member("kms", "KmsKeyId"),
            Member("inference_ids", "GenerateInferenceId"),
        ),
        required=("uri",),
    ),
    kms_key("TransformOutput.KmsKeyId", "TransformResources.VolumeKmsKeyId"),
    Group(
        "instance",
        "TransformResources",
        (
            Member("type", "InstanceType"),
            Member("count", "InstanceCount", default=1),
            Member("kms", "VolumeKmsKeyId"),
        ),
        required=("type",),
        shorthand="type",
    ),
    Member("input_filter", "DataProcessing.InputFilter"),
    Member("output_filter", "DataProcessing.OutputFilter"),
    Member("join_source", "DataProcessing.JoinSource"),
    TAGS_MEMBER,
)


def needs_storage(spec: TransformSpec) -> Span | None:
    """Return the step if the compiler has to find a place for its results."""
    return spec.span if spec.output is None else None


TRANSFORM = StepType(
    name="transform",
    sagemaker_type="Transform",
    spec=TransformSpec,
    members=MEMBERS,
    request_shape="CreateTransformJobRequest",
    describe_shape="DescribeTransformJobResponse",
    chosen=frozenset({"TransformJobName"}),
    outputs={
        "output": Output(STRING, "TransformOutput.S3OutputPath"),
        "job_name": Output(STRING, "TransformJobName"),
        "job_arn": Output(STRING, "TransformJobArn"),
    },
    needs_storage=needs_storage,
)
