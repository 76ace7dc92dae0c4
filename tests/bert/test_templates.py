"""The templates' declarations say what their scripts do."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bert.rendering import NAMES, TRAINING, declaration, render

RUFF = [sys.executable, "-m", "ruff"]


def load(entry: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"rendered_{entry.stem}", entry)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("template", TRAINING)
def test_the_declared_hyperparameters_are_those_of_the_script(
    template: str, tmp_path: Path
) -> None:
    parser = load(render(template, tmp_path)).hyperparameters()
    declared = declaration(template)["hyperparameters"]
    assert vars(parser.parse_args([])) == {
        name: schema["default"] for name, schema in declared.items()
    }
    kinds = {"integer": int, "number": float, "string": str, "boolean": bool}
    for name, value in vars(parser.parse_args([])).items():
        assert type(value) is kinds[declared[name]["type"]]


@pytest.mark.parametrize("written", ["False", "false", "0"])
def test_a_boolean_is_read_as_every_launcher_writes_it(written: str, tmp_path: Path) -> None:
    parser = load(render("bert/finetune", tmp_path)).hyperparameters()
    assert parser.parse_args(["--keep_best", written]).keep_best is False
    assert parser.parse_args(["--keep_best", "True"]).keep_best is True
    with pytest.raises(SystemExit):
        parser.parse_args(["--keep_best", "maybe"])


@pytest.mark.parametrize("template", NAMES)
def test_everything_declared_is_described(template: str) -> None:
    declared = declaration(template)
    described = [declared, *declared["with"]["properties"].values()]
    for part in ("hyperparameters", "channels", "outputs"):
        described += declared.get(part, {}).values()
    assert all(entry["description"].endswith(".") for entry in described)


@pytest.mark.parametrize("template", NAMES)
def test_rendered_code_is_formatted(template: str, tmp_path: Path) -> None:
    render(template, tmp_path)
    command = [*RUFF, "format", "--isolated", "--line-length", "100", "--check", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_values_reach_the_script(tmp_path: Path) -> None:
    values = {"objectives": ["mlm"], "max_length": 77, "whole_words": True, "short_share": 0.25}
    plan = load(render("bert/pretrain", tmp_path, **values)).PLAN
    assert plan.structure.objectives == ("mlm",)
    assert plan.structure.max_length == 77
    assert plan.structure.short_share == 0.25
    assert plan.structure.masking.whole_words is True
