"""Run a buildspec as CodeBuild does: phase by phase, all commands in one shell."""

import shlex
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

PHASES = ("install", "pre_build", "build", "post_build")


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    status: int
    log: str
    failed_phase: str | None


def run_build(buildspec: Path, repository: Path, env: Mapping[str, str]) -> Build:
    """Run the commands of all phases; a command that fails ends its phase, and here the build."""
    spec = yaml.safe_load(buildspec.read_text("utf-8"))
    assert spec["version"] == 0.2
    assert spec["env"]["shell"] == "bash"
    assert set(spec["phases"]) <= set(PHASES)
    lines = ["set +e"]
    for phase in PHASES:
        of_phase = spec["phases"].get(phase, {"commands": []})
        assert of_phase["commands"] == [] or of_phase["on-failure"] == "ABORT"
        for command in of_phase["commands"]:
            lines.append(f"eval {shlex.quote(command)} || {{ echo 'failed: {phase}'; exit 1; }}")
    done = subprocess.run(
        ["bash", "-c", "\n".join(lines)],
        cwd=repository,
        env={**spec["env"]["variables"], **env, "CODEBUILD_SRC_DIR": str(repository)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    failed = done.stdout.rpartition("failed: ")[2].strip() if done.returncode else None
    return Build(status=done.returncode, log=done.stdout, failed_phase=failed)
