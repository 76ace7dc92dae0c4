"""What a training job reads and where it keeps its state: channels, file systems, checkpoints."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Choice,
    Count,
    Doc,
    Duration,
    Keys,
    Length,
    Needed,
    Pattern,
    S3Uri,
    Text,
)
from compiler.steps.codecs import DURATION_SECONDS, LIST
from compiler.steps.members import Group, Items, Member

CHANNEL_NAME = Keys(r"^[A-Za-z0-9._-]{1,64}$", "at most 64 letters, digits, `.`, `-` and `_`")
AUTO_OR_S3 = Pattern(r"^(auto|s3://[^/].*)$", "`auto` or an S3 URI such as `s3://bucket/prefix`")
INPUT_MODE = Choice(("File", "Pipe", "FastFile"))


@declared
class FileSystemSpec:
    """A folder of a file system that the job mounts; the job needs a `vpc` for it."""

    span: Span
    id: Annotated[
        Text,
        Pattern(r"^fs-[0-9a-f]{8,}$", "the id of a file system such as `fs-0123456789abcdef0`"),
        Doc("Id of the file system."),
    ]
    type: Annotated[Text, Choice(("EFS", "FSxLustre")), Doc("Kind of file system.")]
    path: Annotated[
        Text,
        Pattern(r"^/", "a path from the root of the file system, such as `/data`"),
        Doc("Folder of the file system."),
    ]
    access: Annotated[
        Text | None, Choice(("ro", "rw")), Doc("Read only or read and write; `ro` when left out.")
    ] = None


@declared
class ChannelSpec:
    """Training data that the container finds in `/opt/ml/input/data/<name>`."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[
        S3Uri | None,
        Needed(("file_system", "request")),
        Doc("S3 URI of the data, or a reference to a step's output."),
    ] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile", "AugmentedManifestFile", "Converse")),
        Doc("Whether `uri` is a prefix or a manifest of files."),
    ] = None
    file_system: Annotated[
        FileSystemSpec | None, Doc("Folder of a file system, instead of `uri`.")
    ] = None
    content_type: Annotated[Text | None, Doc("MIME type of the data.")] = None
    distribution: Annotated[
        Text | None,
        Choice(("FullyReplicated", "ShardedByS3Key")),
        Doc("Whether each instance gets all of the data or a part."),
    ] = None
    mode: Annotated[Text | None, INPUT_MODE, Doc("How the data arrives.")] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How the data is compressed.")
    ] = None
    record_wrapper: Annotated[
        Text | None, Choice(("None", "RecordIO")), Doc("What each record is wrapped in.")
    ] = None
    attribute_names: Annotated[
        tuple[Text, ...],
        Length(maximum=16),
        Doc("Attributes of an augmented manifest that the job reads."),
    ] = ()
    instance_groups: Annotated[
        tuple[Text, ...], Length(maximum=5), Doc("Groups of machines that get the data; else all.")
    ] = ()
    shuffle: Annotated[
        Count | None, Doc("Seed that the order of the files or records is shuffled with.")
    ] = None
    request: Annotated[MappingNode | None, Doc("Members of Channel, laid over the fields.")] = None


@declared
class SpotSpec:
    """Training on spare capacity, which costs less and may be interrupted."""

    span: Span
    max_wait: Annotated[
        Duration, Doc("Longest time to wait for capacity, the training itself included.")
    ]


@declared
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


CHANNELS = Items(
    "inputs",
    "InputDataConfig",
    "ChannelName",
    (
        Member("content_type", "ContentType"),
        Member("compression", "CompressionType"),
        Member("record_wrapper", "RecordWrapperType"),
        Member("mode", "InputMode"),
        Member(
            "data_type",
            "DataSource.S3DataSource.S3DataType",
            default="S3Prefix",
            unless=("file_system",),
        ),
        Member("uri", "DataSource.S3DataSource.S3Uri"),
        Member("distribution", "DataSource.S3DataSource.S3DataDistributionType"),
        Member("attribute_names", "DataSource.S3DataSource.AttributeNames", LIST),
        Member("instance_groups", "DataSource.S3DataSource.InstanceGroupNames", LIST),
        Group(
            "file_system",
            "DataSource.FileSystemDataSource",
            (
                Member("id", "FileSystemId"),
                Member("type", "FileSystemType"),
                Member("path", "DirectoryPath"),
                Member("access", "FileSystemAccessMode", default="ro"),
            ),
            required=("id", "type", "path"),
        ),
        Member("shuffle", "ShuffleConfig.Seed"),
    ),
    shorthand="uri",
)
SPOT = Group(
    "spot",
    "",
    (Member("max_wait", "StoppingCondition.MaxWaitTimeInSeconds", DURATION_SECONDS),),
    constants={"EnableManagedSpotTraining": True},
    required=("max_wait",),
)
CHECKPOINTS = Group(
    "checkpoints",
    "CheckpointConfig",
    (Member("uri", "S3Uri"), Member("path", "LocalPath")),
    required=("uri",),
    shorthand="uri",
)
