"""Run a template of GitLab: inputs, `extends`, `!reference`, rules and scripts in their order."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

INPUT = re.compile(r"\$\[\[ inputs\.(\w+) \]\]")
VARIABLE = re.compile(r"\$(\w+)")


class _Loader(yaml.SafeLoader):
    """Reads `!reference` as what it is."""


@dataclass(frozen=True, slots=True)
class Reference:
    path: tuple[str, ...]


def _reference(loader: yaml.SafeLoader, node: yaml.Node) -> Reference:
    assert isinstance(node, yaml.SequenceNode)
    return Reference(tuple(loader.construct_sequence(node)))


_Loader.add_constructor("!reference", _reference)


@dataclass(frozen=True, kw_only=True, slots=True)
class Ran:
    name: str
    status: int
    log: str
    folder: Path


def jobs_of(template: Path, inputs: Mapping[str, str]) -> dict[str, Any]:
    """Return the jobs of a template, with what they extend and refer to laid into them."""
    head, _, text = template.read_text("utf-8").partition("\n---\n")
    declared = yaml.safe_load(head)["spec"]["inputs"]
    assert set(inputs) <= set(declared)
    values = {name: inputs.get(name, each["default"]) for name, each in declared.items()}
    for name, value in values.items():
        assert value in declared[name].get("options", [value])
    used = set(INPUT.findall(text))
    assert used == set(declared), "each input is used"
    filled = INPUT.sub(lambda found: str(values[found[1]]).lower() if isinstance(
        values[found[1]], bool) else str(values[found[1]]), text)  # fmt: skip
    every: dict[str, Any] = yaml.load(filled, _Loader)  # noqa: S506
    return {name: _whole(name, every) for name in every if not name.startswith(".")}


def _whole(name: str, every: Mapping[str, Any]) -> Any:
    job = dict(every[name])
    base = job.pop("extends", None)
    merged = _laid_over(_whole(base, every), job) if base else job
    return {key: _resolved(value, every) for key, value in merged.items()}


def _laid_over(base: Any, over: Any) -> Any:
    if not isinstance(base, dict) or not isinstance(over, dict):
        return over
    both = {key: _laid_over(base[key], over[key]) for key in base.keys() & over.keys()}
    return {**base, **over, **both}


def _resolved(value: Any, every: Mapping[str, Any]) -> Any:
    if not isinstance(value, list):
        return value
    found: list[Any] = []
    for each in value:
        if isinstance(each, Reference):
            job, member = each.path
            found += every[job][member]
        else:
            found.append(each)
    return found


def is_wanted(job: Mapping[str, Any], variables: Mapping[str, str]) -> bool:
    """Return whether one of the rules of a job holds."""
    return any(
        all(_holds(part, variables) for part in rule["if"].split(" && ")) for rule in job["rules"]
    )


def _holds(comparison: str, variables: Mapping[str, str]) -> bool:
    left, right = comparison.split(" == ")
    return _value(left, variables) == _value(right, variables)


def _value(text: str, variables: Mapping[str, str]) -> str | None:
    return text[1:-1] if text.startswith('"') else variables.get(text.removeprefix("$"))


def run_pipeline(
    jobs: Mapping[str, Any],
    repository: Path,
    folder: Path,
    env: Mapping[str, str],
    variables: Mapping[str, str],
) -> dict[str, Ran]:
    """Run the jobs that are wanted, each in a new clone with the artefacts of what it needs."""
    ran: dict[str, Ran] = {}
    for name, job in jobs.items():
        if not is_wanted(job, variables) or any(
            need not in ran or ran[need].status for need in job.get("needs", ())
        ):
            continue
        clone = folder / name
        command = ["git", "clone", "--quiet", str(repository), str(clone)]
        subprocess.run(command, check=True)
        for need in job.get("needs", ()):
            for path in jobs[need]["artifacts"]["paths"]:
                shutil.copytree(ran[need].folder / path, clone / path, dirs_exist_ok=True)
        ran[name] = _run(name, job, clone, env, variables)
    return ran


def _run(
    name: str, job: Mapping[str, Any], clone: Path, env: Mapping[str, str],
    variables: Mapping[str, str],
) -> Ran:  # fmt: skip
    tokens = {each: f"token-for-{token['aud']}" for each, token in job.get("id_tokens", {}).items()}
    own = {
        key: VARIABLE.sub(lambda found: variables.get(found[1], ""), str(value))
        for key, value in job["variables"].items()
    }
    script = clone.parent / f"{name}.sh"
    lines = ["set -eo pipefail", *job["before_script"], *job["script"]]
    script.write_text("\n".join(lines) + "\n")
    done = subprocess.run(
        ["bash", str(script)],
        cwd=clone,
        env={**env, "TMPDIR": os.fspath(clone.parent), **variables, **tokens, **own},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Ran(name=name, status=done.returncode, log=done.stdout, folder=clone)
