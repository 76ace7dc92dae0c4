"""What AWS answers of a pipeline that is deployed; the only file that asks it."""

import json
from dataclasses import dataclass

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from compiler.importer.described import DEFINITION, MEMBERS

# AWS says the first, stand-ins for it the second.
UNKNOWN = frozenset({"ResourceNotFound", "ValidationException"})


@dataclass(eq=False)
class DescribeError(Exception):
    """Why AWS gives no definition, in its own words."""

    message: str

    def __str__(self) -> str:
        return self.message


def answer_of(pipeline: str, region: str | None = None) -> str:
    """Return what is read of a pipeline, by its name or ARN, as JSON; raises DescribeError."""
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
    if not isinstance(found.get(DEFINITION), str):
        raise DescribeError(f"AWS gives no definition of the pipeline `{pipeline}`")
    return json.dumps({member: found[member] for member in MEMBERS if member in found})
