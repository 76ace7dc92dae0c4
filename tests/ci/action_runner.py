"""Run a composite action as GitHub does: its steps in order, with what they tell each other."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.ci.expressions import PLACE, STATUS, evaluate, filled
from tests.ci.log import Command, commands

BASH = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")


@dataclass(kw_only=True, slots=True)
class Job:
    """A job on a runner: what the action finds there, and what it leaves."""

    workspace: Path
    temporary: Path
    github: Mapping[str, Any]
    env: dict[str, str]
    outcomes: dict[str, str] = field(default_factory=dict)  # of each step, by its name
    steps: dict[str, Any] = field(default_factory=dict)  # the context `steps`
    outputs: dict[str, str] = field(default_factory=dict)
    log: str = ""
    summary: str = ""
    has_failed: bool = False

    @property
    def commands(self) -> list[Command]:
        return commands(self.log)

    def said(self, name: str) -> list[str]:
        return [each.message for each in self.commands if each.name == name]


Used = Callable[[dict[str, str], Job], Mapping[str, str]]


def run_action(action: Path, job: Job, inputs: Mapping[str, str], uses: Mapping[str, Used]) -> None:
    """Run all steps of an action; `uses` stand for the actions that it uses, by their names."""
    declared = yaml.safe_load(action.read_text("utf-8"))
    assert set(inputs) <= set(declared["inputs"]), "GitHub warns of such an input"
    contexts: dict[str, Any] = {
        "github": job.github,
        "runner": {"temp": str(job.temporary)},
        "steps": job.steps,
        "env": job.env,
    }
    contexts["inputs"] = {
        name: inputs.get(name, filled(each.get("default"), contexts))
        for name, each in declared["inputs"].items()
    }
    job.temporary.mkdir(parents=True, exist_ok=True)
    for step in declared["runs"]["steps"]:
        _step(step, action, job, contexts, uses)
    for name, each in declared.get("outputs", {}).items():
        job.outputs[name] = filled(each["value"], contexts)


def _step(
    step: Mapping[str, Any],
    action: Path,
    job: Job,
    contexts: Mapping[str, Any],
    uses: Mapping[str, Used],
) -> None:
    name, key = step["name"], step.get("id")
    if not _is_wanted(step.get("if"), job, contexts):
        job.outcomes[name] = "skipped"
        return
    told: Mapping[str, str] = {}
    if "uses" in step:
        given = {each: filled(value, contexts) for each, value in step["with"].items()}
        told, status = uses[step["uses"].partition("@")[0]](given, job), 0
    else:
        env = {each: filled(value, contexts) for each, value in step.get("env", {}).items()}
        status, told = _script(step["run"], action, job, env)
    job.outcomes[name] = "failure" if status else "success"
    job.has_failed |= bool(status) and not step.get("continue-on-error", False)
    if key:
        job.steps[key] = {"outputs": dict(told), "outcome": job.outcomes[name]}


def _is_wanted(condition: str | None, job: Job, contexts: Mapping[str, Any]) -> bool:
    text = condition or "success()"
    whole = PLACE.fullmatch(text.strip())
    text = whole[1] if whole is not None else text
    functions = {
        "always": lambda: True,
        "success": lambda: not job.has_failed,
        "failure": lambda: job.has_failed,
    }
    if not STATUS.search(text):
        text = f"success() && ({text})"
    return bool(evaluate(text, contexts, functions))


def _script(
    script: str, action: Path, job: Job, env: Mapping[str, str]
) -> tuple[int, dict[str, str]]:
    files = {name: job.temporary / f"_{name}" for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("")
    path = job.temporary / "_script.sh"
    path.write_text(script)
    done = subprocess.run(
        [*BASH, str(path)],
        cwd=job.workspace,
        env={
            **job.env,
            **{name: str(file) for name, file in files.items()},
            "GITHUB_ACTION_PATH": str(action.parent),
            **env,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    job.log += done.stdout
    job.summary += files["GITHUB_STEP_SUMMARY"].read_text()
    told = dict(
        line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines() if line
    )
    for file in (*files.values(), path):
        file.unlink()
    return done.returncode, told
