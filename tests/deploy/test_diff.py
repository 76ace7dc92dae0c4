"""`pipec diff` compares with a commit or a file, and needs neither AWS nor boto3."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec

SPEC = """\
kind: Pipeline
name: {name}
steps:
  stop: {{type: fail, message: {message}}}
"""


def git(*arguments: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *options, *arguments], check=True, capture_output=True)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(pipec, ["diff", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, done.output


@pytest.fixture(autouse=True)
def _repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ml/pipelines").mkdir(parents=True)
    Path("ml/pipec.yaml").write_text("")
    for name in ("one", "two"):
        Path(f"ml/pipelines/{name}.yaml").write_text(SPEC.format(name=name, message="old"))
    git("init", "--quiet", "--initial-branch=main")
    git("add", ".")
    git("commit", "--quiet", "--message=first")
    Path("ml/pipelines/one.yaml").write_text(SPEC.format(name="one", message="new"))
    Path("ml/pipelines/two.yaml").unlink()
    Path("ml/pipelines/three.yaml").write_text(SPEC.format(name="three", message="old"))


def test_all_specs_of_a_folder_are_compared_with_a_commit() -> None:
    assert run("ml/pipelines", "--since", "main", "--detailed-exitcode") == (
        4,
        (
            "one beside main: 1 to change\n"
            "  ~ step stop (Fail)\n"
            '      ErrorMessage  "old" → "new"\n'
            "\n"
            "three beside main: 2 to add\n"
            "  + pipeline\n"
            "  + step stop (Fail)\n"
            "\n"
            "two beside main: 1 to remove\n"
            "  - pipeline\n"
        ),
    )


def test_one_spec_is_compared_wherever_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("ml/pipelines")
    assert run("one.yaml", "--since", "HEAD")[1].startswith("one beside HEAD: 1 to change\n")


def test_a_spec_is_compared_with_a_definition() -> None:
    Path("old.json").write_text(
        json.dumps(
            {
                "Version": "2020-12-01",
                "Steps": [{"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "x"}}],
            }
        )
    )
    status, printed = run("ml/pipelines/one.yaml", "--with", "old.json", "--format", "markdown")
    assert status == 0
    assert '| `~` | `step stop (Fail)` | `ErrorMessage` | `"x"` | `"new"` |' in printed


def test_json_says_which_form_it_has() -> None:
    _, printed = run("ml/pipelines/one.yaml", "--since", "main", "--format", "json")
    content = json.loads(printed)
    assert content["version"] == 1
    assert content["pipelines"][0]["changes"][0]["name"] == "stop"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ml/pipelines/one.yaml",), "say --since or --with"),
        (("ml/pipelines/one.yaml", "--since", "nowhere"), "finds no `nowhere"),
        (("ml/pipelines/one.yaml", "--since", "--output=x"), "`--output=x` is no commit"),
        (("ml/pipelines/four.yaml", "--since", "main"), "neither now nor at main"),
        (("ml", "--with", "ml/pipelines/one.yaml"), "--with compares one spec"),
    ],
)
def test_wrong_use_is_told(arguments: tuple[str, ...], said: str) -> None:
    status, printed = run(*arguments)
    assert status == 2
    assert said in printed


def test_a_mistake_in_the_spec_is_told_at_its_place() -> None:
    Path("ml/pipelines/one.yaml").write_text(SPEC.format(name="one", message="{a: 1}"))
    status, printed = run("ml/pipelines/one.yaml", "--since", "main")
    assert status == 1
    assert "ml/pipelines/one.yaml:4" in printed


def test_it_needs_no_boto3() -> None:
    program = (
        "import sys, compiler.cli.diff_verb\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules), 'imported'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_links_and_attributes_of_the_repository_do_not_matter() -> None:
    Path("out").symlink_to("/nowhere")
    Path(".gitattributes").write_text("ml/pipelines export-ignore\n")
    git("add", ".")
    git("commit", "--quiet", "--message=second")
    status, printed = run("ml/pipelines", "--since", "HEAD", "--detailed-exitcode")
    assert status == 0, printed
    done = subprocess.run(["git", "status", "--short"], check=True, capture_output=True, text=True)
    assert done.stdout == ""


def test_a_spec_outside_of_the_repository_is_refused(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    other = tmp_path_factory.mktemp("other") / "x.yaml"
    other.write_text(SPEC.format(name="x", message="x"))
    status, printed = run("ml/pipelines/one.yaml", str(other), "--since", "main")
    assert status == 2
    assert "is outside of the repository" in printed
