"""The page about infrastructure: its commands are those of `pipec`, its names of templates."""

import re
from pathlib import Path

import pytest

from compiler.cli.compile_verb import command as compile_command
from compiler.cli.iam_verb import command as iam_command
from compiler.infrastructure.cloudformation import cloudformation
from compiler.infrastructure.terraform import terraform
from tests.conftest import ROOT
from tests.infrastructure.specs import EVERYTHING, example_pipeline

PAGE = (ROOT / "docs" / "infrastructure.md").read_text("utf-8")
COMMANDS = {"compile": compile_command, "iam": iam_command}
GIVEN = re.findall(r"^\$ pipec (\w+) reviews\.yaml(.*)$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("verb", "options"), GIVEN)
def test_a_command_on_the_page_is_one(verb: str, options: str) -> None:
    known = {name for parameter in COMMANDS[verb].params for name in parameter.opts}
    assert set(re.findall(r"--?[a-z]+", options)) <= known


def test_what_is_left_open_is_called_as_the_page_says(tmp_path: Path) -> None:
    text = EVERYTHING.read_text("utf-8").replace("  NIGHTLY:", "  at-noon:")
    pipeline = example_pipeline(text, tmp_path)
    made = (cloudformation(pipeline), terraform(pipeline))
    assert all(isinstance(each, dict) for each in made)
    template, configuration = made
    rows = re.findall(r"^\| (`[A-Z].*?) \| (`[a-z].*?) \|", PAGE, re.MULTILINE)
    named = [re.findall(r"`(\w+)`", cell) for row in rows for cell in row]
    assert isinstance(template, dict)
    assert isinstance(configuration, dict)
    known = {*_keys(template["Parameters"]), *_keys(configuration["variable"])}
    assert len(rows) == 6
    assert {name for names in named for name in names} <= known


def _keys(value: object) -> list[str]:
    assert isinstance(value, dict)
    return list(value)
