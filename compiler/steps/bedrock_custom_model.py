"""The bedrock_custom_model step: a model of yours, brought to Amazon Bedrock."""

from typing import Annotated

from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Needed, S3Uri, Text
from compiler.spec.job import KMS_KEY, Role, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import TAGS
from compiler.steps.members import Member
from compiler.steps.step_type import Output, StepType


@declared
class BedrockCustomModelSpec(StepSpec):
    """Bring a model to Amazon Bedrock."""

    model_name: Annotated[
        Text | None, Needed(), Doc("Name of the model in Bedrock; a parameter of the pipeline.")
    ] = None
    model: Annotated[S3Uri | None, Doc("S3 URI of the model's files.")] = None
    bedrock_role: Annotated[Role | None, Doc("ARN of the role that Bedrock assumes.")] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the model.")] = None
    tags: Tags
    request: Overlay | None = None


BEDROCK_CUSTOM_MODEL = StepType(
    name="bedrock_custom_model",
    sagemaker_type="BedrockCustomModel",
    spec=BedrockCustomModelSpec,
    members=(
        Member("model_name", "ModelName"),
        Member("model", "ModelSourceConfig.S3DataSource.S3Uri"),
        Member("bedrock_role", "RoleArn"),
        Member("kms", "ModelKmsKeyArn"),
        Member("tags", "ModelTags", TAGS),
    ),
    request_shape="pipeline:BedrockCustomModel",
    describe_shape="pipeline:BedrockCustomModelProperties",
    outputs={
        "arn": Output(STRING, "ModelArn"),
        "status": Output(STRING, "ModelStatus"),
    },
)
