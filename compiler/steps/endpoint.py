"""The endpoint step: makes an endpoint, or brings one up to date."""

from typing import Annotated

from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Needed, Text
from compiler.spec.job import Cache, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.members import Member
from compiler.steps.shared import TAGS_MEMBER
from compiler.steps.step_type import Output, StepType


@declared
class EndpointSpec(StepSpec):
    """Make an endpoint; one that is there already gets the configuration."""

    name_: Annotated[Text | None, Needed(), Doc("Name of the endpoint.")] = None
    config: Annotated[
        Text | None,
        Needed(),
        Doc("Name of the configuration, such as that of an `endpoint_config` step."),
    ] = None
    tags: Tags
    cache: Cache | None = None
    request: Overlay | None = None


MEMBERS = (
    Member("name_", "EndpointName"),
    Member("config", "EndpointConfigName"),
    TAGS_MEMBER,
)


ENDPOINT = StepType(
    name="endpoint",
    sagemaker_type="Endpoint",
    spec=EndpointSpec,
    members=MEMBERS,
    request_shape="CreateEndpointInput",
    describe_shape="DescribeEndpointOutput",
    refused=frozenset({"DeploymentConfig"}),
    outputs={
        "name": Output(STRING, "EndpointName"),
        "arn": Output(STRING, "EndpointArn"),
        "status": Output(STRING, "EndpointStatus"),
    },
    exceptions=(),
)
