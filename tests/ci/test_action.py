"""The GitHub action does what it promises, for each event that a repository has."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from compiler.deploy.markdown import MARK
from tests.aws.stand_in import AwsStandIn
from tests.ci.action_runner import Job, Used, run_action
from tests.ci.conftest import Repository, calls, role_credentials
from tests.ci.forge import TOKEN, Forge
from tests.conftest import ROOT

ACTION = ROOT / "action.yml"
ROLE = "arn:aws:iam::123456789012:role/pipec-plan"
OTHER = """\
kind: Pipeline
name: {name}
role: arn:aws:iam::123456789012:role/ml
steps:
  stop: {{type: fail, message: stopped}}
"""
CHECKED = ("Validate", "Check the committed scripts", "Test")
DEPLOYED = ("Plan", "Comment on the pull request", "Upsert", "Start")


class Runner:
    """Runs the action in jobs of GitHub, each on a new machine."""

    def __init__(
        self,
        repository: Repository,
        machine: dict[str, str],
        aws: AwsStandIn,
        forge: Forge,
        folder: Path,
    ) -> None:
        self.repository = repository
        self.machine = machine
        self.aws = aws
        self.forge = forge
        self.folder = folder
        self.used: list[tuple[str, dict[str, str]]] = []
        self._jobs = 0

    def pull_request(
        self, inputs: Mapping[str, str] | None = None, *, head: str = "team/shop", oidc: bool = True
    ) -> Job:
        sha = self.repository.commit_if_changed()
        event = {
            "repository": {"default_branch": "main"},
            "pull_request": {
                "number": 7,
                "head": {"sha": sha, "repo": {"full_name": head}},
            },
        }
        return self.run("pull_request", "refs/pull/7/merge", event, inputs, oidc=oidc)

    def push(
        self, inputs: Mapping[str, str] | None = None, *, branch: str = "main", oidc: bool = True
    ) -> Job:
        self.repository.commit_if_changed()
        event = {"repository": {"default_branch": "main"}}
        return self.run("push", f"refs/heads/{branch}", event, inputs, oidc=oidc)

    def run(
        self,
        name: str,
        ref: str,
        event: dict[str, Any],
        inputs: Mapping[str, str] | None = None,
        *,
        oidc: bool = True,
    ) -> Job:
        self._jobs += 1
        self.used = []
        github = {
            "event_name": name,
            "event": event,
            "ref": ref,
            "repository": "team/shop",
            "run_id": "99",
            "server_url": "https://forge.example",
            "token": TOKEN,
        }
        env = {
            **self.machine,
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.forge.url,
            "GITHUB_REPOSITORY": "team/shop",
        }
        if oidc:
            env["ACTIONS_ID_TOKEN_REQUEST_URL"] = "https://forge.example/token"  # noqa: S105
        job = Job(
            workspace=self.repository.root,
            temporary=self.folder / f"job{self._jobs}",
            github=github,
            env=env,
        )
        given = {"role-to-assume": ROLE, "aws-region": "us-east-1", **(inputs or {})}
        run_action(ACTION, job, given, self._uses())
        return job

    def _uses(self) -> dict[str, Used]:
        return {
            "actions/setup-python": self._set_up_python,
            "github/codeql-action/upload-sarif": self._upload_sarif,
            "aws-actions/configure-aws-credentials": self._assume_role,
            "actions/upload-artifact": self._upload_artifact,
        }

    def _set_up_python(self, given: dict[str, str], _: Job) -> dict[str, str]:
        self.used.append(("setup-python", given))
        assert given == {"python-version": "3.11"}
        return {}

    def _upload_sarif(self, given: dict[str, str], _: Job) -> dict[str, str]:
        self.used.append(("upload-sarif", given))
        log = json.loads(Path(given["sarif_file"]).read_text("utf-8"))
        assert log["version"] == "2.1.0"
        assert given["category"] == "pipec"
        return {}

    def _assume_role(self, given: dict[str, str], job: Job) -> dict[str, str]:
        self.used.append(("configure-aws-credentials", given))
        assert set(given) == {"role-to-assume", "aws-region", "role-session-name"}, "no keys"
        assert not any("ACCESS_KEY" in name for name in job.env)
        job.env.update(role_credentials(self.aws, given["role-to-assume"], "token"))
        self.aws.clear_calls()
        return {}

    def _upload_artifact(self, given: dict[str, str], _: Job) -> dict[str, str]:
        self.used.append(("upload-artifact", given))
        files = sorted(path.name for path in Path(given["path"]).iterdir())
        given["files"] = " ".join(each for each in files if not each.startswith("_"))
        return {}

    def artifact(self) -> str:
        return next(given["files"] for name, given in self.used if name == "upload-artifact")


@pytest.fixture
def runner(
    repository: Repository,
    machine: dict[str, str],
    aws: AwsStandIn,
    forge: Forge,
    tmp_path: Path,
) -> Runner:
    return Runner(repository, machine, aws, forge, tmp_path)


def outcomes(job: Job, names: tuple[str, ...]) -> list[str]:
    return [job.outcomes[each] for each in names]


def test_a_pull_request_with_changes_gets_one_comment(
    runner: Runner, aws: AwsStandIn, forge: Forge
) -> None:
    first = runner.pull_request()
    assert not first.has_failed, first.log
    assert outcomes(first, CHECKED) == ["success"] * 3
    assert outcomes(first, DEPLOYED) == ["success", "success", "skipped", "skipped"]
    assert not aws.writes
    assert first.outputs["mode"] == "plan"
    assert first.outputs["changes"] == "true"
    plan = json.loads(Path(first.outputs["plan"]).read_text("utf-8"))
    assert [each["pipeline"] for each in plan["plans"]] == ["churn"]
    assert runner.artifact() == "changes junit.xml pipec.sarif plan.json plan.md plan.txt"
    (body,) = forge.bodies
    assert body.startswith(f"{MARK}\n## pipec plan\n")
    assert "12 to add" in body
    assert "/team/shop/actions/runs/99)" in body
    assert first.summary.startswith(MARK)
    assert "12 to add" in first.summary

    runner.repository.replace("depth: 4", "depth: 6")
    runner.repository.replace("stage: one", "stage: two")
    head = runner.repository.commit()
    assert not runner.pull_request().has_failed
    (body,) = forge.bodies
    assert "stage = two" in body
    assert f"commit {head[:12]}" in body


def test_a_push_to_the_default_branch_deploys_and_again_changes_nothing(
    runner: Runner, aws: AwsStandIn, forge: Forge
) -> None:
    first = runner.push()
    assert not first.has_failed, first.log
    assert outcomes(first, DEPLOYED) == ["success", "skipped", "success", "skipped"]
    assert first.outputs["changes"] == "true"
    assert "sagemaker:CreatePipeline" in first.log
    assert aws.client("sagemaker").describe_pipeline(PipelineName="churn")

    again = runner.push()
    assert not again.has_failed
    assert again.outputs["changes"] == "false"
    assert not aws.writes

    unchanged = runner.pull_request()
    assert unchanged.outputs["changes"] == "false"
    assert not forge.comments, "there is nothing to tell"
    always = runner.pull_request({"comment": "always"})
    assert not always.has_failed
    assert "no changes" in forge.bodies[0]


def test_an_invalid_spec_is_annotated_and_not_planned(runner: Runner, forge: Forge) -> None:
    runner.repository.replace("instance: ml.m5.large", "instnce: ml.m5.large")
    job = runner.pull_request()
    assert job.has_failed
    assert job.outcomes["Validate"] == "failure"
    assert outcomes(job, CHECKED[1:] + DEPLOYED) == ["skipped"] * 6
    first = next(each for each in job.commands if each.name == "error")
    assert first.properties["file"] == "pipelines/churn.yaml"
    assert first.properties["line"] == "18"
    assert "`instnce`" in first.message
    names = [name for name, _ in runner.used]
    assert names == ["setup-python", "upload-sarif", "upload-artifact"]
    assert runner.artifact() == "pipec.sarif"
    assert not forge.requests
    assert job.outputs["changes"] == ""


def test_a_failing_test_is_annotated_and_not_planned(runner: Runner) -> None:
    runner.repository.replace("    group: churn", "    group: churn\n    after: [prepare]")
    path = runner.repository.root / "pipelines" / "churn.test.yaml"
    path.write_text(path.read_text().replace("train, register", "train"))
    job = runner.push()
    assert job.outcomes["Test"] == "failure"
    assert outcomes(job, DEPLOYED) == ["skipped"] * 4
    (first,) = [each for each in job.commands if each.name == "error"]
    assert first.properties["file"] == "pipelines/churn.test.yaml"
    assert "junit.xml" in runner.artifact()


def test_strictness_and_names_are_passed_on(runner: Runner) -> None:
    runner.repository.replace("parameters:\n", "vars: {unused: x}\nparameters:\n")
    assert not runner.pull_request().has_failed
    job = runner.pull_request({"strict": "true"})
    assert job.outcomes["Validate"] == "failure"
    assert job.said("warning")


def test_a_fork_is_checked_and_told_why_there_is_no_plan(
    runner: Runner, aws: AwsStandIn, forge: Forge
) -> None:
    for command in ("auto", "upsert"):
        job = runner.pull_request({"command": command}, head="mallory/shop")
        assert not job.has_failed, job.log
        assert outcomes(job, DEPLOYED) == ["skipped"] * 4
        assert "fork has no access" in job.said("notice")[0]
        assert job.outputs["mode"] == "check"
    assert outcomes(job, CHECKED) == ["success"] * 3
    assert not aws.calls
    assert not forge.requests


def test_a_bots_pull_request_has_no_token_and_no_plan(runner: Runner) -> None:
    job = runner.pull_request(oidc=False)
    assert not job.has_failed
    assert "no token" in job.said("notice")[0]
    assert job.outcomes["Plan"] == "skipped"


@pytest.mark.parametrize(
    ("event", "inputs", "oidc", "said"),
    [
        ("pull_request_target", {}, True, "use pull_request"),
        ("push", {}, False, "id-token: write"),
        ("push", {"command": "destroy"}, True, "command is not one of"),
        ("push", {"aws-region": ""}, True, "role-to-assume needs aws-region"),
    ],
)
def test_what_can_not_be_done_is_said_at_once(
    runner: Runner, event: str, inputs: dict[str, str], oidc: bool, said: str
) -> None:
    at = {"repository": {"default_branch": "main"}}
    job = runner.run(event, "refs/heads/main", at, inputs, oidc=oidc)
    assert job.has_failed
    assert said in job.said("error")[0]
    assert set(job.outcomes.values()) == {"failure", "skipped"}
    assert not runner.used


def test_another_branch_is_only_checked(runner: Runner, aws: AwsStandIn) -> None:
    job = runner.push(branch="feature")
    assert job.outputs["mode"] == "check"
    assert not job.has_failed
    assert not aws.calls


def test_two_specs_in_a_folder_of_a_monorepo(
    runner: Runner, repository: Repository, aws: AwsStandIn, forge: Forge
) -> None:
    repository.write("services/ml/pipec.yaml", "")
    repository.write("services/ml/pipelines/one.yaml", OTHER.format(name="one"))
    repository.write("services/ml/pipelines/two.yaml", OTHER.format(name="two"))
    specs = "services/ml/pipelines/one.yaml\nservices/ml/pipelines/two.yaml\n"
    job = runner.pull_request({"specs": specs})
    assert not job.has_failed, job.log
    assert "### `one`" in forge.bodies[0]
    assert "### `two`" in forge.bodies[0]
    assert "no test lies beside" in job.said("notice")[0]
    assert not runner.push({"specs": "services/ml"}).has_failed
    listed = aws.client("sagemaker").list_pipelines()["PipelineSummaries"]
    assert {each["PipelineName"] for each in listed} == {"one", "two"}

    repository.write(
        "services/ml/pipelines/two.yaml", OTHER.format(name="two") + "  x: {type: y}\n"
    )
    job = runner.pull_request({"specs": "services/ml"})
    first = next(each for each in job.commands if each.name == "error")
    assert first.properties["file"] == "services/ml/pipelines/two.yaml"


def test_what_changed_is_started(runner: Runner, aws: AwsStandIn) -> None:
    started: list[int] = []

    def executions() -> list[Any]:
        listed = aws.client("sagemaker").list_pipeline_executions(PipelineName="churn")
        return list(listed["PipelineExecutionSummaries"])

    for start in ("changed", "changed", "all"):
        job = runner.push({"start": start})
        assert not job.has_failed, job.log
        assert job.outcomes["Start"] == "success"
        started.append(len(executions()) - sum(started))
    assert started == [1, 0, 1]


def test_without_a_role_the_jobs_own_credentials_are_used(runner: Runner, aws: AwsStandIn) -> None:
    runner.machine |= role_credentials(aws, ROLE, "token")
    job = runner.push({"role-to-assume": "", "aws-region": ""}, oidc=False)
    assert not job.has_failed, job.log
    assert "configure-aws-credentials" not in [name for name, _ in runner.used]


def test_a_plan_that_fails_fails_the_job(runner: Runner, aws: AwsStandIn, forge: Forge) -> None:
    aws.fail("denied", at="sagemaker:DescribePipeline", times=None)
    job = runner.push()
    assert job.outcomes["Plan"] == "failure"
    assert job.outcomes["Upsert"] == "skipped"
    assert "DescribePipeline" in job.log
    assert not forge.requests


def test_a_forge_that_refuses_fails_nothing(runner: Runner, forge: Forge) -> None:
    forge.fault = (403, b'{"message": "Resource not accessible by integration"}')
    job = runner.pull_request()
    assert not job.has_failed
    assert "not commented" in job.said("warning")[0]


def test_nothing_in_a_spec_becomes_a_command_of_the_runner(
    runner: Runner, repository: Repository
) -> None:
    repository.write(
        "pipelines/churn.test.yaml",
        'tests:\n  "::set-output name=changes::false": {expect: {status: succeeded}}\n',
    )
    repository.replace("Tell who will leave.", '"::error::a lie"')
    job = runner.pull_request()
    assert not job.has_failed, job.log
    assert {each.name for each in job.commands} == set()
    assert job.outputs["changes"] == "true"


def test_the_action_is_installed_from_its_own_commit_or_a_release(
    runner: Runner, machine: dict[str, str]
) -> None:
    runner.push({"command": "check"})
    runner.push({"command": "check", "version": "1.2.3", "extras": "aws,train"})
    installed = [each for each in calls(machine) if "-m pip" in each]
    quiet = "-I -m pip install --quiet --disable-pip-version-check"
    assert installed == [
        f"{quiet} {ROOT}[aws] --constraint {ROOT}/constraints.txt",
        f"{quiet} pipec[aws,train]==1.2.3",
    ]


def test_no_expression_is_put_into_a_script_and_other_actions_are_pinned() -> None:
    for step in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]:
        if "uses" in step:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        else:
            assert step["shell"] == "bash"
            assert step["run"].startswith("set -euo pipefail\n")
            assert "${{" not in step["run"]
