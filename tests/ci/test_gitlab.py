"""The GitLab template does what it promises, for merge requests and the default branch."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from compiler.deploy.markdown import MARK
from tests.aws.stand_in import SECRET, AwsStandIn
from tests.ci.conftest import Repository, calls
from tests.ci.forge import TOKEN, Forge
from tests.ci.gitlab_runner import Ran, jobs_of, run_pipeline
from tests.conftest import ROOT

TEMPLATE = ROOT / "ci" / "gitlab" / "pipec.gitlab-ci.yml"
INPUTS = {
    "plan_role": "arn:aws:iam::123456789012:role/pipec-plan",
    "deploy_role": "arn:aws:iam::123456789012:role/pipec-deploy",
    "aws_region": "us-east-1",
}


class GitLab:
    """Runs the pipelines of a project, number 42."""

    def __init__(
        self, repository: Repository, machine: dict[str, str], forge: Forge, folder: Path
    ) -> None:
        self.repository = repository
        self.machine = machine
        self.folder = folder
        self.inputs = dict(INPUTS)
        self.variables = {
            "GITLAB_CI": "true",
            "CI_API_V4_URL": f"{forge.url}/api/v4",
            "CI_PROJECT_ID": "42",
            "CI_DEFAULT_BRANCH": "main",
            "CI_JOB_ID": "5",
            "CI_JOB_URL": "https://forge.example/jobs/5",
            "PIPEC_GITLAB_TOKEN": TOKEN,
            # Left by somebody, and not to be used.
            "AWS_ACCESS_KEY_ID": "AKIASOMEBODYS0000001",
            "AWS_SECRET_ACCESS_KEY": SECRET,
        }
        self._pipelines = 0

    def merge_request(self, *, source: str = "42", project: str = "42") -> dict[str, Ran]:
        return self._run(
            {
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_PROJECT_ID": "42",
                "CI_MERGE_REQUEST_SOURCE_PROJECT_ID": source,
                "CI_PROJECT_ID": project,
            }
        )

    def push(self, branch: str = "main") -> dict[str, Ran]:
        return self._run({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BRANCH": branch})

    def _run(self, event: dict[str, str]) -> dict[str, Ran]:
        self._pipelines += 1
        variables = {**self.variables, **event}
        variables["CI_COMMIT_SHA"] = self.repository.commit_if_changed()
        return run_pipeline(
            jobs_of(TEMPLATE, self.inputs),
            self.repository.root,
            self.folder / f"pipeline{self._pipelines}",
            self.machine,
            variables,
        )


@pytest.fixture
def gitlab(repository: Repository, machine: dict[str, str], forge: Forge, tmp_path: Path) -> GitLab:
    forge.user = "project_42_bot"
    forge.longest = 1_000_000
    return GitLab(repository, machine, forge, tmp_path)


def statuses(ran: dict[str, Ran]) -> dict[str, int]:
    return {name: each.status for name, each in ran.items()}


def test_a_merge_request_gets_one_note_and_the_default_branch_is_deployed(
    gitlab: GitLab, aws: AwsStandIn, forge: Forge, machine: dict[str, str]
) -> None:
    ran = gitlab.merge_request()
    assert statuses(ran) == {"pipec-check": 0, "pipec-plan": 0}, ran
    assert not aws.writes
    (body,) = forge.bodies
    assert body.startswith(MARK)
    assert "12 to add" in body
    assert "[run](https://forge.example/jobs/5)" in body
    # Nobody has signed a call to STS with a token.
    assert "unsigned" in {each.service for each in aws.calls}
    who = {each.who for each in aws.calls if each.service == "sagemaker"}
    assert "AKIASOMEBODYS0000001" not in who
    assert "-I -m pip install --quiet --disable-pip-version-check pipec[aws]" in calls(machine)

    ran = gitlab.push()
    assert statuses(ran) == {"pipec-check": 0, "pipec-upsert": 0}, ran["pipec-upsert"].log
    assert aws.client("sagemaker").describe_pipeline(PipelineName="churn")
    aws.clear_calls()
    assert "no changes" in gitlab.push()["pipec-upsert"].log
    assert not [each for each in aws.writes if each.service != "sts"]
    assert gitlab.merge_request()["pipec-plan"].status == 0
    assert ["no changes" in each for each in forge.bodies] == [True]


def test_mistakes_are_reported_and_nothing_is_planned(gitlab: GitLab, aws: AwsStandIn) -> None:
    gitlab.repository.replace("instance: ml.m5.large", "instnce: ml.m5.large")
    ran = gitlab.merge_request()
    assert statuses(ran) == {"pipec-check": 1}
    reports = ran["pipec-check"].folder / "pipec-reports"
    issues = json.loads((reports / "code-quality.json").read_text("utf-8"))
    assert issues[0]["location"] == {
        "path": "pipelines/churn.yaml",
        "lines": {"begin": 18, "end": 18},
    }
    assert json.loads((reports / "pipec.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert not aws.calls


def test_tests_are_reported(gitlab: GitLab) -> None:
    path = gitlab.repository.root / "pipelines" / "churn.test.yaml"
    path.write_text(path.read_text().replace("train, register", "train"))
    ran = gitlab.push()
    assert statuses(ran) == {"pipec-check": 1}
    job = jobs_of(TEMPLATE, INPUTS)["pipec-check"]
    report = ran["pipec-check"].folder / job["artifacts"]["reports"]["junit"]
    assert ET.parse(report).getroot()[0].get("failures") == "1"  # noqa: S314


@pytest.mark.parametrize(("source", "project"), [("9", "42"), ("9", "9")])
def test_a_fork_is_only_checked(gitlab: GitLab, aws: AwsStandIn, source: str, project: str) -> None:
    assert statuses(gitlab.merge_request(source=source, project=project)) == {"pipec-check": 0}
    assert not aws.calls


def test_another_branch_starts_nothing(gitlab: GitLab) -> None:
    assert gitlab.push("feature") == {}


def test_without_a_token_the_plan_is_in_the_log(gitlab: GitLab, forge: Forge) -> None:
    del gitlab.variables["PIPEC_GITLAB_TOKEN"]
    ran = gitlab.merge_request()["pipec-plan"]
    assert ran.status == 0
    assert "12 to add" in ran.log
    assert "PIPEC_GITLAB_TOKEN is not set" in ran.log
    assert not forge.requests
    assert {path.name for path in (ran.folder / "pipec-reports").iterdir()} >= {
        "plan.json", "plan.md", "junit.xml",
    }  # fmt: skip
