"""What is mutated: the specs and the definitions of the other tests."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

SPECS = ("pipelines/*.yaml", "tests/cases/**/*.yaml", "tests/conformance/*/spec.yaml")
PROJECT_FILES = (
    "pipec.yaml", "templates/**/*", "tests/cases/**/*", "tests/conformance/*/*/**/*",
)  # fmt: skip
DEFINITIONS = (
    "tests/conformance/*/*.json",
    "tests/cases/steps/**/*.json",
    "tests/golden/pipelines/**/pipeline.json",
)
NO_SEEDS = frozenset({"facts.json", "template.yaml"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Seed:
    """A spec or a definition, and its path from the root of the repository."""

    name: str
    text: str


@cache
def spec_seeds() -> tuple[Seed, ...]:
    """Return all specs, and the settings and tests beside them."""
    return tuple(Seed(name=name, text=text) for name, text in _files(SPECS))


@cache
def definition_seeds() -> tuple[Seed, ...]:
    """Return all definitions; a list of steps is made one."""
    return tuple(
        Seed(name=name, text=json.dumps(_definition(json.loads(text)), indent=1))
        for name, text in _files(DEFINITIONS)
    )


def _files(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.name not in NO_SEEDS:
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


def _definition(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    names = sorted(set(_parameters(value)))
    parameters = [{"Name": name, "Type": "String", "DefaultValue": "x"} for name in names]
    return {"Version": "2020-12-01", "Metadata": {}, "Parameters": parameters, "Steps": value}


def _parameters(value: Any) -> Iterator[str]:
    match value:
        case {"Get": str(path)} if path.startswith("Parameters."):
            yield path.removeprefix("Parameters.")
        case dict():
            for item in value.values():
                yield from _parameters(item)
        case list():
            for item in value:
                yield from _parameters(item)


def copy_project(root: Path) -> None:
    """Copy what specs find in their projects, so that a mutated one can stand in its seed's place.

    A copy and no link: a project takes no file that lies outside.
    """
    for pattern in (*PROJECT_FILES, *SPECS):
        for path in sorted(ROOT.glob(pattern)):
            target = root / path.relative_to(ROOT)
            if path.is_file() and "__pycache__" not in path.parts:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
