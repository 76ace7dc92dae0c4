"""The bedrock_custom_model_deployment step: a custom model that answers on demand."""

from typing import Annotated

from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Needed, Text
from compiler.spec.job import Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import TAGS
from compiler.steps.members import Member
from compiler.steps.step_type import Output, StepType


@declared
class BedrockCustomModelDeploymentSpec(StepSpec):
    """Let a custom model of Amazon Bedrock answer on demand."""

    deployment_name: Annotated[
        Text | None, Needed(), Doc("Name of the deployment; a parameter of the pipeline.")
    ] = None
    model: Annotated[Text | None, Needed(), Doc("ARN of the custom model.")] = None
    tags: Tags
    request: Overlay | None = None


BEDROCK_CUSTOM_MODEL_DEPLOYMENT = StepType(
    name="bedrock_custom_model_deployment",
    sagemaker_type="BedrockCustomModelDeployment",
    spec=BedrockCustomModelDeploymentSpec,
    members=(
        Member("deployment_name", "ModelDeploymentName"),
        Member("model", "ModelArn"),
        Member("tags", "Tags", TAGS),
    ),
    request_shape="pipeline:BedrockCustomModelDeployment",
    describe_shape="pipeline:BedrockCustomModelDeploymentProperties",
    outputs={
        "arn": Output(STRING, "ModelDeploymentArn"),
        "status": Output(STRING, "Status"),
    },
)
