"""The JSON Schema of test files, from their spec classes."""

from typing import cast

from compiler.schema.derive import DIALECT, HAS_EXPRESSION, Schema, object_schema, shape_schema
from compiler.spec.shape import ObjectShape
from compiler.steps import STEP_TYPES
from compiler.trial.spec import (
    ExpectedStepSpec,
    ExpectSpec,
    GivenStepSpec,
    SettingSpec,
    TrialFileSpec,
    TrialSpec,
)


def published_schema() -> Schema:
    """Return the schema that editors hold a test file against."""
    schema = file_schema()
    properties = _properties(schema)
    properties["defaults"] = {**cast("Schema", properties["defaults"]), **setting_schema()}
    tests = cast("Schema", properties["tests"])
    tests["additionalProperties"] = {"$ref": "#/$defs/test"}
    return {
        "$schema": DIALECT,
        "title": "pipec test",
        **schema,
        "$defs": {"test": trial_schema()},
    }


def file_schema() -> Schema:
    """Return the schema of a test file without what stands in its tests."""
    schema = without_references(object_schema(TrialFileSpec))
    properties = _properties(schema)
    tests, defaults = (cast("Schema", properties[name]) for name in ("tests", "defaults"))
    properties["tests"] = {
        "description": tests["description"],
        "type": "object",
        "minProperties": 1,
    }
    properties["defaults"] = {"description": defaults["description"], "type": "object"}
    return schema


def setting_schema() -> Schema:
    """Return the schema of what every test is given."""
    return _with_given_steps(without_references(object_schema(SettingSpec)))


def trial_schema() -> Schema:
    """Return the schema of one test."""
    schema = _with_given_steps(without_references(object_schema(TrialSpec)))
    expect = without_references(object_schema(ExpectSpec))
    item = without_references(shape_schema(ObjectShape(ExpectedStepSpec, "status")))
    _put_items(expect, "steps", item)
    properties = _properties(schema)
    properties["expect"] = {**expect, "minProperties": 1}
    return schema


def _with_given_steps(schema: Schema) -> Schema:
    step = without_references(object_schema(GivenStepSpec))
    properties = _properties(step)
    for name, description in _short_outputs().items():
        if name not in properties:
            properties[name] = {
                "description": description,
                "type": ["string", "number", "boolean"],
            }
    _put_items(schema, "steps", step)
    return schema


def _short_outputs() -> dict[str, str]:
    """Return the outputs that can be given by a short name, and what they are."""
    steps: dict[str, list[str]] = {}
    for name, step_type in STEP_TYPES.items():
        for output in step_type.outputs:
            steps.setdefault(output, []).append(name)
    return {
        output: f"Output of {', '.join(f'`{name}`' for name in sorted(names))} steps."
        for output, names in sorted(steps.items())
    }


def _put_items(schema: Schema, field: str, item: Schema) -> None:
    properties = _properties(schema)
    declared = cast("Schema", properties[field])
    properties[field] = {
        "description": declared["description"],
        "type": "object",
        "additionalProperties": item,
    }


def _properties(schema: Schema) -> Schema:
    return cast("Schema", schema["properties"])


def without_references(schema: Schema) -> Schema:
    """Return a schema that does not admit `${{ }}` everywhere: in a test it is a text."""
    if schema.get("if") == HAS_EXPRESSION:
        said = {"description": schema["description"]} if "description" in schema else {}
        return said | without_references(cast("Schema", schema["else"]))
    return {
        key: without_references(cast("Schema", value)) if isinstance(value, dict) else value
        for key, value in schema.items()
    }
