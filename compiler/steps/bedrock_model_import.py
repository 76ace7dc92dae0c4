"""The bedrock_model_import step: an import of an open model into Amazon Bedrock."""

from typing import Annotated

from compiler.diagnostics.span import Span
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import Doc, Length, Needed, S3Uri, Text
from compiler.spec.job import KMS_KEY, SECURITY_GROUP, SUBNET, Role, Tags
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import LIST, TAGS
from compiler.steps.members import Group, Member
from compiler.steps.step_type import Output, StepType


@declared
class BedrockVpcSpec:
    """The private network that the import runs in."""

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
class BedrockModelImportSpec(StepSpec):
    """Import an open model into Amazon Bedrock."""

    job_name: Annotated[Text | None, Needed(), Doc("Name of the import, new each time.")] = None
    model_name: Annotated[Text | None, Needed(), Doc("Name of the model in Bedrock.")] = None
    model: Annotated[S3Uri | None, Needed(), Doc("S3 URI of the model's files.")] = None
    bedrock_role: Annotated[Role | None, Needed(), Doc("ARN of the role that Bedrock assumes.")] = (
        None
    )
    vpc: Annotated[BedrockVpcSpec | None, Doc("Private network that the import runs in.")] = None
    kms: Annotated[Text | None, KMS_KEY, Doc("KMS key for the model.")] = None
    tags: Annotated[Tags, Doc("Tags of the model, by key.")]
    request: Overlay | None = None


BEDROCK_MODEL_IMPORT = StepType(
    name="bedrock_model_import",
    sagemaker_type="BedrockModelImport",
    spec=BedrockModelImportSpec,
    members=(
        Member("job_name", "JobName"),
        Member("model_name", "ImportedModelName"),
        Member("bedrock_role", "RoleArn"),
        Member("model", "ModelDataSource.S3DataSource.S3Uri"),
        Group(
            "vpc",
            "VpcConfig",
            (
                Member("subnets", "SubnetIds", LIST),
                Member("security_groups", "SecurityGroupIds", LIST),
            ),
            required=("subnets", "security_groups"),
        ),
        Member("kms", "ImportedModelKmsKeyId"),
        Member("tags", "ImportedModelTags", TAGS),
    ),
    request_shape="pipeline:BedrockModelImport",
    describe_shape="pipeline:BedrockModelImportProperties",
    outputs={
        "arn": Output(STRING, "ImportedModelArn"),
        "job_arn": Output(STRING, "JobArn"),
        "status": Output(STRING, "Status"),
    },
)
