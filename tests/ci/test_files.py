"""The files for CI are of the form that their readers ask for."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

GITLAB = ROOT / "ci" / "gitlab" / "pipec.gitlab-ci.yml"


def checked(schema: str, file: Path) -> str:
    """Return what the schema that comes with check-jsonschema finds wrong."""
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    command += ["--data-transform", "gitlab-ci"] if schema == "gitlab-ci" else []
    done = subprocess.run([*command, file], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize(
    ("schema", "name"),
    [("github-actions", "action.yml"), ("github-workflows", "ci/github/pipec.yml")],
)
def test_a_file_of_github_is_one(schema: str, name: str) -> None:
    assert checked(schema, ROOT / name) == ""


def test_the_template_of_gitlab_is_one(tmp_path: Path) -> None:
    jobs = GITLAB.read_text("utf-8").partition("\n---\n")[2]
    filled = tmp_path / "gitlab-ci.yml"
    filled.write_text(re.sub(r"\$\[\[ .*? \]\]", "value", jobs))
    assert checked("gitlab-ci", filled) == ""


def test_no_input_of_gitlab_is_put_into_a_script() -> None:
    for line in GITLAB.read_text("utf-8").partition("\n---\n")[2].splitlines():
        if "$[[" in line:
            assert re.fullmatch(
                r' *(?:image|stage|aud|PIPEC_\w+): "?\$\[\[ inputs\.\w+ \]\]"?', line
            )
