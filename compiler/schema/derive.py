"""Spec classes to JSON Schema."""

from collections.abc import Mapping
from typing import TypeAlias, cast

from compiler.spec.fields import Between, Length
from compiler.spec.shape import (
    FreeShape,
    ListShape,
    ObjectShape,
    ScalarShape,
    Shape,
    TableShape,
    fields_of,
)

Schema: TypeAlias = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANY_TYPE = ["string", "number", "boolean", "array", "object"]
HAS_EXPRESSION: Schema = {"type": "string", "pattern": r"\$\{\{"}


def object_schema(spec: type, optional: frozenset[str] = frozenset()) -> Schema:
    """Return the schema of a mapping that declares a spec class.

    Fields in `optional` need not stand in the mapping itself, since `defaults` can bring them.
    """
    properties: Schema = {}
    for field in fields_of(spec):
        schema = shape_schema(field.shape)
        properties[field.key] = {"description": field.doc, **schema} if field.doc else schema
    needed: dict[tuple[str, ...], list[str]] = {}
    for field in fields_of(spec):
        if field.is_required and field.key not in optional:
            needed.setdefault(field.unless, []).append(field.key)
    required = needed.pop((), None)
    conditional = [_required_unless(others, keys) for others, keys in needed.items()]
    return {
        "type": "object",
        "description": (spec.__doc__ or "").strip().split("\n")[0],
        "properties": properties,
        **({"required": required} if required else {}),
        **({"allOf": conditional} if conditional else {}),
        "additionalProperties": False,
    }


def _required_unless(others: tuple[str, ...], keys: list[str]) -> Schema:
    present: list[Schema] = [{"required": [other]} for other in others]
    there = present[0] if len(present) == 1 else {"anyOf": present}
    return {"if": there, "else": {"required": keys}}


def shape_schema(shape: Shape) -> Schema:
    """Return the schema of one shape of value; a string with `${{` stands for any of them."""
    match shape:
        case ScalarShape():
            return _scalar(shape)
        case ObjectShape():
            return _object(shape)
        case ListShape():
            items: Schema = {"type": "array", "items": shape_schema(shape.item)}
            items |= _length(shape.length, "Items")
            if shape.or_one:
                one = shape_schema(shape.item)
                return {"if": {"type": "array"}, "then": items, "else": one}
            return _or_expression(items)
        case TableShape():
            return _or_expression(_table(shape))
        case FreeShape():
            return _or_expression({"type": "object"} if shape.mapping_only else {"type": ANY_TYPE})


def _or_expression(schema: Schema) -> Schema:
    return {"if": HAS_EXPRESSION, "else": schema}


def literals_only(schema: Schema) -> Schema:
    """Return a schema without its branches for `${{`, which is half the work to hold against."""
    if schema.get("if") == HAS_EXPRESSION:
        return literals_only(cast("Schema", schema["else"]))
    found = {
        key: literals_only(cast("Schema", value)) if isinstance(value, dict) else value
        for key, value in schema.items()
    }
    if isinstance(schema.get("allOf"), list):
        found["allOf"] = [literals_only(each) for each in cast("list[Schema]", schema["allOf"])]
    pattern = found.get("pattern")
    if isinstance(pattern, str) and pattern.endswith("$"):
        # In JSON Schema `$` is the end of the text, in Python also the place before a last "\n".
        found["pattern"] = pattern.removesuffix("$") + r"\Z"
    return found


def _scalar(shape: ScalarShape) -> Schema:
    types = list(shape.types)
    schema: Schema = {"type": types[0] if len(types) == 1 else types}
    if shape.pattern is not None:
        schema["pattern"] = shape.pattern.regex
        schema["patternErrorMessage"] = f"expected {shape.pattern.expected}"
    if shape.choice is not None:
        schema["enum"] = list(shape.choice.values)
    schema |= _between(shape.between)
    schema |= _length(shape.length, "Length")
    return schema if schema == {"type": "string"} else _or_expression(schema)


def _object(shape: ObjectShape) -> Schema:
    schema = object_schema(shape.spec)
    if shape.shorthand is None:
        return _or_expression(schema)
    short = next(f for f in fields_of(shape.spec) if f.key == shape.shorthand)
    return {"if": {"type": "object"}, "then": schema, "else": shape_schema(short.shape)}


def _table(shape: TableShape) -> Schema:
    item = shape_schema(shape.item)
    if shape.or_names:
        item = {"if": {"type": "null"}, "else": item}
    schema: Schema = {"type": "object", "additionalProperties": item}
    if shape.keys is not None:
        schema["propertyNames"] = {
            "pattern": shape.keys.regex,
            "patternErrorMessage": f"expected {shape.keys.expected}",
        }
    schema |= _length(shape.length, "Properties")
    if not shape.or_names:
        return schema
    names: Schema = {"type": "string"}
    if shape.keys is not None:
        names = {**cast("Schema", schema["propertyNames"]), "type": "string"}
    listed: Schema = {"type": "array", "items": names, "uniqueItems": True}
    listed |= _length(shape.length, "Items")
    return {"if": {"type": "array"}, "then": listed, "else": schema}


def _between(between: Between | None) -> Schema:
    if between is None:
        return {}
    schema: Schema = {}
    if between.minimum is not None:
        schema["minimum"] = between.minimum
    if between.maximum is not None:
        schema["maximum"] = between.maximum
    return schema


def _length(length: Length | None, what: str) -> Schema:
    if length is None:
        return {}
    schema: Schema = {f"min{what}": length.minimum} if length.minimum else {}
    if length.maximum is not None:
        schema[f"max{what}"] = length.maximum
    return schema


def step_schema(spec: type, name: str, optional: frozenset[str] = frozenset()) -> Schema:
    """Return the schema of one step type."""
    schema = object_schema(spec, optional)
    properties = cast("Schema", schema["properties"])
    properties["type"] = {"const": name, "description": "What kind of step this is."}
    return schema


def pipeline_schema(spec: type, steps: Schema) -> Schema:
    """Return the schema of a pipeline whose steps keep to the schema `steps`."""
    schema = object_schema(spec)
    properties = cast("Schema", schema["properties"])
    declared = cast("Schema", properties["steps"])
    properties["steps"] = {
        "description": declared["description"],
        "type": "object",
        "minProperties": 1,
        "propertyNames": {
            "pattern": "^[A-Za-z0-9_-]{1,64}$",
            "patternErrorMessage": "expected at most 64 letters, digits, `-` and `_`",
        },
        "additionalProperties": steps,
    }
    return schema


def published_schemas(
    pipeline: type, steps: Mapping[str, type], defaults: type
) -> dict[str, Schema]:
    """Return the files of `schemas/` by name: what editors hold a spec against as it is typed.

    A step's field that `defaults` can bring is not required there.
    """
    optional = frozenset(field.key for field in fields_of(defaults))
    by_name = {name: step_schema(spec, name, optional) for name, spec in steps.items()}
    chosen = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"$ref": f"#/$defs/{name}"},
        }
        for name in by_name
    ]
    any_step: Schema = {
        "type": "object",
        "required": ["type"],
        "properties": {
            "type": {"enum": list(by_name), "description": "What kind of step this is."}
        },
        "allOf": chosen,
    }
    whole = {"$schema": DIALECT, "title": "pipec pipeline", **pipeline_schema(pipeline, any_step)}
    whole["$defs"] = by_name
    files = {"pipeline.schema.json": whole}
    for name, schema in by_name.items():
        title = f"pipec {name} step"
        files[f"steps/{name}.schema.json"] = {"$schema": DIALECT, "title": title, **schema}
    return files
