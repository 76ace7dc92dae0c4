"""The exit status, what is printed and what is written follow comments and `pipec.yaml`."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from compiler.cli import pipec
from compiler.code.project import project_of
from compiler.code.settings import settings_of
from compiler.diagnostics import codes
from tests.specs import Workshop

STOP = "steps:\n  stop:\n    type: fail\n    message: stopped\n"
UNUSED = "parameters:\n  a: {type: float}"
IGNORED = "# pipec: ignore[W301] for the dashboard"
NEW_MACHINE = """\
defaults:
  role: arn:aws:iam::111122223333:role/r
  image: example.com/i:1
steps:
  s:
    type: processing
    entrypoint: [run]
    instance: ml.m99.large"""


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    monkeypatch.chdir(tmp_path)
    return Workshop(tmp_path)


@pytest.fixture
def shell() -> Callable[..., Result]:
    def run(*words: str) -> Result:
        return CliRunner().invoke(pipec, words)

    return run


def test_an_ignored_error_leaves_the_exit_status_and_the_result(
    workshop: Workshop, shell: Callable[..., Result]
) -> None:
    workshop.spec(f"{NEW_MACHINE}  # pipec: ignore[E504] newer than the model\n")
    done = shell("compile", "--strict", "pipelines/spec.yaml")
    assert (done.exit_code, done.stderr) == (0, "")
    definition = json.loads(Path("build/x/default/pipeline.json").read_text("utf-8"))
    cluster = definition["Steps"][0]["Arguments"]["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == "ml.m99.large"


def test_an_error_that_is_a_warning_fails_only_when_strict(
    workshop: Workshop, shell: Callable[..., Result]
) -> None:
    workshop.spec(f"{NEW_MACHINE}\n")
    assert shell("validate", "pipelines/spec.yaml").exit_code == 1
    workshop.write("pipec.yaml", "rules: {E504: warning}")
    done = shell("validate", "pipelines/spec.yaml")
    assert done.exit_code == 0
    assert done.output.startswith("warning[E504] member-enum: ")
    assert done.output.endswith("1 spec: 1 warning\n")
    assert shell("validate", "--strict", "pipelines/spec.yaml").exit_code == 1
    assert shell("compile", "pipelines/spec.yaml").exit_code == 0
    assert shell("compile", "--strict", "pipelines/spec.yaml").exit_code == 1


@pytest.mark.parametrize(
    ("level", "status", "strict_status"), [("off", 0, 0), ("warning", 0, 1), ("error", 1, 1)]
)
@pytest.mark.parametrize("verb", ["validate", "compile"])
def test_a_warning_counts_as_the_project_says(
    verb: str,
    level: str,
    status: int,
    strict_status: int,
    workshop: Workshop,
    shell: Callable[..., Result],
) -> None:
    spec = workshop.spec(f"{UNUSED}\n{STOP}")
    workshop.write("pipec.yaml", f"rules: {{W301: {level}}}")
    assert shell(verb, str(spec)).exit_code == status
    assert Path("build").exists() == (verb == "compile" and status == 0)
    assert shell(verb, "--strict", str(spec)).exit_code == strict_status


def test_each_format_shows_the_severity_that_counts(
    workshop: Workshop, shell: Callable[..., Result]
) -> None:
    spec = str(workshop.spec(f"{UNUSED}\n{STOP}"))
    workshop.write("pipec.yaml", "rules: {W301: error}")
    (found,) = json.loads(shell("validate", "--format", "json", spec).stdout)["diagnostics"]
    assert found["severity"] == "error"
    assert shell("validate", "--format", "github", spec).stdout.startswith("::error ")
    (result,) = _sarif(shell("validate", "--format", "sarif", spec))
    assert result["level"] == "error"
    assert "suppressions" not in result


def test_sarif_shows_what_is_ignored_and_why_and_other_formats_do_not(
    workshop: Workshop, shell: Callable[..., Result]
) -> None:
    spec = str(workshop.spec(f"{UNUSED}  {IGNORED}\n  b: {{type: float}}\n{STOP}"))
    counting, ignored = _sarif(shell("validate", "--format", "sarif", spec))
    assert (ignored["ruleId"], ignored["level"]) == ("W301", "warning")
    assert ignored["suppressions"] == [{"kind": "inSource", "justification": "for the dashboard"}]
    assert counting["suppressions"] == []
    assert len(json.loads(shell("validate", "--format", "json", spec).stdout)["diagnostics"]) == 1
    assert shell("validate", "--format", "github", spec).stdout.count("::warning ") == 1
    assert shell("validate", spec).output.endswith("1 spec: 1 warning, 1 ignored\n")
    assert len(_sarif(shell("compile", "--format", "sarif", spec))) == 2


def test_only_validate_reports_a_stale_comment_since_it_knows_all_targets(
    workshop: Workshop, shell: Callable[..., Result]
) -> None:
    spec = str(workshop.spec(f"{STOP}    description: x  {IGNORED}\n"))
    assert "W110" in shell("validate", spec).output
    assert "W110" not in shell("compile", spec).output


@pytest.mark.parametrize("folder", [".", "elsewhere"])
@pytest.mark.parametrize("verb", ["validate", "compile"])
def test_a_mistake_in_the_settings_is_said_once_for_all_specs(
    verb: str,
    folder: str,
    workshop: Workshop,
    shell: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = workshop.spec(STOP)
    workshop.spec(STOP, name="other.yaml", head="name: y\n")
    workshop.write("pipec.yaml", "rules: {W999: off}")
    (workshop.root / folder).mkdir(exist_ok=True)
    monkeypatch.chdir(workshop.root / folder)
    done = shell(verb, str(first.parent))
    assert done.exit_code == 1
    assert done.output.count("[E111]") == 1
    assert ("--> ../pipec.yaml:1:9" if folder != "." else "--> pipec.yaml:1:9") in done.output


def test_settings_are_read_once_and_again_when_they_change(workshop: Workshop) -> None:
    project = project_of(workshop.spec(STOP))
    workshop.write("pipec.yaml", "rules: {W301: off}")
    settings = settings_of(project)
    assert settings_of(project) is settings
    workshop.write("pipec.yaml", "rules: {W301: error}")
    assert settings_of(project).levels == {codes.UNUSED_PARAMETER: "error"}


def test_a_project_without_settings_has_none(tmp_path: Path) -> None:
    project = project_of(Workshop(tmp_path).spec(STOP))
    (tmp_path / "pipec.yaml").unlink()
    assert settings_of(project).levels == {}
    assert settings_of(project).diagnostics == ()


def test_settings_that_are_a_folder_are_a_mistake_with_a_place(tmp_path: Path) -> None:
    project = project_of(Workshop(tmp_path).spec(STOP))
    (tmp_path / "pipec.yaml").unlink()
    (tmp_path / "pipec.yaml").mkdir()
    (found,) = settings_of(project).diagnostics
    assert (found.code, found.span.position) == (codes.UNREADABLE, "pipec.yaml:1:1")


def _sarif(done: Result) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(done.stdout)["runs"][0]["results"]
    return results
