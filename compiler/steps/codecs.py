"""How one value of a field is written in a request, and read back when a definition is imported."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from compiler.document.node import ScalarNode
from compiler.expressions.syntax import Expression
from compiler.spec.fields import SECONDS, seconds
from compiler.steps.request import RequestValue, as_json, as_text, as_written

NOTHING: Any = object()


class Reference(str):  # noqa: SLOT000 - a subclass of str can't have slots and values
    """The text of a `${{ … }}` that stands for a reference of a definition.

    `is_text` tells whether it is known to have a text as its value.
    """

    is_text: bool

    def __new__(cls, text: str, *, is_text: bool) -> Self:
        """Return the text of a reference."""
        made = super().__new__(cls, text)
        made.is_text = is_text
        return made

    def __deepcopy__(self, _: object) -> "Reference":
        """Return the same, as of any other text."""
        return self


@dataclass(frozen=True, slots=True)
class Codec:
    """Writes a field's value into a request; `lift` reads one back.

    `lift` gets JSON in which references are `Reference`s, and returns what the field holds and what
    is left over, either of them `NOTHING`. What it does not understand exactly, it leaves.
    """

    lower: Callable[[Any], RequestValue]
    lift: Callable[[Any], tuple[Any, Any]]


def _same(value: RequestValue) -> RequestValue:
    return value


def _lift_scalar(value: Any) -> tuple[Any, Any]:
    return (value, NOTHING) if isinstance(value, str | int | float) else (NOTHING, value)


def _lift_list(value: Any) -> tuple[Any, Any]:
    if isinstance(value, list) and value and all(isinstance(v, str | int | float) for v in value):
        return value, NOTHING
    return NOTHING, value


def _lift_structure(value: Any) -> tuple[Any, Any]:
    return (value, NOTHING) if isinstance(value, dict) and value else (NOTHING, value)


VALUE = Codec(_same, _lift_scalar)
# A prebuilt image has its URI by now; see `compiler.resolve.images`.
IMAGE = Codec(lambda image: image.uri, _lift_scalar)
LIST = Codec(lambda values: list(values) or None, _lift_list)
STRUCTURE = Codec(_same, _lift_structure)


def _lift_texts(value: Any) -> tuple[Any, Any]:
    if isinstance(value, list) and value and all(map(_is_text, value)):
        return value, NOTHING
    return NOTHING, value


def _is_text(value: Any) -> bool:
    return value.is_text if isinstance(value, Reference) else isinstance(value, str)


# A list of texts, in which numbers are written as they stand.
TEXTS = Codec(lambda nodes: [as_written(node) for node in nodes] or None, _lift_texts)
TEXT = Codec(as_text, lambda value: (value, NOTHING) if _is_text(value) else (NOTHING, value))


def duration_text(length: int) -> str | int:
    """Return a length in seconds as a person writes it."""
    for unit in ("d", "h", "m", "s"):
        if length >= 1 and length % SECONDS[unit] == 0:
            return f"{length // SECONDS[unit]}{unit}"
    return length


def _duration(unit: int) -> Codec:
    def lower(node: ScalarNode) -> RequestValue:
        if isinstance(node.value, Expression):
            return node
        length = seconds(node)
        return ScalarNode(length // unit if length % unit == 0 else length / unit, node.span)

    def lift(value: Any) -> tuple[Any, Any]:
        if isinstance(value, Reference):
            return value, NOTHING
        is_count = isinstance(value, int) and not isinstance(value, bool) and value >= 1
        return (duration_text(value * unit), NOTHING) if is_count else (NOTHING, value)

    return Codec(lower, lift)


DURATION_SECONDS = _duration(1)
DURATION_MINUTES = _duration(60)


def _text_map(write: Callable[[Any], RequestValue]) -> Codec:
    def lift(value: Any) -> tuple[Any, Any]:
        if not isinstance(value, dict):
            return NOTHING, value
        taken = {name: each for name, each in value.items() if _is_text(each)}
        rest = {name: each for name, each in value.items() if name not in taken}
        return taken or NOTHING, rest or NOTHING if taken else value

    return Codec(lambda table: {name: write(node) for name, node in table} or None, lift)


TEXT_MAP = _text_map(as_written)
HYPERPARAMETERS = _text_map(as_json)


def _pairs(key: str, value: str) -> Codec:
    """Return the codec of a table that is a list of names with values."""

    def lower(table: Any) -> RequestValue:
        return [{key: name, value: as_written(node)} for name, node in table] or None

    def lift(found: Any) -> tuple[Any, Any]:
        if not isinstance(found, list) or not found:
            return NOTHING, found
        table: dict[str, Any] = {}
        for each in found:
            if not isinstance(each, dict) or set(each) != {key, value}:
                return NOTHING, found
            name, text = each[key], each[value]
            if type(name) is not str or name in table or not _is_text(text):
                return NOTHING, found
            table[name] = text
        return table, NOTHING

    return Codec(lower, lift)


TAGS = _pairs("Key", "Value")
METRICS = _pairs("Name", "Regex")


# The types of outputs that a caller declares, and what SageMaker calls them.
OUTPUT_TYPES = {
    "string": "String",
    "integer": "Integer",
    "boolean": "Boolean",
    "float": "Float",
}


def _lower_output_parameters(table: Any) -> RequestValue:
    return [
        {
            "OutputName": name,
            "OutputType": ScalarNode(OUTPUT_TYPES.get(str(kind.value), kind.value), kind.span),
        }
        for name, kind in table
    ]


def _lift_output_parameters(found: Any) -> tuple[Any, Any]:
    if found == []:
        return NOTHING, NOTHING  # which is written when the field is left out
    table, left = OUTPUT_PAIRS.lift(found)
    if table is NOTHING:
        return NOTHING, left
    known = {kind: word for word, kind in OUTPUT_TYPES.items()}
    return {name: known.get(kind, kind) for name, kind in table.items()}, NOTHING


OUTPUT_PAIRS = _pairs("OutputName", "OutputType")
OUTPUT_PARAMETERS = Codec(_lower_output_parameters, _lift_output_parameters)


def _lift_count(value: Any) -> tuple[Any, Any]:
    if type(value) is str and len(value) < 10 and value.isdecimal() and str(int(value)) == value:
        return int(value), NOTHING
    return NOTHING, value


# A whole number that the API wants as a text.
COUNT_TEXT = Codec(as_text, _lift_count)


def switch(on: str, off: str) -> Codec:
    """Return the codec of a flag that the API has two words for."""
    flags = {on: True, off: False}

    def lower(node: ScalarNode) -> RequestValue:
        value = {True: on, False: off}[node.value] if isinstance(node.value, bool) else node.value
        return ScalarNode(value, node.span)

    def lift(value: Any) -> tuple[Any, Any]:
        is_word = type(value) is str and value in flags
        return (flags[value], NOTHING) if is_word else (NOTHING, value)

    return Codec(lower, lift)


def each(key: str) -> Codec:
    """Return the codec of a list of values, each of which is the one member of a structure."""

    def lift(value: Any) -> tuple[Any, Any]:
        if not isinstance(value, list) or not value:
            return NOTHING, value
        if not all(isinstance(item, dict) and set(item) == {key} for item in value):
            return NOTHING, value
        values = [item[key] for item in value]
        return (values, NOTHING) if _lift_list(values)[1] is NOTHING else (NOTHING, value)

    return Codec(lambda nodes: [{key: node} for node in nodes] or None, lift)


def words(known: Mapping[str, Any]) -> Codec:
    """Return the codec of a field that has words of its own for the values of the API."""
    back = {json.dumps(value): word for word, value in known.items()}

    def lower(node: ScalarNode) -> RequestValue:
        value = node.value
        return ScalarNode(known.get(value, value) if isinstance(value, str) else value, node.span)

    def lift(value: Any) -> tuple[Any, Any]:
        word = back.get(json.dumps(value)) if isinstance(value, str | int | bool) else None
        return (word, NOTHING) if word is not None else (NOTHING, value)

    return Codec(lower, lift)


def _lift_report(value: Any) -> tuple[Any, Any]:
    match value:
        case {"ContentType": "application/json", "S3Uri": str(uri)} if len(value) == 2:
            return uri, NOTHING
    return NOTHING, value


# The S3 URI of a JSON file about a model.
REPORT = Codec(lambda node: {"ContentType": "application/json", "S3Uri": node}, _lift_report)


def _lift_file(value: Any) -> tuple[Any, Any]:
    match value:
        case {"S3Uri": str(uri)} if len(value) == 1:
            return uri, NOTHING
    return NOTHING, value


# The S3 URI of a file whose type is not said.
FILE = Codec(lambda node: {"S3Uri": node}, _lift_file)


def _as_float(node: ScalarNode) -> RequestValue:
    value = node.value
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return ScalarNode(float(value), node.span, node.via) if is_whole else node  # type: ignore[arg-type]


def _lift_float(value: Any) -> tuple[Any, Any]:
    if isinstance(value, float):
        return (int(value) if value.is_integer() else value), NOTHING
    return (value, NOTHING) if isinstance(value, Reference) else (NOTHING, value)


# A number that must be written with a point.
FLOAT = Codec(_as_float, _lift_float)
