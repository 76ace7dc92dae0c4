"""The policy of a company as `pipec.yaml` declares it: what its pipelines must keep to."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, ClassVar, TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.span import Span
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Count,
    Doc,
    Flag,
    Length,
    Needed,
    OneOrMany,
    Pattern,
    Static,
    StaticDuration,
    StaticText,
    Table,
)

StaticFlag: TypeAlias = Annotated[Flag, Static()]
GLOB = Pattern(r"^(?!.*\$\{\{)[^\n]+$", "a pattern such as `ml.m5.*`, without references")
Globs: TypeAlias = Annotated[tuple[Annotated[StaticText, GLOB], ...], OneOrMany()]
Some: TypeAlias = Annotated[Globs, Length(minimum=1)]


@declared
class ScopeSpec:
    """Where a policy holds, or does not: where all that is named here is so."""

    span: Span
    pipelines: Annotated[Globs, Doc("Names of pipelines.")] = ()
    targets: Annotated[Globs, Doc("Names of targets.")] = ()
    steps: Annotated[Globs, Doc("Names of steps.")] = ()
    types: Annotated[Globs, Doc("Types of steps, such as `training`.")] = ()


Only: TypeAlias = Annotated[
    tuple[ScopeSpec, ...], OneOrMany(), Doc("Where it holds; everywhere when left out.")
]
Except: TypeAlias = Annotated[tuple[ScopeSpec, ...], OneOrMany(), Doc("Where it does not hold.")]
Strict: TypeAlias = Annotated[
    StaticFlag, Doc("Whether a value that is known only when the pipeline runs is a mistake.")
]
Enforced: TypeAlias = Annotated[
    StaticFlag, Doc("Whether no comment in a spec may ignore it, nor `rules` lower it.")
]
Why: TypeAlias = Annotated[
    StaticText, Length(minimum=1), Doc("The reason, which is shown with each mistake.")
]
Allow: TypeAlias = Annotated[Some, Doc("What is allowed; all else is not.")]


@declared
class NetworkPolicySpec:
    """The network that jobs and models run in."""

    span: Span
    vpc: Annotated[StaticFlag | None, Doc("Whether a private network is demanded.")] = None
    subnets: Annotated[Some, Doc("The only subnets.")] = ()
    security_groups: Annotated[Some, Doc("The only security groups.")] = ()
    isolation: Annotated[
        StaticFlag | None, Doc("Whether containers must have no network of their own.")
    ] = None
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class EncryptionPolicySpec:
    """What is encrypted, and with which keys."""

    span: Span
    outputs: Annotated[StaticFlag | None, Doc("Whether outputs need a KMS key.")] = None
    volumes: Annotated[
        StaticFlag | None, Doc("Whether disks need a KMS key, where they take one.")
    ] = None
    traffic: Annotated[
        StaticFlag | None, Doc("Whether what containers send each other must be encrypted.")
    ] = None
    keys: Annotated[Some, Doc("The only KMS keys, as they are written: id, ARN or alias.")] = ()
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class TagPolicySpec:
    """Tags that pipelines must have, and their steps."""

    span: Span
    required: Annotated[
        Table[Some],
        Needed(()),
        Length(minimum=1),
        Doc("Values that are allowed, by key; `*` for any."),
    ]
    steps: Annotated[StaticFlag | None, Doc("Whether steps need them too.")] = None
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class InstancePolicySpec:
    """The machines that jobs, models and clusters run on."""

    span: Span
    allow: Allow = ()
    deny: Annotated[Some, Doc("What is not allowed.")] = ()
    max_count: Annotated[
        Count | None, Between(minimum=1), Static(), Doc("Most instances of one job.")
    ] = None
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class ImagePolicySpec:
    """The images that containers are made of; a registry or repository stands for all in it."""

    span: Span
    allow: Allow = ()
    deny: Annotated[Some, Doc("What is not allowed.")] = ()
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class MaxRunPolicySpec:
    """How long jobs may run; each must say so itself."""

    SHORTHAND: ClassVar[str] = "at_most"

    span: Span
    at_most: Annotated[StaticDuration, Doc("Longest time that a job may allow itself.")]
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class SpotPolicySpec:
    """Training on spare capacity."""

    SHORTHAND: ClassVar[str] = "required"

    span: Span
    required: Annotated[
        StaticFlag | None, Doc("Whether trainings must use spare capacity; they must if left out.")
    ] = None
    instances: Annotated[Some, Doc("The instance types for which it is demanded.")] = ()
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class BucketPolicySpec:
    """The places in S3 that are read and written; a bucket or prefix stands for all below it."""

    span: Span
    allow: Allow = ()
    deny: Annotated[Some, Doc("What is not allowed.")] = ()
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class RolePolicySpec:
    """The roles that pipelines and their jobs assume."""

    span: Span
    allow: Allow = ()
    deny: Annotated[Some, Doc("What is not allowed.")] = ()
    only: Only = ()
    except_: Except = ()
    strict: Strict | None = None
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class SecretPolicySpec:
    """Passwords, tokens and keys that stand in a spec for all to read."""

    SHORTHAND: ClassVar[str] = "forbidden"

    span: Span
    forbidden: Annotated[
        StaticFlag | None, Doc("Whether they are looked for; they are if left out.")
    ] = None
    names: Annotated[Some, Doc("More names of what is secret, such as `*_pin`.")] = ()
    harmless: Annotated[Some, Doc("Names of what only sounds secret, such as `stop_token`.")] = ()
    only: Only = ()
    except_: Except = ()
    enforced: Enforced | None = None
    why: Why | None = None


@declared
class PolicySpec:
    """What the pipelines of a company must keep to; several of a kind hold beside each other."""

    span: Span
    network: Annotated[
        tuple[NetworkPolicySpec, ...], OneOrMany(), Doc("Private networks and isolation.")
    ] = ()
    encryption: Annotated[
        tuple[EncryptionPolicySpec, ...], OneOrMany(), Doc("Keys of outputs and disks, traffic.")
    ] = ()
    tags: Annotated[
        tuple[TagPolicySpec, ...], OneOrMany(), Doc("Tags of the pipeline, and of its steps.")
    ] = ()
    instances: Annotated[
        tuple[InstancePolicySpec, ...], OneOrMany(), Doc("Instance types, and how many.")
    ] = ()
    images: Annotated[
        tuple[ImagePolicySpec, ...], OneOrMany(), Doc("Images and their registries.")
    ] = ()
    max_run: Annotated[
        tuple[MaxRunPolicySpec, ...], OneOrMany(), Doc("Longest time of a job, such as `24h`.")
    ] = ()
    spot: Annotated[
        tuple[SpotPolicySpec, ...], OneOrMany(), Doc("Whether training uses spare capacity.")
    ] = ()
    buckets: Annotated[
        tuple[BucketPolicySpec, ...], OneOrMany(), Doc("Places in S3: inputs, outputs, storage.")
    ] = ()
    roles: Annotated[
        tuple[RolePolicySpec, ...], OneOrMany(), Doc("Roles of the pipeline and of its jobs.")
    ] = ()
    secrets: Annotated[
        tuple[SecretPolicySpec, ...], OneOrMany(), Doc("Secrets in plain text; `true` looks for.")
    ] = ()


CODES: Mapping[str, Code] = MappingProxyType(
    {
        "network": codes.NETWORK_POLICY,
        "encryption": codes.ENCRYPTION_POLICY,
        "tags": codes.TAG_POLICY,
        "instances": codes.INSTANCE_POLICY,
        "images": codes.IMAGE_POLICY,
        "max_run": codes.MAX_RUN_POLICY,
        "spot": codes.SPOT_POLICY,
        "buckets": codes.BUCKET_POLICY,
        "roles": codes.ROLE_POLICY,
        "secrets": codes.PLAINTEXT_SECRET,
    }
)
