"""The commands that the documentation gives work, in their order, on the example of the README."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from tests.aws.stand_in import AwsStandIn
from tests.conftest import ROOT

EXAMPLE = re.compile(r"```yaml\n(kind: Pipeline\n.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ (pipec (?:plan|upsert|drift)[^#>\n]*)", re.MULTILINE)
DRIFTED = 4


@pytest.fixture(autouse=True)
def _project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws: AwsStandIn) -> None:
    found = EXAMPLE.search((ROOT / "README.md").read_text("utf-8"))
    assert found is not None
    (tmp_path / "pipelines").mkdir()
    (tmp_path / "pipec.yaml").write_text("")
    (tmp_path / "pipelines" / "reviews.yaml").write_text(found[1])
    aws.client("s3").create_bucket(Bucket="ml-dev")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", ["README.md", "docs/deploying.md"])
def test_the_commands_of_a_page_work(page: str) -> None:
    commands = COMMAND.findall((ROOT / page).read_text("utf-8"))
    assert len(commands) >= 2
    for command in commands:
        done = CliRunner().invoke(pipec, command.split()[1:])
        assert done.exit_code == 0, f"{command}: {done.output}"
        if "-o plan.json" in command:
            assert Path("plan.json").is_file()
