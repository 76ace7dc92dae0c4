"""Policies: what is in them exists, and what the steps name is covered by them."""

import fnmatch
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.compile import CompiledPipeline
from compiler.infrastructure.policies.forms import as_json, as_text, size_of
from compiler.infrastructure.policies.members import ROLES, STRUCTURES, use_of
from compiler.infrastructure.policies.policies import ROLES as ALL
from compiler.infrastructure.policies.policies import policies_of
from compiler.infrastructure.policies.statement import Policy
from compiler.infrastructure.policies.step_types import TYPES
from compiler.infrastructure.policies.templates import as_cloudformation, as_terraform
from compiler.infrastructure.policies.uses import mentions
from compiler.sagemaker.api import Shape, shape
from compiler.steps import STEP_TYPES
from compiler.walk import steps_in
from tests.conftest import ROOT
from tests.infrastructure.cfn import complaints
from tests.infrastructure.iam_data import faults
from tests.infrastructure.specs import (
    DEMO,
    EVERYTHING,
    SPECS,
    STEPS,
    name_of,
    pipeline_of,
)
from tests.test_steps import OPERATIONS

GOLDEN = ROOT / "tests" / "golden" / "infrastructure"
# What a step of a type does, of those that are no request to SageMaker.
ACTIONS = {
    "Lambda": "lambda:InvokeFunction",
    "Callback": "sqs:SendMessage",
    "EMR": "elasticmapreduce:AddJobFlowSteps",
    "EMRServerless": "emr-serverless:StartJobRun",
    "Cleanup": "s3:DeleteObject",
    "Lineage": "sagemaker:AddAssociation",
    "BedrockCustomModel": "bedrock:CreateCustomModel",
    "BedrockCustomModelDeployment": "bedrock:CreateCustomModelDeployment",
    "BedrockModelImport": "bedrock:CreateModelImportJob",
    "BedrockProvisionedModelThroughput": "bedrock:CreateProvisionedModelThroughput",
    "Athena": "athena:StartQueryExecution",
    "HubContent": "sagemaker:ImportHubContent",
    **{kind: f"sagemaker:{operation}" for kind, operation in OPERATIONS.items()},
}
SILENT = {"Condition", "Fail", "ForEach"}
# Of these, what the request names goes to others, who read it with roles of their own.
TOLD = {"Lambda", "Callback", "Lineage", "Fail"}
S3 = re.compile(r"s3://([^/\s\"'\\,]+)/?([^\s\"'\\,]*)")


def _policies(pipeline: CompiledPipeline) -> tuple[Policy, ...]:
    return policies_of(pipeline, tuple(ALL))


def _allowed(policies: tuple[Policy, ...], action: str) -> list[str]:
    return [
        resource
        for policy in policies
        for each in policy.statements
        if action in each.permission.actions
        for resource in each.resources
    ]


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_a_policy_names_what_there_is(spec: Path) -> None:
    found = [fault for each in _policies(pipeline_of(spec)) for fault in faults(each.document)]
    assert found == []


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_the_role_of_a_pipeline_may_do_what_its_steps_do(spec: Path) -> None:
    pipeline = pipeline_of(spec)
    own = policies_of(pipeline, ("execution",))[:1]
    notes = " ".join(own[0].notes)
    for step in steps_in(pipeline.definition):
        is_told = step["Type"] == "Cleanup" and f"`{step['Name']}`" in notes
        if step["Type"] not in SILENT and not is_told:
            assert _allowed(own, ACTIONS[step["Type"]]), step["Name"]


def test_every_type_of_step_is_in_the_table() -> None:
    types = {each.sagemaker_type for each in STEP_TYPES.values() if each.sagemaker_type}
    assert types <= set(TYPES)
    assert set(TYPES) - SILENT == set(ACTIONS)


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_each_place_in_s3_that_a_request_names_is_covered(spec: Path) -> None:
    pipeline = pipeline_of(spec)
    policies = policies_of(pipeline, ("execution",))
    allowed = [
        arn.rpartition(":::")[2]
        for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
        for arn in _allowed(policies, action)
    ]
    for step in steps_in(pipeline.definition):
        for bucket, key in _places(step):
            place = f"{bucket}/{key}"
            tried = {place, f"{place.rstrip('/')}/x"}
            assert any(fnmatch.fnmatchcase(t, p) for t in tried for p in allowed), place


def _places(step: dict[str, Any]) -> Iterator[tuple[str, str]]:
    is_of_cluster = step["Type"] == "EMR" and "ExecutionRoleArn" not in step["Arguments"]
    if step["Type"] in TOLD or is_of_cluster:
        return
    held = {"IfSteps", "ElseSteps", "ForEachBody"}
    plain = {name: value for name, value in step["Arguments"].items() if name not in held}
    yield from S3.findall(json.dumps(plain, ensure_ascii=False).replace('\\"', " "))


