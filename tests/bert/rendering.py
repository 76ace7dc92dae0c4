"""Render a template into a folder, with the compiler's own environment."""

from pathlib import Path
from typing import Any

import yaml

from compiler.code.render import environment

TEMPLATES = Path(__file__).parents[2] / "templates"
NAMES = (
    "bert/prepare_data",
    "bert/pretrain",
    "bert/finetune",
    "bert/evaluate",
    "bert/finetune_regression",
    "bert/evaluate_regression",
    "bert/prepare_tokens",
    "bert/finetune_tokens",
    "bert/evaluate_tokens",
    "bert/finetune_answers",
    "bert/evaluate_answers",
)
TRAINING = tuple(name for name in NAMES if "train" in name or "tune" in name)


def declaration(template: str) -> dict[str, Any]:
    """Return what template.yaml says."""
    text = (TEMPLATES / template / "template.yaml").read_text(encoding="utf-8")
    declared: dict[str, Any] = yaml.safe_load(text)
    return declared


def render(template: str, destination: Path, **values: Any) -> Path:
    """Write the files of `template` into `destination` and return its entry."""
    declared = declaration(template)
    properties = declared["with"]["properties"]
    assert set(values) <= set(properties)
    filled = {name: schema["default"] for name, schema in properties.items()} | values
    jinja = environment()
    beside = [path for path in sorted((TEMPLATES / template).iterdir()) if path.is_file()]
    included = [TEMPLATES / name for name in declared.get("include", [])]
    destination.mkdir(parents=True, exist_ok=True)
    for path in [*beside, *included]:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".j2":
            text = jinja.from_string(text).render(filled)
        if path.name != "template.yaml":
            (destination / path.name.removesuffix(".j2")).write_text(text, encoding="utf-8")
    return destination / str(declared["entry"])
