"""The commands of the page about executions work, in their order, on the example of the README."""

import re
from pathlib import Path

import pytest

from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.conftest import ROOT
from tests.executions.conftest import Command

EXAMPLE = re.compile(r"```yaml\n(kind: Pipeline\n.*?)```", re.DOTALL)
COMMAND = re.compile(r"^\$ pipec (\S[^#\n]*)", re.MULTILINE)
ALL = ("prepare", "pretrain", "finetune", "evaluate")


def test_the_commands_of_the_page_work(
    aws: AwsStandIn, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = EXAMPLE.search((ROOT / "README.md").read_text("utf-8"))
    assert found is not None
    aws.client("s3").create_bucket(Bucket="ml-dev")
    monkeypatch.chdir(tmp_path)
    for name, text in (("pipec.yaml", ""), ("pipelines/reviews.yaml", found[1])):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_text(text, "utf-8")
    command.ok("upsert", "pipelines/reviews.yaml")
    aws.play_execution([[step(name) for name in ALL]])
    aws.play_execution([[step(name) for name in ALL]])
    aws.play_execution([[step("finetune", "Executing")]] * 9)
    for line in COMMAND.findall((ROOT / "docs" / "executions.md").read_text("utf-8")):
        words = line.split()
        if words[0] == "rollback" and "--alias" not in words:
            spec = Path("pipelines/reviews.yaml")
            spec.write_text(spec.read_text("utf-8").replace("default: 3", "default: 4"), "utf-8")
            command.ok("upsert", str(spec))
        if words[0] == "retry":
            assert command("watch", "reviews").exit_code == 1
            aws.play_execution([[step(name) for name in ALL]])
        done = command(*words, *(["--stop"] if words[0] == "delete" else []))
        assert done.exit_code == 0, f"{line}: {done.output}"