SHAPES = (
    *("S3Uri", "S3ModelUri", "DestinationS3Uri", "Url", "KmsKeyId", "KmsKeyArn", "RoleArn"),
    *("ImageUri", "ContainerImage", "AlgorithmImage", "SubnetId", "SecurityGroupId"),
)


def _members(
    kind: Shape, path: tuple[str, ...], within: frozenset[str]
) -> Iterator[tuple[str, ...]]:
    if kind.kind == "structure":
        for name in kind.members:
            inner = kind.member(name)
            if inner.name not in within:
                yield from _members(inner, (*path, name), within | {kind.name})
    elif kind.kind == "list":
        yield from _members(kind.element(), path, within)
    elif kind.name in SHAPES:
        yield path


@pytest.mark.parametrize("operation", sorted(set(OPERATIONS.values())))
def test_each_place_key_role_and_image_of_a_request_has_its_use(operation: str) -> None:
    suffix = "Request" if operation.endswith("Job") else "Input"
    found = list(_members(shape(f"{operation}{suffix}"), (operation,), frozenset()))
    for path in found:
        is_known = path[-1] in ROLES or use_of(".".join(path)) is not mentions
        assert is_known or set(path) & set(STRUCTURES), ".".join(path)


def test_a_job_gets_what_it_needs_and_the_pipeline_does_not() -> None:
    own, train = policies_of(pipeline_of(EVERYTHING), ("execution",))
    assert train.role == "arn:aws:iam::111122223333:role/train"
    assert not _allowed((train,), "sagemaker:CreateTrainingJob")
    assert _allowed((own,), "iam:PassRole") == [own.role, train.role]
    assert _allowed((train,), "iam:PassRole") == []
    assert _allowed((train,), "s3:PutObject") == ["arn:aws:s3:::ml-dev/pipec/Everything-At-Once/*"]


def test_what_starts_a_pipeline_may_do_only_that() -> None:
    policies = policies_of(pipeline_of(EVERYTHING), ("start",))
    services = {each.role: each.trusted for each in policies}
    assert services["arn:aws:iam::111122223333:role/start"] == (
        "scheduler.amazonaws.com and events.amazonaws.com"
    )
    assert {action for p in policies for s in p.statements for action in s.permission.actions} == {
        "sagemaker:StartPipelineExecution"
    }


def test_what_deploys_reads_the_logs_of_the_functions_that_steps_call() -> None:
    reading = {
        arn
        for policy in _policies(pipeline_of(EVERYTHING))
        if policy.purpose in {"ci", "plan"}
        for arn in _allowed((policy,), "logs:GetLogEvents")
    }
    group = "arn:aws:logs:eu-west-1:111122223333:log-group:/aws/lambda/publish"
    assert {group, f"{group}:log-stream:*"} <= reading


def test_the_partition_follows_the_region(tmp_path: Path) -> None:
    text = EVERYTHING.read_text("utf-8").replace("eu-west-1", "cn-north-1")
    (tmp_path / "pipec.yaml").write_text("")
    (tmp_path / "spec.yaml").write_text(text.replace(".amazonaws.com/", ".amazonaws.com.cn/"))
    documents = json.dumps([p.document for p in _policies(pipeline_of(tmp_path / "spec.yaml"))])
    arns = set(re.findall(r'"arn:(aws[a-z-]*):(?!iam|lambda)', documents))
    assert arns == {"aws-cn"}


@pytest.mark.parametrize("spec", [DEMO, EVERYTHING], ids=name_of)
def test_policies_are_what_they_were(spec: Path, golden: Callable[[Path, str], None]) -> None:
    pipeline = pipeline_of(spec)
    golden(GOLDEN / f"{spec.stem}.policies.txt", as_text(pipeline, _policies(pipeline)))
    golden(GOLDEN / f"{spec.stem}.policies.json", as_json(pipeline, _policies(pipeline)))


@pytest.mark.parametrize("spec", [DEMO, EVERYTHING, *STEPS], ids=name_of)
def test_templates_of_policies_have_no_faults(spec: Path) -> None:
    pipeline = pipeline_of(spec)
    found = complaints(json.loads(as_cloudformation(pipeline, _policies(pipeline))))
    newer = {"job" for each in steps_in(pipeline.definition) if each["Type"] == "Job"}
    assert [each for each in found if "job' is not one of" not in each or not newer] == []
    assert set(json.loads(as_terraform(pipeline, _policies(pipeline)))["resource"]) <= {
        "aws_iam_policy", "aws_iam_role_policy_attachment", "aws_iam_role_policy",
    }  # fmt: skip


def test_a_policy_that_is_too_long_says_so() -> None:
    for spec in SPECS:
        for policy in _policies(pipeline_of(spec)):
            assert size_of(policy) <= 10_240, name_of(spec)
