"""The endpoint_config step: which models an endpoint serves, and on what machines."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Keys,
    Length,
    Needed,
    Number,
    S3Uri,
    Static,
    Table,
    Text,
)
from compiler.spec.job import (
    INSTANCE_TYPE,
    KMS_KEY,
    Cache,
    Kms,
    NetworkIsolation,
    Retry,
    Role,
    Tags,
    VpcSpec,
)
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS, LIST, switch
from compiler.steps.members import Entry, Group, Items, Member
from compiler.steps.shared import TAGS_MEMBER, vpc
from compiler.steps.step_type import Output, StepType

VARIANT_NAME = Keys(r"^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$", "at most 63 letters, digits and `-`")


@declared
class ServerlessSpec:
    """Machines that SageMaker starts when there are requests."""

    span: Span
    memory_mb: Annotated[Count, Between(1024, 6144), Doc("Memory in MB, a multiple of 1024.")]
    max_concurrency: Annotated[Count, Between(1, 200), Doc("Most requests at a time.")]
    provisioned_concurrency: Annotated[
        Count | None, Between(1, 200), Doc("Requests at a time that machines are kept ready for.")
    ] = None


@declared
class ScalingSpec:
    """How many machines SageMaker keeps for inference components."""

    span: Span
    enabled: Annotated[
        Flag | None, Static(), Doc("Whether the number changes; it does when left out.")
    ] = None
    min: Annotated[Count | None, Between(minimum=0), Doc("Fewest machines.")] = None
    max: Annotated[Count | None, Between(minimum=1), Doc("Most machines.")] = None


@declared
class CoreDumpSpec:
    """Where the core dumps of crashed containers are kept."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri, Doc("S3 prefix for core dumps.")]
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for them.")] = None


@declared
class VariantSpec:
    """A model on machines of its own, which gets a part of the requests."""

    span: Span
    model: Annotated[
        Text | None,
        Doc("Name of the model, such as that of a `model` step; none for inference components."),
    ] = None
    instance: Annotated[Text | None, INSTANCE_TYPE, Doc("Instance type.")] = None
    count: Annotated[
        Count | None, Between(minimum=1), Doc("Number of instances at first; 1 when left out.")
    ] = None
    weight: Annotated[
        Number | None, Between(minimum=0), Doc("Part of the requests, beside the other weights.")
    ] = None
    serverless: Annotated[
        ServerlessSpec | None, Doc("Machines only when there are requests, instead of `instance`.")
    ] = None
    volume: Annotated[Count | None, Between(1, 512), Doc("Size of the disk in GB.")] = None
    scaling: Annotated[ScalingSpec | None, Doc("How the number of machines changes.")] = None
    routing: Annotated[
        Text | None,
        Choice(("LEAST_OUTSTANDING_REQUESTS", "RANDOM", "PREFIX_AWARE", "KV_AWARE")),
        Doc("Which machine gets a request."),
    ] = None
    model_download_timeout: Annotated[
        Duration | None, Doc("Longest time that fetching the model may take.")
    ] = None
    startup_timeout: Annotated[
        Duration | None, Doc("Longest time that the container may take to answer health checks.")
    ] = None
    ami_version: Annotated[Text | None, Doc("Image of the machines, with their drivers.")] = None
    ssm_access: Annotated[
        Flag | None, Doc("Whether you can connect to the machines through Systems Manager.")
    ] = None
    core_dumps: Annotated[CoreDumpSpec | None, Doc("Where core dumps are kept.")] = None
    request: Annotated[
        MappingNode | None, Doc("Members of ProductionVariant, laid over the fields.")
    ] = None


@declared
class AsyncSpec:
    """Requests that are put in a queue and whose answers are written to S3."""

    span: Span
    output: Annotated[S3Uri | None, Doc("S3 prefix for the answers.")] = None
    failures: Annotated[S3Uri | None, Doc("S3 prefix for what failed.")] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the answers.")] = None
    max_concurrent: Annotated[
        Count | None, Between(1, 1000), Doc("Most requests at a time on each machine.")
    ] = None
    success_topic: Annotated[Text | None, Doc("ARN of the topic that tells of answers.")] = None
    error_topic: Annotated[Text | None, Doc("ARN of the topic that tells of failures.")] = None
    include_response_in: Annotated[
        tuple[
            Annotated[Text, Choice(("SUCCESS_NOTIFICATION_TOPIC", "ERROR_NOTIFICATION_TOPIC"))],
            ...,
        ],
        Length(maximum=2),
        Doc("Topics that the answer itself is sent to."),
    ] = ()


