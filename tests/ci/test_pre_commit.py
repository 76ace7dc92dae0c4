"""The hooks for pre-commit, run as it runs them: by which files, and with what arguments."""

import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml

from tests.ci.conftest import Repository
from tests.conftest import ROOT

HOOKS = {each["id"]: each for each in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


def run(
    name: str, repository: Repository, machine: dict[str, str], changed: list[str]
) -> tuple[int, str] | None:
    """Run a hook for changed files; None if they do not start it."""
    hook: dict[str, Any] = HOOKS[name]
    chosen = [
        each
        for each in changed
        if re.search(hook["files"], each)
        and not re.search(hook.get("exclude", "^$"), each)
        and ("types" not in hook or each.endswith((".yaml", ".yml")))
    ]
    if not chosen:
        return None
    command = [*shlex.split(hook["entry"]), *hook.get("args", ())]
    command += chosen if hook.get("pass_filenames", True) else []
    done = subprocess.run(
        command, cwd=repository.root, env=machine, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_passes_and_is_started_by_specs(
    name: str, repository: Repository, machine: dict[str, str]
) -> None:
    ran = run(name, repository, machine, ["README.md", "pipelines/churn.yaml"])
    assert ran is not None
    assert ran[0] == 0, ran[1]
    assert run(name, repository, machine, ["README.md", "src/train/train.py"]) is None


def test_validate_is_given_the_changed_specs_alone(
    repository: Repository, machine: dict[str, str]
) -> None:
    repository.replace("instance: ml.m5.large", "instnce: ml.m5.large")
    repository.write("services/ml/pipelines/other.yaml", "kind: Pipeline\nname: x\nsteps: {}\n")
    changed = ["services/ml/pipelines/other.yaml", "pipelines/churn.test.yaml"]
    ran = run("pipec-validate", repository, machine, changed)
    assert ran is not None
    assert "instnce" not in ran[1]
    ran = run("pipec-validate", repository, machine, ["pipelines/churn.yaml"])
    assert ran is not None
    assert ran[0] == 1
    assert "pipelines/churn.yaml:18" in ran[1]


def test_tests_are_run_when_a_test_or_a_template_changes(
    repository: Repository, machine: dict[str, str]
) -> None:
    path = repository.root / "pipelines" / "churn.test.yaml"
    path.write_text(path.read_text().replace("train, register", "train"))
    for changed in ("pipelines/churn.test.yaml", "templates/own/main.py.j2"):
        ran = run("pipec-test", repository, machine, [changed])
        assert ran is not None
        assert ran[0] == 1
    assert run("pipec-validate", repository, machine, ["pipelines/churn.test.yaml"]) is None


def test_stale_scripts_are_found_when_a_template_changes(
    repository: Repository, machine: dict[str, str]
) -> None:
    repository.write(
        "templates/own/template.yaml",
        "description: Own.\nsteps: [processing]\nentry: main.py\nwith: {properties: {}}\n"
        "channels: {raw: {required: true, description: Rows.}}\noutputs: {train: {}}\n",
    )
    repository.write("templates/own/main.py.j2", '"""Train."""\n\nprint("one")\n')
    repository.replace("code: {path: src/prepare, entry: prepare.py}", "code: {template: own}")
    compiled = subprocess.run(
        ["pipec", "compile", "pipelines"], cwd=repository.root, env=machine, check=False
    )
    assert compiled.returncode == 0
    changed = ["templates/own/main.py.j2"]
    assert (run("pipec-compile-check", repository, machine, changed) or (9, ""))[0] == 0
    repository.write("templates/own/main.py.j2", '"""Train."""\n\nprint("two")\n')
    ran = run("pipec-compile-check", repository, machine, changed)
    assert ran is not None
    assert ran[0] == 1
    assert "stale" in ran[1]
