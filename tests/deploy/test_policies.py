"""The policies that `pipec iam` prints allow just the calls that the verbs make."""

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.compile import compile_pipeline
from compiler.infrastructure.policies.policies import policies_of
from tests.aws.calls import Call
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop

# Where a permission has not the name of its call.
ACTIONS = {"s3:ListObjectsV2": "s3:ListBucket", "s3:HeadObject": "s3:GetObject"}
# What no policy has to allow.
FREE = frozenset({"sts:GetCallerIdentity"})
# Calls that take tags along need a permission for that too.
TAGGING = {
    "sagemaker": "sagemaker:AddTags",
    "scheduler": "scheduler:TagResource",
    "events": "events:TagResource",
}


def allowed(shop: Shop, role: str) -> list[dict[str, Any]]:
    pipeline = compile_pipeline(shop.spec).pipeline
    assert pipeline is not None
    statements: list[dict[str, Any]] = []
    for policy in policies_of(pipeline, (role,)):
        document: Any = policy.document
        statements += document["Statement"]
    return statements


def needed(call: Call) -> list[str]:
    action = f"{call.service}:{call.operation}"
    more = [TAGGING[call.service]] if call.request.get("Tags") else []
    return [ACTIONS.get(action, action), *more]


def name_of(call: Call) -> str:
    """Return the end of the ARN that a call is about."""
    request = call.request
    if call.service == "s3":
        return "/".join(filter(None, (request.get("Bucket"), request.get("Key"))))
    names = (
        "GroupName", "Rule", "PipelineName", "ModelPackageGroupName", "ResourceArn", "Name",
        "PipelineArn", "PipelineExecutionArn",
    )  # fmt: skip
    name = next((str(request[each]) for each in names if each in request), call.resource)
    return name.partition("/")[2] or name


def is_allowed(call: Call, action: str, statements: list[dict[str, Any]]) -> bool:
    name = name_of(call)
    return any(
        action in each["Action"]
        and any(
            resource == "*"
            or fnmatchcase(name, re.split(r":::|/", resource, maxsplit=1)[-1])
            or fnmatchcase(f"{name}/x", re.split(r":::|/", resource, maxsplit=1)[-1])
            for resource in each["Resource"]
        )
        for each in statements
    )


def run(*arguments: str) -> None:
    done = CliRunner().invoke(pipec, list(arguments))
    assert done.exit_code in (0, 4), done.output


def test_the_policy_of_ci_allows_all_calls_of_the_verbs(shop: Shop, aws: AwsStandIn) -> None:
    spec = str(shop.spec)
    run("upsert", spec)
    statements = allowed(shop, "ci")
    shop.second_version()
    run("plan", spec)
    run("upsert", spec)
    run("drift", spec)
    run("start", spec, "--set", "epochs=2")
    for verb in ("status", "list", "versions", "stop"):
        run(verb, spec)
    run("promote", spec, "--version", "1", "--alias", "live")
    statements += allowed(shop, "ci")
    refused = {
        f"{action} on {name_of(call)}"
        for call in aws.calls
        for action in needed(call)
        if action not in FREE and not is_allowed(call, action, statements)
    }
    assert refused == set()


@pytest.mark.parametrize("verb", ["plan", "drift"])
def test_the_policy_of_a_plan_allows_to_look_and_to_change_nothing(
    shop: Shop, aws: AwsStandIn, verb: str
) -> None:
    run("upsert", str(shop.spec))
    aws.clear_calls()
    run(verb, str(shop.spec))
    statements = allowed(shop, "plan")
    assert aws.writes == []
    assert all(
        action in FREE or is_allowed(call, action, statements)
        for call in aws.calls
        for action in needed(call)
    )
    changing = re.compile(r":(Create|Update|Put|Add|Delete|Remove|Start|Stop|Retry|Pass|Tag)")
    assert not changing.search(json.dumps(statements))


def test_a_record_that_is_missing_may_be_denied(shop: Shop, aws: AwsStandIn) -> None:
    aws.fail("denied", at="s3:GetObject", times=1)
    run("plan", str(shop.spec))
    run("upsert", str(shop.spec))
    aws.fail("denied", at="s3:GetObject", times=1)
    done = CliRunner().invoke(pipec, ["plan", str(shop.spec)])
    assert done.exit_code == 3
    assert "pipec: GetObject: s3://ml-bucket: " in done.output
