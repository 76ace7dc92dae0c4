"""What goes into a processing job and what comes out of it."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import (
    NAME,
    Choice,
    Doc,
    Flag,
    Needed,
    Pattern,
    S3Uri,
    StaticText,
    Table,
    Text,
)
from compiler.spec.job import KMS_KEY, Role
from compiler.steps.members import Group, Items, Member, Naming
from compiler.steps.request import RequestValue, joined

LOCAL_PATH = Pattern(r"^/opt/ml/processing(/|$)", "a path below `/opt/ml/processing/`")
DISTRIBUTION = Choice(("FullyReplicated", "ShardedByS3Key"))


@declared
class AthenaSpec:
    """Data that a query of Athena brings."""

    span: Span
    catalog: Annotated[Text, Doc("Data catalog, such as `AwsDataCatalog`.")]
    database: Annotated[Text, Doc("Database of the query.")]
    query: Annotated[Text, Doc("SQL text.")]
    output: Annotated[S3Uri, Doc("S3 prefix for the results of the query.")]
    format: Annotated[
        Text, Choice(("PARQUET", "ORC", "AVRO", "JSON", "TEXTFILE")), Doc("Form of the results.")
    ]
    compression: Annotated[
        Text | None, Choice(("GZIP", "SNAPPY", "ZLIB")), Doc("Compression of the results.")
    ] = None
    workgroup: Annotated[Text | None, Doc("Work group of Athena.")] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the results.")] = None
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    mode: Annotated[Text | None, Choice(("File", "Pipe")), Doc("How the data arrives.")] = None
    distribution: Annotated[
        Text | None, DISTRIBUTION, Doc("Whether each instance gets all of the data or a part.")
    ] = None


@declared
class RedshiftSpec:
    """Data that a query of Redshift brings."""

    span: Span
    cluster: Annotated[Text, Doc("Identifier of the cluster.")]
    database: Annotated[Text, Doc("Database of the query.")]
    user: Annotated[Text, Doc("User of the database.")]
    query: Annotated[Text, Doc("SQL text.")]
    role: Annotated[Role, Doc("Role that the cluster assumes to write the results.")]
    output: Annotated[S3Uri, Doc("S3 prefix for the results of the query.")]
    format: Annotated[Text, Choice(("PARQUET", "CSV")), Doc("Form of the results.")]
    compression: Annotated[
        Text | None,
        Choice(("None", "GZIP", "BZIP2", "ZSTD", "SNAPPY")),
        Doc("Compression of the results."),
    ] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the results.")] = None
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    mode: Annotated[Text | None, Choice(("File", "Pipe")), Doc("How the data arrives.")] = None
    distribution: Annotated[
        Text | None, DISTRIBUTION, Doc("Whether each instance gets all of the data or a part.")
    ] = None


@declared
class ProcessingInputSpec:
    """Data that is copied into the container."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[
        S3Uri | None,
        Needed(("athena", "redshift", "request")),
        Doc("S3 URI of the data, or a reference to a step's output."),
    ] = None
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    distribution: Annotated[
        Text | None, DISTRIBUTION, Doc("Whether each instance gets all of the data or a part.")
    ] = None
    mode: Annotated[Text | None, Choice(("File", "Pipe")), Doc("How the data arrives.")] = None
    data_type: Annotated[
        Text | None,
        Choice(("S3Prefix", "ManifestFile")),
        Doc("Whether `uri` is a prefix or a manifest of files."),
    ] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How the data is compressed; with mode Pipe.")
    ] = None
    athena: Annotated[AthenaSpec | None, Doc("Query of Athena that brings the data.")] = None
    redshift: Annotated[RedshiftSpec | None, Doc("Query of Redshift that brings the data.")] = None
    app_managed: Annotated[
        Flag | None, Doc("Whether the container fetches the data by itself.")
    ] = None
    request: Annotated[
        MappingNode | None, Doc("Members of ProcessingInput, laid over the fields.")
    ] = None


