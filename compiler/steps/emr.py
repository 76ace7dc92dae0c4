"""The emr step: a step of an EMR cluster, one that runs or a new one."""

from typing import Annotated, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    AnyScalar,
    Between,
    Choice,
    Count,
    Doc,
    Length,
    Needed,
    S3Uri,
    Table,
    Text,
)
from compiler.spec.job import Cache, Retry, Role, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import TAGS, TEXTS, each
from compiler.steps.members import Group, Items, Member, Rows
from compiler.steps.step_type import Output, StepType

GROUP_ROLE = Choice(("MASTER", "CORE", "TASK"))


@declared
class EmrGroupSpec:
    """Machines of one type in a cluster."""

    span: Span
    role: Annotated[Text | None, GROUP_ROLE, Needed(), Doc("What the machines are for.")] = None
    type: Annotated[Text | None, Needed(), Doc("Instance type such as `m5.xlarge`.")] = None
    count: Annotated[Count | None, Between(minimum=1), Needed(), Doc("Number of instances.")] = None
    market: Annotated[Text | None, Choice(("ON_DEMAND", "SPOT")), Doc("How they are paid for.")] = (
        None
    )
    request: Annotated[
        MappingNode | None, Doc("Members of InstanceGroupConfig, laid over the fields.")
    ] = None


@declared
class EmrFleetTypeSpec:
    """One of the types that the machines of a fleet may have."""

    SHORTHAND: ClassVar[str] = "type"

    span: Span
    type: Annotated[Text, Doc("Instance type such as `r5.xlarge`.")]
    weight: Annotated[
        Count | None, Between(minimum=0), Doc("How much of the fleet's capacity one makes up.")
    ] = None
    request: Annotated[
        MappingNode | None, Doc("Members of InstanceTypeConfig, laid over the fields.")
    ] = None


@declared
class EmrFleetSpec:
    """Machines of several types in a cluster."""

    span: Span
    role: Annotated[Text | None, GROUP_ROLE, Needed(), Doc("What the machines are for.")] = None
    types: Annotated[
        tuple[EmrFleetTypeSpec, ...], Length(minimum=1), Doc("Types that they may have.")
    ] = ()
    on_demand: Annotated[Count | None, Between(minimum=0), Doc("Capacity at the full price.")] = (
        None
    )
    spot: Annotated[Count | None, Between(minimum=0), Doc("Capacity that may be interrupted.")] = (
        None
    )
    request: Annotated[
        MappingNode | None, Doc("Members of InstanceFleetConfig, laid over the fields.")
    ] = None


@declared
class EmrClusterSpec:
    """A cluster that is made for the step and ends with it; more of it goes into `request`."""

    span: Span
    release: Annotated[Text | None, Doc("Release of EMR, such as `emr-7.9.0`.")] = None
    applications: Annotated[
        tuple[Text, ...], Length(minimum=1), Doc("What is installed, such as `Spark`.")
    ] = ()
    groups: Annotated[
        Table[EmrGroupSpec], Length(minimum=1), Doc("Machines of one type each, by name.")
    ]
    fleets: Annotated[
        Table[EmrFleetSpec], Length(minimum=1), Doc("Machines of several types each, by name.")
    ]
    subnet: Annotated[Text | None, Doc("Id of the subnet.")] = None
    logs: Annotated[S3Uri | None, Doc("S3 prefix for the logs.")] = None
    service_role: Annotated[Text | None, Doc("Role that EMR assumes.")] = None
    instance_profile: Annotated[Text | None, Doc("Role of the machines.")] = None
    tags: Tags


@declared
class EmrSpec(StepSpec):
    """Run a step on an EMR cluster."""

    cluster: Annotated[
        Text | None, Needed(("new_cluster", "request")), Doc("Id of a cluster that runs.")
    ] = None
    new_cluster: Annotated[
        EmrClusterSpec | None, Doc("A cluster made for the step, instead of `cluster`.")
    ] = None
    execution_role: Annotated[Role | None, Doc("Role for the step on a cluster that runs.")] = None
    jar: Annotated[Text | None, Needed(), Doc("Jar that is run, such as `command-runner.jar`.")] = (
        None
    )
    main_class: Annotated[Text | None, Doc("Class in the jar, if its manifest names none.")] = None
    arguments: Annotated[
        tuple[AnyScalar, ...], Length(minimum=1), Doc("Arguments for the jar.")
    ] = ()
    properties: Annotated[Table[AnyScalar], Doc("Java properties for the step.")]
    cache: Cache | None = None
    retry: Retry = ()
    request: Overlay | None = None


INSTANCES = "Instances"
NEW_CLUSTER = Group(
    "new_cluster",
    "ClusterConfig",
    (
        Member("release", "ReleaseLabel"),
        Member("applications", "Applications", each("Name")),
        Items(
            "groups",
            f"{INSTANCES}.InstanceGroups",
            "Name",
            (
                Member("role", "InstanceRole"),
                Member("type", "InstanceType"),
                Member("count", "InstanceCount"),
                Member("market", "Market"),
            ),
        ),
        Items(
            "fleets",
            f"{INSTANCES}.InstanceFleets",
            "Name",
            (
                Member("role", "InstanceFleetType"),
                Rows(
                    "types",
                    "InstanceTypeConfigs",
                    (Member("type", "InstanceType"), Member("weight", "WeightedCapacity")),
                    shorthand="type",
                ),
                Member("on_demand", "TargetOnDemandCapacity"),
                Member("spot", "TargetSpotCapacity"),
            ),
        ),
        Member("subnet", f"{INSTANCES}.Ec2SubnetId"),
        Member("logs", "LogUri"),
        Member("service_role", "ServiceRole"),
        Member("instance_profile", "JobFlowRole"),
        Member("tags", "Tags", TAGS),
    ),
)
MEMBERS = (
    Member("cluster", "ClusterId"),
    NEW_CLUSTER,
    Member("execution_role", "ExecutionRoleArn"),
    Member("jar", "StepConfig.HadoopJarStep.Jar"),
    Member("main_class", "StepConfig.HadoopJarStep.MainClass"),
    Member("arguments", "StepConfig.HadoopJarStep.Args", TEXTS),
    Member("properties", "StepConfig.HadoopJarStep.Properties", TAGS),
)

EMR = StepType(
    name="emr",
    sagemaker_type="EMR",
    spec=EmrSpec,
    members=MEMBERS,
    request_shape="pipeline:EmrArguments",
    describe_shape="pipeline:EmrProperties",
    outputs={
        "cluster_id": Output(STRING, "ClusterId"),
        "step_id": Output(STRING, "Id"),
        "state": Output(STRING, "Status.State"),
    },
    exceptions=("throttling", "service_fault", "emr_resource_limit"),
)
