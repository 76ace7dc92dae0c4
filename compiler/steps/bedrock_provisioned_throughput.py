"""The bedrock_provisioned_throughput step: capacity of Amazon Bedrock kept for one model."""

from typing import Annotated

from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Between, Choice, Count, Doc, Needed, Text
from compiler.spec.job import Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import TAGS
from compiler.steps.members import Member
from compiler.steps.step_type import Output, StepType


@declared
class BedrockProvisionedThroughputSpec(StepSpec):
    """Keep capacity of Amazon Bedrock for one model."""

    throughput_name: Annotated[Text | None, Needed(), Doc("Name of the capacity.")] = None
    model: Annotated[Text | None, Needed(), Doc("ARN or name of the model.")] = None
    units: Annotated[
        Count | None, Between(minimum=1), Needed(), Doc("How many units of capacity.")
    ] = None
    commitment: Annotated[
        Text | None,
        Choice(("OneMonth", "SixMonths")),
        Doc("For how long at least; without it, it is paid by the hour."),
    ] = None
    tags: Tags
    request: Overlay | None = None


BEDROCK_PROVISIONED_THROUGHPUT = StepType(
    name="bedrock_provisioned_throughput",
    sagemaker_type="BedrockProvisionedModelThroughput",
    spec=BedrockProvisionedThroughputSpec,
    members=(
        Member("units", "ModelUnits"),
        Member("throughput_name", "ProvisionedModelName"),
        Member("model", "ModelId"),
        Member("commitment", "CommitmentDuration"),
        Member("tags", "Tags", TAGS),
    ),
    request_shape="pipeline:BedrockProvisionedModelThroughput",
    describe_shape="pipeline:BedrockProvisionedModelThroughputProperties",
    outputs={
        "arn": Output(STRING, "ProvisionedModelArn"),
        "status": Output(STRING, "Status"),
    },
)
