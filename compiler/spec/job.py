"""Fields that several job steps share."""

from typing import Annotated, ClassVar, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode
from compiler.spec.declared import declared
from compiler.spec.fields import (
    AnyScalar,
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
    OneOrMany,
    Pattern,
    Static,
    StaticDuration,
    StaticText,
    Table,
    Takes,
    Text,
)

# What looks like a registry of ECR must be one; other registries have any name.
IMAGE = Pattern(
    r"^(\d{12}\.dkr[.-]ecr(-fips)?\.[a-z]{2,}(-[a-z]+)+-\d\.(amazonaws\.(com(\.cn)?|eu)|on\.aws|[a-z0-9]+\.[a-z]+\.gov)/\S+"
    r"|(?!\d{9,}\.|[^/]*\.(dkr|ecr)\.|[^/]*amazonaws)[^\s/]\S*)$",
    "the URI of an image such as `111122223333.dkr.ecr.us-east-1.amazonaws.com/name:tag`",
)
SUBNET = Pattern(r"^subnet-[0-9a-zA-Z]+$", "the id of a subnet such as `subnet-1a2b3c4d`")
SECURITY_GROUP = Pattern(r"^sg-[0-9a-zA-Z]+$", "the id of a security group such as `sg-1a2b3c4d`")
KMS_KEY = Pattern(
    r"^(alias/\S+|arn:aws[a-z-]*:kms:\S+|mrk-[0-9a-f]+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$",
    "the id, ARN or alias of a KMS key such as `alias/name`",
)
Role: TypeAlias = Annotated[
    Text,
    Pattern(r"^arn:aws[a-z-]*:iam::\d{12}:role/", "the ARN of an IAM role"),
    Doc("ARN of the role that the job assumes."),
]
Kms: TypeAlias = Annotated[
    Text, KMS_KEY, Doc("KMS key, by id, ARN or alias, for volumes and outputs.")
]
MaxRun: TypeAlias = Annotated[Duration, Doc("Longest time that the job may run.")]
NetworkIsolation: TypeAlias = Annotated[Flag, Doc("Whether the container has no network.")]
Environment: TypeAlias = Annotated[
    Table[AnyScalar],
    Keys(r"^[a-zA-Z_][a-zA-Z0-9_]*$", "letters, digits and `_`, not beginning with a digit"),
    Length(maximum=100),
    Doc("Environment variables of the container."),
]
Tags: TypeAlias = Annotated[Table[AnyScalar], Length(maximum=50), Doc("Tags, by key.")]
StaticTags: TypeAlias = Annotated[
    Table[Annotated[AnyScalar, Static()]], Length(maximum=50), Doc("Tags, by key.")
]
LIFETIME = Pattern(
    r"^([1-9][0-9]{0,8}(s|m|h|d)|(?=[PpTt]..)[Pp]?(\d{1,9}[YMWDymwd])*([Tt](\d{1,9}[HMShms])+)?)$",
    "a duration such as `30d` or `12h`",
)


@declared
class CacheSpec:
    """Whether and how long the result of a step is used again."""

    SHORTHAND: ClassVar[str] = "expire_after"

    span: Span
    expire_after: Annotated[
        ScalarNode | None,
        Takes(("string", "boolean")),
        LIFETIME,
        Static(),
        Doc("How long a result may be used again, such as `30d`; `true` is for ever."),
    ] = None
    enabled: Annotated[
        Flag | None, Static(), Doc("Whether results are used again; they are when left out.")
    ] = None


Cache: TypeAlias = Annotated[
    CacheSpec, Doc("How long a result may be used again, such as `30d`; `true` is for ever.")
]

RETRY_EXCEPTIONS = {
    "throttling": "Step.THROTTLING",
    "service_fault": "Step.SERVICE_FAULT",
    "internal_error": "SageMaker.JOB_INTERNAL_ERROR",
    "capacity": "SageMaker.CAPACITY_ERROR",
    "resource_limit": "SageMaker.RESOURCE_LIMIT",
    "emr_resource_limit": "Emr.RESOURCE_LIMIT",
}


StaticWord: TypeAlias = Annotated[ScalarNode, Takes(("string", "number")), Static()]