@declared
class ProcessingOutputSpec:
    """A folder of the container that is copied to S3."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri | None, Doc("S3 prefix; chosen below `storage` when left out.")] = None
    path: Annotated[Text | None, LOCAL_PATH, Doc("Folder in the container.")] = None
    upload: Annotated[
        Text | None, Choice(("EndOfJob", "Continuous")), Doc("When the files are copied.")
    ] = None
    files: Annotated[
        Table[StaticText],
        NAME,
        Doc("Property files: a name, and the JSON file in this output that it stands for."),
    ]
    feature_group: Annotated[
        Text | None, Doc("Feature group that the records go to, instead of S3.")
    ] = None
    app_managed: Annotated[Flag | None, Doc("Whether the container stores the data by itself.")] = (
        None
    )
    request: Annotated[
        MappingNode | None, Doc("Members of ProcessingOutput, laid over the fields.")
    ] = None


@declared
class PropertyFileSpec:
    """A JSON file in an output of the job, which conditions and other steps can read."""

    span: Span
    output: Annotated[StaticText, Doc("Name of the output.")]
    path: Annotated[StaticText, Doc("Path of the file in the output.")]


def _chosen_uri(naming: Naming, span: Span) -> RequestValue:
    return joined(
        span,
        f"{naming.storage}/{naming.pipeline}/",
        ("execution", "pipeline_execution_id"),
        f"/{naming.step}/output/{naming.entry}",
    )


DATASET = (
    Member("path", "LocalPath", default="/opt/ml/processing/input/{name}"),
    Member("mode", "InputMode"),
    Member("distribution", "DataDistributionType"),
)
FROM_QUERY = ("athena", "redshift")
INPUTS = Items(
    "inputs",
    "ProcessingInputs",
    "InputName",
    (
        Member("app_managed", "AppManaged"),
        Member("uri", "S3Input.S3Uri"),
        Member(
            "path",
            "S3Input.LocalPath",
            default="/opt/ml/processing/input/{name}",
            unless=FROM_QUERY,
        ),
        Member("data_type", "S3Input.S3DataType", default="S3Prefix", unless=FROM_QUERY),
        Member("mode", "S3Input.S3InputMode"),
        Member("distribution", "S3Input.S3DataDistributionType"),
        Member("compression", "S3Input.S3CompressionType"),
        Group(
            "athena",
            "DatasetDefinition",
            (
                *DATASET,
                Member("catalog", "AthenaDatasetDefinition.Catalog"),
                Member("database", "AthenaDatasetDefinition.Database"),
                Member("query", "AthenaDatasetDefinition.QueryString"),
                Member("workgroup", "AthenaDatasetDefinition.WorkGroup"),
                Member("output", "AthenaDatasetDefinition.OutputS3Uri"),
                Member("kms", "AthenaDatasetDefinition.KmsKeyId"),
                Member("format", "AthenaDatasetDefinition.OutputFormat"),
                Member("compression", "AthenaDatasetDefinition.OutputCompression"),
            ),
            required=("catalog", "database", "query", "output", "format"),
        ),
        Group(
            "redshift",
            "DatasetDefinition",
            (
                *DATASET,
                Member("cluster", "RedshiftDatasetDefinition.ClusterId"),
                Member("database", "RedshiftDatasetDefinition.Database"),
                Member("user", "RedshiftDatasetDefinition.DbUser"),
                Member("query", "RedshiftDatasetDefinition.QueryString"),
                Member("role", "RedshiftDatasetDefinition.ClusterRoleArn"),
                Member("output", "RedshiftDatasetDefinition.OutputS3Uri"),
                Member("kms", "RedshiftDatasetDefinition.KmsKeyId"),
                Member("format", "RedshiftDatasetDefinition.OutputFormat"),
                Member("compression", "RedshiftDatasetDefinition.OutputCompression"),
            ),
            required=("cluster", "database", "user", "query", "role", "output", "format"),
        ),
    ),
    shorthand="uri",
)
OUTPUTS = Items(
    "outputs",
    "ProcessingOutputConfig.Outputs",
    "OutputName",
    (
        Member("app_managed", "AppManaged"),
        Member("uri", "S3Output.S3Uri", default=_chosen_uri, unless=("feature_group",)),
        Member(
            "path",
            "S3Output.LocalPath",
            default="/opt/ml/processing/output/{name}",
            unless=("feature_group",),
        ),
        Member("upload", "S3Output.S3UploadMode", default="EndOfJob", unless=("feature_group",)),
        Member("feature_group", "FeatureStoreOutput.FeatureGroupName"),
    ),
    shorthand="uri",
)
