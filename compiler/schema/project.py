"""The JSON Schema of `pipec.yaml` for editors, in which each code is a word to choose."""

from typing import cast

from compiler.diagnostics.codes import BY_WORD, Code
from compiler.schema.derive import DIALECT, Schema, object_schema
from compiler.spec.policy import PolicySpec
from compiler.spec.project import LEVELS, ProjectSpec


def project_schema() -> Schema:
    """Return the schema of a project's settings."""
    schema = object_schema(ProjectSpec)
    properties = cast("Schema", schema["properties"])
    properties["rules"] = {
        "description": cast("Schema", properties["rules"])["description"],
        "type": "object",
        "properties": {word: _level(word, code) for word, code in BY_WORD.items()},
        "additionalProperties": False,
    }
    described = cast("Schema", properties["policy"])["description"]
    properties["policy"] = {**object_schema(PolicySpec), "description": described}
    # An empty file has no settings, and is how most projects begin.
    return {
        "$schema": DIALECT,
        "title": "pipec project",
        **schema,
        "type": ["object", "null"],
    }


def _level(word: str, code: Code) -> Schema:
    levels = list(LEVELS) if code.is_ignorable else ["error"]
    return {"enum": levels, "description": code.name if word == code.id else code.id}