@declared
class ImageSpec:
    """A container image: its URI, or one of AWS's prebuilt images by what it is for."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[
        Text | None, IMAGE, Needed(("framework",)), Doc("Registry URI of the image.")
    ] = None
    framework: Annotated[
        StaticText | None,
        Doc("Framework, algorithm or tool of a prebuilt image, such as `pytorch` or `xgboost`."),
    ] = None
    version: Annotated[StaticWord | None, Doc("Version of the framework.")] = None
    base: Annotated[
        StaticText | None, Doc("Framework below Hugging Face's, such as `pytorch2.1`.")
    ] = None
    python: Annotated[StaticText | None, Doc("Version of Python, such as `py310`.")] = None
    scope: Annotated[
        StaticText | None, Doc("What the image does; else what the type of the step wants.")
    ] = None
    region: Annotated[StaticText | None, Doc("Region; else that of the pipeline.")] = None
    instance: Annotated[
        StaticText | None, Doc("Instance type that it runs on; else that of the step.")
    ] = None
    processor: Annotated[StaticText | None, Doc("Processor, where no instance type tells.")] = None
    accelerator: Annotated[StaticText | None, Doc("Elastic Inference accelerator.")] = None
    container: Annotated[StaticText | None, Doc("Version of the container, last in the tag.")] = (
        None
    )
    sdk: Annotated[StaticWord | None, Doc("Version of the Neuron SDK.")] = None
    tool: Annotated[StaticText | None, Doc("`neuron` or `neuronx`.")] = None
    serverless: Annotated[
        Flag | None, Static(), Doc("Whether the image serves without a server of its own.")
    ] = None
    smdistributed: Annotated[
        Flag | None, Static(), Doc("Whether it trains with SageMaker's distributed libraries.")
    ] = None
    compiler: Annotated[
        Flag | None, Static(), Doc("Whether it has the SageMaker Training Compiler.")
    ] = None


Image: TypeAlias = Annotated[
    ImageSpec, Doc("Container image: its URI, or a prebuilt one by framework and version.")
]
INSTANCE_TYPE = Pattern(r"^ml\.", "an instance type such as `ml.m5.xlarge`")


@declared
class InstanceGroupSpec:
    """Machines of one kind among several."""

    span: Span
    type: Annotated[Text, INSTANCE_TYPE, Doc("Instance type.")]
    count: Annotated[Count, Between(minimum=0), Doc("Number of instances.")]


@declared
class InstancePreferenceSpec:
    """Machines of one kind that a job may get."""

    SHORTHAND: ClassVar[str] = "type"

    span: Span
    type: Annotated[Text, INSTANCE_TYPE, Doc("Instance type.")]
    count: Annotated[Count | None, Between(minimum=1), Doc("Number of instances.")] = None
    request: Annotated[
        MappingNode | None, Doc("Members of InstancePreference, laid over the fields.")
    ] = None


@declared
class InstanceSpec:
    """The machines that a job runs on."""

    SHORTHAND: ClassVar[str] = "type"

    span: Span
    type: Annotated[
        Text | None, INSTANCE_TYPE, Needed(("groups", "preferences")), Doc("Instance type.")
    ] = None
    count: Annotated[
        Count | None, Between(minimum=1), Doc("Number of instances; 1 when left out.")
    ] = None
    volume: Annotated[
        Count | None, Between(minimum=1), Doc("Size of the disk in GB; 30 when left out.")
    ] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the disks; else that of the step.")] = (
        None
    )
    groups: Annotated[
        Table[InstanceGroupSpec],
        Length(maximum=5),
        Doc("Several kinds of machines, by name, instead of `type` and `count`; for training."),
    ]
    preferences: Annotated[
        tuple[InstancePreferenceSpec, ...],
        Length(maximum=5),
        Doc("Kinds of machines to be had instead of `type`, the most wanted first."),
    ] = ()
    training_plan: Annotated[
        Text | None, Doc("ARN of the training plan with reserved machines; for training.")
    ] = None
    keep_alive: Annotated[
        Duration | None, Doc("How long the machines wait for another job; for training.")
    ] = None


@declared
class VpcSpec:
    """The private network that a job runs in."""

    span: Span
    subnets: Annotated[
        tuple[Annotated[Text, SUBNET], ...], Length(1, 16), Doc("Ids of the subnets.")
    ]
    security_groups: Annotated[
        tuple[Annotated[Text, SECURITY_GROUP], ...],
        Length(1, 5),
        Doc("Ids of the security groups."),
    ]


@declared
class CodeSpec:
    """The code that a job runs: a template filled in, or a folder of your own."""

    span: Span
    template: Annotated[StaticText | None, Doc("Template to render, such as `bert/finetune`.")] = (
        None
    )
    with_: Annotated[MappingNode | None, Doc("Values for the template.")] = None
    path: Annotated[
        StaticText | None, Doc("Folder with your code, from the root of the project.")
    ] = None
    entry: Annotated[StaticText | None, Doc("Script in the folder that is run.")] = None
    requirements: Annotated[
        StaticText | None,
        Doc("File packed as requirements.txt, from the root of the project."),
    ] = None


@declared
class RetrySpec:
    """When and how often SageMaker tries a step again."""

    span: Span
    on: Annotated[
        tuple[Annotated[StaticText, Choice(tuple(RETRY_EXCEPTIONS))], ...],
        OneOrMany(),
        Length(minimum=1),
        Doc("Kinds of failure to try again after."),
    ]
    attempts: Annotated[
        Count | None, Between(1, 20), Static(), Doc("Most attempts; not with `expire_after`.")
    ] = None
    expire_after: Annotated[
        StaticDuration | None, Doc("How long to go on trying; not with `attempts`.")
    ] = None
    interval: Annotated[
        StaticDuration | None, Doc("Time before the first new attempt; `1s` when left out.")
    ] = None
    backoff: Annotated[
        Number | None, Between(minimum=0), Static(), Doc("Factor by which the interval grows; 2.")
    ] = None


Retry: TypeAlias = Annotated[
    tuple[RetrySpec, ...], OneOrMany(), Doc("When and how often the step is tried again.")
]
