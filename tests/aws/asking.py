"""What the tests of the stand-in ask it with: a definition, a pipeline, an expected refusal."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ROLE = "arn:aws:iam::123456789012:role/ml"
STEPS = [
    {"Name": name, "Type": "Fail", "Arguments": {"ErrorMessage": "never"}}
    for name in ("prepare", "train")
]
PARAMETERS = [
    {"Name": "epochs", "Type": "Integer", "DefaultValue": 3},
    {"Name": "mode", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
]


def definition(**members: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Steps": STEPS, **members})


ONE = definition()
TWO = definition(Metadata={"of": "two"})
WITH_PARAMETERS = definition(Parameters=PARAMETERS)


def make(client: Any, name: str = "Nightly", **members: Any) -> str:
    given = {"PipelineDefinition": ONE, "RoleArn": ROLE, **members}
    return str(client.create_pipeline(PipelineName=name, **given)["PipelineArn"])


def refused(code: str, match: str = "") -> Any:
    return pytest.raises(ClientError, match=f"\\({code}\\).*{match}")


def pages(operation: Any, key: str, **members: Any) -> list[list[Any]]:
    """Return the pages of a list, asked for one after the other."""
    found = []
    while True:
        answer = operation(**members)
        found.append(answer[key])
        if "NextToken" not in answer:
            return found
        members["NextToken"] = answer["NextToken"]