@declared
class InferenceComponentsSpec:
    """What an endpoint needs whose models are inference components."""

    span: Span
    role: Annotated[Role | None, Doc("ARN of the role that the endpoint assumes.")] = None
    vpc: Annotated[VpcSpec | None, Doc("Private network of the containers.")] = None
    network_isolation: NetworkIsolation | None = None


@declared
class EndpointConfigSpec(StepSpec):
    """Make the configuration of an endpoint."""

    name_: Annotated[
        Text | None, Needed(), Doc("Name of the configuration; unlike that of any before.")
    ] = None
    variants: Annotated[
        Table[VariantSpec], VARIANT_NAME, Length(maximum=10), Doc("The variants, by name.")
    ]
    shadow_variants: Annotated[
        Table[VariantSpec],
        VARIANT_NAME,
        Length(maximum=10),
        Doc("Variants that get a copy of the requests, and whose answers nobody sees."),
    ]
    async_: Annotated[
        AsyncSpec | None, Doc("Take requests into a queue and write answers to S3.")
    ] = None
    inference_components: Annotated[
        InferenceComponentsSpec | None, Doc("What an endpoint of inference components needs.")
    ] = None
    kms: Annotated[Kms | None, Doc("KMS key for the disks of the machines.")] = None
    tags: Tags
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


VARIANT: tuple[Entry, ...] = (
    Member("model", "ModelName"),
    Member("count", "InitialInstanceCount", default=1, unless=("serverless",)),
    Member("instance", "InstanceType"),
    Member("weight", "InitialVariantWeight"),
    Group(
        "core_dumps",
        "CoreDumpConfig",
        (Member("uri", "DestinationS3Uri"), Member("kms", "KmsKeyId")),
        required=("uri",),
        shorthand="uri",
    ),
    Group(
        "serverless",
        "ServerlessConfig",
        (
            Member("memory_mb", "MemorySizeInMB"),
            Member("max_concurrency", "MaxConcurrency"),
            Member("provisioned_concurrency", "ProvisionedConcurrency"),
        ),
        required=("memory_mb", "max_concurrency"),
    ),
    Member("volume", "VolumeSizeInGB"),
    Member("model_download_timeout", "ModelDataDownloadTimeoutInSeconds", DURATION_SECONDS),
    Member("startup_timeout", "ContainerStartupHealthCheckTimeoutInSeconds", DURATION_SECONDS),
    Member("ssm_access", "EnableSSMAccess"),
    Group(
        "scaling",
        "ManagedInstanceScaling",
        (
            Member("enabled", "Status", switch("ENABLED", "DISABLED"), default="ENABLED"),
            Member("min", "MinInstanceCount"),
            Member("max", "MaxInstanceCount"),
        ),
    ),
    Member("routing", "RoutingConfig.RoutingStrategy"),
    Member("ami_version", "InferenceAmiVersion"),
)
MEMBERS: tuple[Entry, ...] = (
    Member("name_", "EndpointConfigName"),
    Items("variants", "ProductionVariants", "VariantName", VARIANT),
    Items("shadow_variants", "ShadowProductionVariants", "VariantName", VARIANT),
    TAGS_MEMBER,
    Member("kms", "KmsKeyId"),
    Group(
        "async_",
        "AsyncInferenceConfig",
        (
            Member("max_concurrent", "ClientConfig.MaxConcurrentInvocationsPerInstance"),
            Member("output", "OutputConfig.S3OutputPath"),
            Member("failures", "OutputConfig.S3FailurePath"),
            Member("kms", "OutputConfig.KmsKeyId"),
            Member("success_topic", "OutputConfig.NotificationConfig.SuccessTopic"),
            Member("error_topic", "OutputConfig.NotificationConfig.ErrorTopic"),
            Member(
                "include_response_in",
                "OutputConfig.NotificationConfig.IncludeInferenceResponseIn",
                LIST,
            ),
        ),
    ),
    Group(
        "inference_components",
        "",
        (
            Member("role", "ExecutionRoleArn"),
            vpc(),
            Member("network_isolation", "EnableNetworkIsolation"),
        ),
    ),
)


ENDPOINT_CONFIG = StepType(
    name="endpoint_config",
    sagemaker_type="EndpointConfig",
    spec=EndpointConfigSpec,
    members=MEMBERS,
    request_shape="CreateEndpointConfigInput",
    describe_shape="DescribeEndpointConfigOutput",
    refused=frozenset({"DataCaptureConfig", "ExplainerConfig"}),
    outputs={
        "name": Output(STRING, "EndpointConfigName"),
        "arn": Output(STRING, "EndpointConfigArn"),
    },
)
