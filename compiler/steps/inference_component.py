"""The inference_component step: a model on a part of an endpoint's machines."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import (
    Between,
    Choice,
    Count,
    Doc,
    Duration,
    Flag,
    Needed,
    Number,
    S3Uri,
    Text,
)
from compiler.spec.job import Environment, Image, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import DURATION_SECONDS, FLOAT, IMAGE
from compiler.steps.members import Group, Member
from compiler.steps.shared import ENVIRONMENT, TAGS_MEMBER
from compiler.steps.step_type import Output, StepType


@declared
class ComponentContainerSpec:
    """The container of a component that has no SageMaker model."""

    span: Span
    image: Image | None = None
    artifact: Annotated[S3Uri | None, Doc("S3 URI of the model archive.")] = None
    environment: Environment


@declared
class ResourceShareSpec:
    """What each copy of a component gets of a machine."""

    span: Span
    memory_mb: Annotated[Count, Between(minimum=128), Doc("Memory in MB that is kept for it.")]
    max_memory_mb: Annotated[
        Count | None, Between(minimum=128), Doc("Memory in MB that it may use at most.")
    ] = None
    cpus: Annotated[Number | None, Between(minimum=0.25), Doc("Processor cores.")] = None
    accelerators: Annotated[Number | None, Between(minimum=1), Doc("GPUs or the like.")] = None


@declared
class InferenceComponentSpec(StepSpec):
    """Put a model on an endpoint's machines; one that is there already is brought up to date."""

    name_: Annotated[Text | None, Needed(), Doc("Name of the component.")] = None
    endpoint: Annotated[
        Text | None, Needed(), Doc("Name of the endpoint, such as that of an `endpoint` step.")
    ] = None
    variant: Annotated[Text | None, Doc("Variant of the endpoint whose machines it shares.")] = None
    model: Annotated[Text | None, Doc("Name of the model, such as that of a `model` step.")] = None
    container: Annotated[
        ComponentContainerSpec | None, Doc("Container with a model, instead of `model`.")
    ] = None
    base: Annotated[Text | None, Doc("Name of the component that this one is an adapter for.")] = (
        None
    )
    resources: Annotated[ResourceShareSpec | None, Doc("What each copy gets of a machine.")] = None
    copies: Annotated[
        Count | None, Between(minimum=0), Doc("Number of copies; 1 when left out.")
    ] = None
    model_download_timeout: Annotated[
        Duration | None, Doc("Longest time that fetching the model may take.")
    ] = None
    startup_timeout: Annotated[
        Duration | None, Doc("Longest time that the container may take to answer health checks.")
    ] = None
    caching: Annotated[
        Flag | None, Doc("Whether image and model are kept on the machine for the next copy.")
    ] = None
    placement: Annotated[
        Text | None,
        Choice(("SPREAD", "BINPACK")),
        Doc("Whether copies are spread over machines or put close together."),
    ] = None
    tags: Tags
    request: Overlay | None = None


MEMBERS = (
    Member("name_", "InferenceComponentName"),
    Member("endpoint", "EndpointName"),
    Member("variant", "VariantName"),
    Member("model", "Specification.ModelName"),
    Group(
        "container",
        "Specification.Container",
        (Member("image", "Image", IMAGE), Member("artifact", "ArtifactUrl"), ENVIRONMENT),
    ),
    Member(
        "model_download_timeout",
        "Specification.StartupParameters.ModelDataDownloadTimeoutInSeconds",
        DURATION_SECONDS,
    ),
    Member(
        "startup_timeout",
        "Specification.StartupParameters.ContainerStartupHealthCheckTimeoutInSeconds",
        DURATION_SECONDS,
    ),
    Group(
        "resources",
        "Specification.ComputeResourceRequirements",
        (
            Member("cpus", "NumberOfCpuCoresRequired", FLOAT),
            Member("accelerators", "NumberOfAcceleratorDevicesRequired", FLOAT),
            Member("memory_mb", "MinMemoryRequiredInMb"),
            Member("max_memory_mb", "MaxMemoryRequiredInMb"),
        ),
        required=("memory_mb",),
    ),
    Member("base", "Specification.BaseInferenceComponentName"),
    Member("caching", "Specification.DataCacheConfig.EnableCaching"),
    Member("placement", "Specification.SchedulingConfig.PlacementStrategy"),
    Member("copies", "RuntimeConfig.CopyCount", default=1, unless=("base",)),
    TAGS_MEMBER,
)


INFERENCE_COMPONENT = StepType(
    name="inference_component",
    sagemaker_type="InferenceComponent",
    spec=InferenceComponentSpec,
    members=MEMBERS,
    request_shape="CreateInferenceComponentInput",
    describe_shape="DescribeInferenceComponentOutput",
    outputs={
        "name": Output(STRING, "InferenceComponentName"),
        "arn": Output(STRING, "InferenceComponentArn"),
        "status": Output(STRING, "InferenceComponentStatus"),
    },
    exceptions=(),
)
