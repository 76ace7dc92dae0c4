"""One comment with the plan is made, found again and updated; what goes wrong fails nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from compiler.deploy.markdown import MARK
from tests.ci.forge import TOKEN, Forge
from tests.conftest import ROOT

SCRIPT = ROOT / "ci" / "sticky_comment.py"
PLAN = f"{MARK}\n## pipec plan\n\n### `churn` → default: 1 to add\n"


@pytest.fixture
def github(forge: Forge) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": forge.url,
        "GITHUB_REPOSITORY": "team/shop",
        "GITHUB_TOKEN": TOKEN,
        "PIPEC_PULL_REQUEST": "7",
        "PIPEC_COMMIT": "0123456789abcdef",
        "PIPEC_RUN_URL": "https://forge.example/runs/1",
    }


@pytest.fixture
def gitlab(forge: Forge) -> dict[str, str]:
    forge.user = "project_bot"
    forge.longest = 1_000_000
    return {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": f"{forge.url}/api/v4",
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
        "PIPEC_GITLAB_TOKEN": TOKEN,
    }


def comment(folder: Path, env: dict[str, str], text: str = PLAN, *options: str) -> str:
    """Run the script as CI does; return what it says."""
    file = folder / "plan.md"
    file.write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-I", SCRIPT, file, *options],
        env={**env, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


@pytest.mark.parametrize("service", ["github", "gitlab"])
def test_a_comment_is_made_once_and_then_updated(
    service: str, request: pytest.FixtureRequest, forge: Forge, tmp_path: Path
) -> None:
    env = request.getfixturevalue(service)
    forge.add("Looks good to me.", "ann")
    assert comment(tmp_path, env) == "pipec-comment: made comment 101\n"
    assert forge.bodies[1].startswith(PLAN)
    updated = PLAN.replace("1 to add", "no changes")
    assert comment(tmp_path, env, updated) == "pipec-comment: updated comment 101\n"
    assert len(forge.comments) == 2
    assert forge.bodies[1].startswith(updated)


def test_it_says_of_what_the_plan_was_made(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    comment(tmp_path, github)
    foot = "\n<sub>commit 0123456789ab, [run](https://forge.example/runs/1)</sub>\n"
    assert forge.bodies == [PLAN + foot]


def test_it_is_found_on_a_later_page(github: dict[str, str], forge: Forge, tmp_path: Path) -> None:
    for number in range(230):
        forge.add(f"remark {number}", "ann")
    forge.add(PLAN)
    assert "updated comment 330" in comment(tmp_path, github)
    pages = [each for each in forge.requests if each.startswith("GET")]
    assert [each.rpartition("=")[2] for each in pages] == ["1", "2", "3"]


def test_a_full_last_page_is_followed_by_an_empty_one(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    for number in range(100):
        forge.add(f"remark {number}", "ann")
    assert "made comment 200" in comment(tmp_path, github)


def test_somebody_elses_comment_with_the_mark_is_left_alone(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    forge.add(PLAN.replace("1 to add", "trust me"), "mallory")
    forge.add(f"> {PLAN}")
    assert "made comment" in comment(tmp_path, github)
    assert "trust me" in forge.bodies[0]


def test_comments_about_two_targets_are_told_apart(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    for key in ("dev", "prod", "dev", "prod", ""):
        comment(tmp_path, github, PLAN, f"--key={key}")
    marks = [each.splitlines()[0] for each in forge.bodies]
    assert marks == ["<!-- pipec plan of dev -->", "<!-- pipec plan of prod -->", MARK]


def test_a_new_comment_may_be_unwanted(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    assert "no comment to update" in comment(tmp_path, github, PLAN, "--only-update")
    assert not forge.comments
    comment(tmp_path, github)
    assert "updated" in comment(tmp_path, github, PLAN, "--only-update")


@pytest.mark.parametrize("letter", ["x", "ü", "😀"])
def test_a_long_plan_is_cut_at_a_line(
    github: dict[str, str], forge: Forge, tmp_path: Path, letter: str
) -> None:
    comment(tmp_path, github, PLAN + f"- {letter * 97}\n" * 1000)
    (body,) = forge.bodies
    assert 65_000 < len(body) <= 65_536
    kept, _, foot = body.partition("\n\n…cut: see the whole plan in the artefacts of the run.\n")
    assert kept.endswith(f"\n- {letter * 97}")
    assert foot.endswith("[run](https://forge.example/runs/1)</sub>\n")


@pytest.mark.parametrize(
    ("status", "text", "said"),
    [
        (403, b'{"message": "Resource not accessible"}', "403 Forbidden, Resource not accessible"),
        (404, b"{}", "404 Not Found"),
        (500, b"<html>", "500 Internal Server Error"),
        (200, b"<html>", "Expecting value"),
        (302, b"", "302 Found"),
    ],
)
def test_an_error_is_a_warning(
    github: dict[str, str], forge: Forge, tmp_path: Path, status: int, text: bytes, said: str
) -> None:
    forge.fault = (status, text)
    printed = comment(tmp_path, github)
    assert printed.startswith("::warning title=pipec::the plan was not commented: ")
    assert said in printed
    assert len(forge.requests) == 1, "the token goes nowhere else"


def test_an_answer_of_another_form_is_a_warning(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    forge.fault = (200, b'[{"id": 1, "user": null}, 5]')
    assert comment(tmp_path, github).startswith("::warning title=pipec::")


def test_a_server_that_is_away_is_a_warning(github: dict[str, str], tmp_path: Path) -> None:
    printed = comment(tmp_path, {**github, "GITHUB_API_URL": "http://127.0.0.1:9"})
    assert printed.startswith("::warning title=pipec::the plan was not commented: ")


@pytest.mark.parametrize(
    ("service", "name", "said"),
    [
        ("github", "GITHUB_TOKEN", "GITHUB_TOKEN is not set"),
        ("github", "PIPEC_PULL_REQUEST", "no pull request"),
        ("gitlab", "PIPEC_GITLAB_TOKEN", "PIPEC_GITLAB_TOKEN is not set"),
        ("gitlab", "CI_MERGE_REQUEST_IID", "no merge request"),
    ],
)
def test_what_is_missing_is_named(
    service: str, name: str, said: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    env = dict(request.getfixturevalue(service))
    del env[name]
    assert f"the plan was not commented: {said}\n" in comment(tmp_path, env)


def test_a_file_without_a_mark_is_not_commented(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    assert "does not begin with a mark" in comment(tmp_path, github, "anything\n")
    assert not forge.requests


def test_a_token_that_is_refused_is_not_shown(
    github: dict[str, str], forge: Forge, tmp_path: Path
) -> None:
    printed = comment(tmp_path, {**github, "GITHUB_TOKEN": "hunter2"})
    assert "401 Unauthorized, Bad credentials" in printed
    assert "hunter2" not in printed
    assert not forge.comments
