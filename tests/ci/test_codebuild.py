"""The buildspec for CodeBuild does what it promises, for each event of its webhook."""

from pathlib import Path

import pytest
import yaml

from tests.aws.stand_in import AwsStandIn
from tests.ci.codebuild_runner import Build, run_build
from tests.ci.conftest import Repository, role_credentials
from tests.ci.forge import TOKEN, Forge
from tests.conftest import ROOT

BUILDSPEC = ROOT / "ci" / "codebuild" / "buildspec.yml"
PULL_REQUEST = {
    "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_UPDATED",
    "CODEBUILD_WEBHOOK_TRIGGER": "pr/7",
    "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/feature",
    "CODEBUILD_WEBHOOK_BASE_REF": "refs/heads/main",
}
PUSH = {
    "CODEBUILD_WEBHOOK_EVENT": "PUSH",
    "CODEBUILD_WEBHOOK_TRIGGER": "branch/main",
    "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/main",
}


class CodeBuild:
    """Runs builds of a project whose source is GitHub."""

    def __init__(self, repository: Repository, env: dict[str, str]) -> None:
        self.repository = repository
        self.env = env

    def build(self, event: dict[str, str]) -> Build:
        commit = self.repository.commit_if_changed()
        env = {**self.env, "CODEBUILD_RESOLVED_SOURCE_VERSION": commit, **event}
        return run_build(BUILDSPEC, self.repository.root, env)


@pytest.fixture
def codebuild(
    repository: Repository, machine: dict[str, str], aws: AwsStandIn, forge: Forge
) -> CodeBuild:
    forge.user = "ann"
    repository.write(".gitignore", "pipec-reports/\n")
    env = {
        **machine,
        **role_credentials(aws, "arn:aws:iam::123456789012:role/codebuild", "token"),
        "CODEBUILD_SOURCE_REPO_URL": "https://forge.example/team/shop.git",
        "GITHUB_API_URL": forge.url,
        "GITHUB_TOKEN": TOKEN,
    }
    aws.clear_calls()
    return CodeBuild(repository, env)


def test_a_pull_request_is_planned_and_the_branch_is_deployed(
    codebuild: CodeBuild, aws: AwsStandIn, forge: Forge
) -> None:
    planned = codebuild.build(PULL_REQUEST)
    assert planned.status == 0, planned.log
    assert not aws.writes
    (body,) = forge.bodies
    assert "12 to add" in body

    deployed = codebuild.build(PUSH)
    assert deployed.status == 0, deployed.log
    assert aws.client("sagemaker").describe_pipeline(PipelineName="churn")

    aws.clear_calls()
    again = codebuild.build(PUSH)
    assert "no changes" in again.log
    assert not aws.writes
    assert codebuild.build(PULL_REQUEST).status == 0
    assert ["no changes" in each for each in forge.bodies] == [True]


def test_mistakes_end_the_build_before_anything_is_planned(
    codebuild: CodeBuild, aws: AwsStandIn
) -> None:
    codebuild.repository.replace("instance: ml.m5.large", "instnce: ml.m5.large")
    build = codebuild.build(PUSH)
    assert (build.status, build.failed_phase) == (1, "pre_build")
    assert "pipelines/churn.yaml:18" in build.log
    assert not aws.calls


@pytest.mark.parametrize(
    ("event", "is_planned"),
    [
        ({}, True),
        ({**PUSH, "CODEBUILD_WEBHOOK_HEAD_REF": "refs/heads/feature"}, False),
        ({**PULL_REQUEST, "CODEBUILD_WEBHOOK_EVENT": "PULL_REQUEST_MERGED"}, False),
    ],
    ids=["by hand", "another branch", "merged"],
)
def test_nothing_else_deploys(
    codebuild: CodeBuild, aws: AwsStandIn, event: dict[str, str], is_planned: bool
) -> None:
    assert codebuild.build(event).status == 0
    assert bool(aws.calls) == is_planned
    assert not aws.writes


def test_a_failed_plan_fails_the_build(codebuild: CodeBuild, aws: AwsStandIn) -> None:
    aws.fail("denied", at="sagemaker:DescribePipeline", times=None)
    build = codebuild.build(PUSH)
    assert (build.status, build.failed_phase) == (1, "build")
    assert not aws.writes


def test_reports_are_where_they_are_declared(codebuild: CodeBuild) -> None:
    codebuild.build({})
    spec = yaml.safe_load(BUILDSPEC.read_text("utf-8"))
    report = spec["reports"]["pipec-tests"]
    folder: Path = codebuild.repository.root / report["base-directory"]
    assert report["base-directory"] == spec["artifacts"]["base-directory"]
    assert (folder / report["files"][0]).is_file()
