"""What the checks of data and of models share: a processing job, and how its result is taken."""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Flag, Needed, S3Uri, Text
from compiler.steps.codecs import IMAGE, words
from compiler.steps.members import (
    Entry,
    Fixed,
    FixedList,
    Group,
    Implied,
    Member,
    Naming,
)
from compiler.steps.request import Request, RequestValue, put
from compiler.steps.shared import (
    ENVIRONMENT,
    MAX_RUN,
    ROLE,
    TAGS_MEMBER,
    chosen_output,
    kms_key,
    vpc,
)

OUTPUT_PATH = "/opt/ml/processing/output"
OUTPUTS = "ProcessingOutputConfig.Outputs"


@declared
class CheckInputSpec:
    """Data or a file for the check."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri | None, Needed(), Doc("S3 URI of it.")] = None
    mode: Annotated[
        Text | None, Choice(("File", "Pipe")), Doc("How it arrives; `File` when left out.")
    ] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile")),
        Doc("Whether `uri` is a prefix or a manifest of files."),
    ] = None
    distribution: Annotated[
        Text | None,
        Choice(("FullyReplicated", "ShardedByS3Key")),
        Doc("Whether each instance gets all of the data or a part."),
    ] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How it is compressed; with mode Pipe.")
    ] = None
    app_managed: Annotated[
        Flag | None, Doc("Whether the container fetches the data by itself.")
    ] = None
    request: Annotated[
        MappingNode | None, Doc("Members of ProcessingInput, laid over the fields.")
    ] = None


@declared
class CheckOutputSpec:
    """Where the results of the check go."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri | None, Needed(), Doc("S3 prefix.")] = None
    upload: Annotated[
        Text | None,
        Choice(("EndOfJob", "Continuous")),
        Doc("When the files are copied; at the end of the job when left out."),
    ] = None
    app_managed: Annotated[Flag | None, Doc("Whether the container stores the data by itself.")] = (
        None
    )
    request: Annotated[
        MappingNode | None, Doc("Members of ProcessingOutput, laid over the fields.")
    ] = None


ModelGroup: TypeAlias = Annotated[
    Text, Doc("Model package group whose latest approved version has the baseline.")
]
Skip: TypeAlias = Annotated[
    Flag, Doc("Whether nothing is compared, and only a new baseline calculated.")
]
Fails: TypeAlias = Annotated[
    Flag, Doc("Whether the step fails if the check finds something; it does when left out.")
]
Registers: TypeAlias = Annotated[
    Flag, Doc("Whether the new baseline becomes that of the model version to be registered.")
]


def _null(naming: Naming, span: Span) -> RequestValue:  # noqa: ARG001
    return ScalarNode(None, span)  # which is written, as the SDK does


def beside(checks: Mapping[str, str], *more: Member) -> tuple[Entry, ...]:
    """Return the members beside the arguments of a check, all of which are always written."""
    return (
        Member("check", "CheckType", words(checks)),
        Member("group", "ModelPackageGroupName", default=_null),
        Member("skip", "SkipCheck", default=False),
        Member("fail_on_violation", "FailOnViolation", default=True),
        Member("register_baseline", "RegisterNewBaseline", default=False),
        Member("baseline_constraints", "SuppliedBaselineConstraints", default=_null),
        *more,
    )


BASELINE_STATISTICS = Member("baseline_statistics", "SuppliedBaselineStatistics", default=_null)


def check_input(field: str, name: str, folder: str) -> Fixed:
    """Return an input of a fixed name and place."""
    return Fixed(
        field,
        name,
        (
            Member("app_managed", "AppManaged"),
            Member("uri", "S3Input.S3Uri"),
            Implied("S3Input.LocalPath", lambda _: f"/opt/ml/processing/input/{folder}"),
            Member("data_type", "S3Input.S3DataType", default="S3Prefix"),
            Member("mode", "S3Input.S3InputMode", default="File"),
            Member("distribution", "S3Input.S3DataDistributionType"),
            Member("compression", "S3Input.S3CompressionType"),
        ),
        shorthand="uri",
    )


def check_output(name: str) -> FixedList:
    """Return the one output, under a fixed name."""
    members = (
        Member("app_managed", "AppManaged"),
        Member("uri", "S3Output.S3Uri"),
        Implied("S3Output.LocalPath", lambda _: OUTPUT_PATH),
        Member("upload", "S3Output.S3UploadMode", default="EndOfJob"),
    )
    entry = Fixed("output", name, members, shorthand="uri")
    return FixedList(OUTPUTS, "OutputName", (entry,))


def _own_output(name: str, naming: Naming, span: Span, upload: str) -> Request:
    """Return the one output where no place is given for it."""
    place: Request = {
        "S3Uri": chosen_output(naming, span),
        "LocalPath": OUTPUT_PATH,
        "S3UploadMode": upload,
    }
    return {"OutputName": name, "S3Output": place}


def with_output(
    request: Request, name: str, spec: Any, naming: Naming, upload: str = "EndOfJob"
) -> Request:
    """Return a request with a place for the results, one below `storage` if none is given."""
    if spec.output is None and not (spec.request and spec.request.get("ProcessingOutputConfig")):
        put(request, OUTPUTS, [_own_output(name, naming, spec.span, upload)])
    return request


JOB_MEMBERS: tuple[Entry, ...] = (
    kms_key("ProcessingOutputConfig.KmsKeyId", "ProcessingResources.ClusterConfig.VolumeKmsKeyId"),
    Group(
        "instance",
        "ProcessingResources.ClusterConfig",
        (
            Member("count", "InstanceCount", default=1),
            Member("type", "InstanceType"),
            Member("volume", "VolumeSizeInGB", default=30),
            Member("kms", "VolumeKmsKeyId"),
        ),
        required=("type",),
        shorthand="type",
    ),
    MAX_RUN,
    Member("image", "AppSpecification.ImageUri", IMAGE),
    ENVIRONMENT,
    Member("encrypt_traffic", "NetworkConfig.EnableInterContainerTrafficEncryption"),
    vpc("NetworkConfig.VpcConfig"),
    ROLE,
    TAGS_MEMBER,
)
