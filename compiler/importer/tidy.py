"""Fields as a person writes them: in the order of their declaration, and texts as what they say."""

import json

from compiler.document.scalars import plain_scalar
from compiler.importer.values import Wrapped
from compiler.spec.shape import ListShape, ObjectShape, ScalarShape, Shape, TableShape, fields_of
from compiler.steps.members import Json

# The types of a field whose values become text, whatever they are.
MADE_TEXT = {"string", "number", "boolean"}


def tidy(value: Json, shape: Shape) -> Json:
    """Return the value of a field, written differently where that means the same."""
    match shape:
        case ObjectShape() if isinstance(value, dict):
            fields = {field.key: field for field in fields_of(shape.spec)}
            names = [name for name in (*fields, *value) if name in value]
            return {
                name: tidy(value[name], fields[name].shape) if name in fields else value[name]
                for name in dict.fromkeys(names)
            }
        case TableShape() if isinstance(value, dict):
            return {name: tidy(item, shape.item) for name, item in value.items()}
        case ListShape() if isinstance(value, list):
            return [tidy(item, shape.item) for item in value]
        case ListShape(or_one=True):
            return tidy(value, shape.item)
        case ScalarShape() if set(shape.types) == MADE_TEXT:
            return value.bare if isinstance(value, Wrapped) else _as_said(value)
        case _:
            return value


def _as_said(value: Json) -> Json:
    """Return the number or Boolean that a text says, if just this text is made of it again."""
    if type(value) is not str:
        return value
    said = plain_scalar(value) if value else value
    return said if not isinstance(said, str) and json.dumps(said) == value != "null" else value
