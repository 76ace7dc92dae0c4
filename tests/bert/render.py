"""Render a template as the compiler does."""

import json
from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

TEMPLATES = Path(__file__).parents[2] / "templates"


def literal(value: Any) -> str:
    """Return the Python expression of a plain value, its strings in double quotes."""
    match value:
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list():
            return f"[{', '.join(map(literal, value))}]"
        case _:
            return repr(value)


def render(template: str, values: dict[str, Any], destination: Path) -> Path:
    """Write the files of `template` into `destination` and return its entry."""
    folder = TEMPLATES / template
    declared = yaml.safe_load((folder / "template.yaml").read_text(encoding="utf-8"))
    properties = declared["with"]["properties"]
    assert set(values) <= set(properties)
    filled = {name: schema["default"] for name, schema in properties.items()} | values
    environment = SandboxedEnvironment(
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["literal"] = literal
    beside = [path for path in sorted(folder.iterdir()) if path.is_file()]
    included = [TEMPLATES / name for name in declared.get("include", [])]
    destination.mkdir(parents=True, exist_ok=True)
    for path in [*beside, *included]:
        if path.name == "template.yaml":
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".j2":
            text = environment.from_string(text).render(filled)
        (destination / path.name.removesuffix(".j2")).write_text(text, encoding="utf-8")
    return destination / str(declared["entry"])
