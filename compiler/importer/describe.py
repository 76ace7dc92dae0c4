"""The definition of a pipeline that is deployed; the only file that asks AWS."""

from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

# AWS says the first, stand-ins for it the second.
UNKNOWN = frozenset({"ResourceNotFound", "ValidationException"})


@dataclass(eq=False)
class DescribeError(Exception):
    """Why AWS gives no definition, in its own words."""

    message: str

    def __str__(self) -> str:
        return self.message


def definition_of(pipeline: str, region: str | None = None) -> str:
    """Return the definition of a pipeline by its name or ARN; raises DescribeError."""
    try:
        client = boto3.client("sagemaker", region_name=region)
        found = client.describe_pipeline(PipelineName=pipeline)
    except ClientError as error:
        said = error.response.get("Error", {})
        if said.get("Code") in UNKNOWN:
            raise DescribeError(f"there is no pipeline `{pipeline}`") from error
        raise DescribeError(str(said.get("Message") or error)) from error
    except BotoCoreError as error:
        raise DescribeError(str(error)) from error
    text = found.get("PipelineDefinition")
    if not isinstance(text, str):
        raise DescribeError(f"AWS gives no definition of the pipeline `{pipeline}`")
    return text
