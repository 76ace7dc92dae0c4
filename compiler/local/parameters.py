"""Check the values given for a pipeline's parameters, and fill in the defaults."""

import re
from collections.abc import Mapping
from math import isfinite

from compiler.local.resolve import Json, kind_of

# SageMaker takes parameter values as text; the SDK writes Python's form of a Boolean.
BOOLEAN_TEXTS = {"true": True, "True": True, "false": False, "False": False}
# Stricter than Python's `int` and `float`: no `1_000`, no ` 1 `, no `nan`.
_INTEGER = re.compile(r"[+-]?\d+")
_FLOAT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


class ParameterError(Exception):
    """Values that the pipeline's parameters do not admit, one message for each mistake."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


def bind_parameters(definition: Mapping[str, Json], given: Mapping[str, Json]) -> dict[str, Json]:
    """Return every parameter's value, or raise `ParameterError`.

    A value may be of the parameter's type or its text, as on a command line.
    """
    declared = {each["Name"]: each for each in definition.get("Parameters") or ()}
    mistakes: list[str] = []
    for name in given:
        if name not in declared:
            known = ", ".join(f"`{each}`" for each in declared) or "none"
            mistakes.append(f"unknown parameter `{name}`; the pipeline has {known}")
    values: dict[str, Json] = {}
    for name, declaration in declared.items():
        if name not in given and "DefaultValue" not in declaration:
            mistakes.append(f"parameter `{name}` needs a value: it has no default")
            continue
        value = given.get(name, declaration.get("DefaultValue"))
        try:
            values[name] = convert(value, declaration.get("Type", "String"))
        except ValueError as error:
            mistakes.append(f"parameter `{name}`: {error}")
            continue
        allowed = declaration.get("EnumValues")
        if allowed and values[name] not in allowed:
            listed = ", ".join(f"`{each}`" for each in allowed)
            mistakes.append(f"parameter `{name}`: `{values[name]}` is not one of {listed}")
    if mistakes:
        raise ParameterError(tuple(mistakes))
    return values


def convert(value: Json, type_: str) -> Json:
    """Return `value` as the parameter type says, or raise `ValueError` with the reason."""
    match type_, value:
        case ("String", str()) | ("Boolean", bool()):
            return value
        case "Boolean", str() if value in BOOLEAN_TEXTS:
            return BOOLEAN_TEXTS[value]
        case (("Integer" | "Float"), bool()):
            pass
        case "Integer", int():
            return value
        case "Float", (int() | float()):
            return float(value)
        case (("Integer" | "Float"), str()):
            return _number(value, type_)
    shown = f"`{value}`" if isinstance(value, str) else f"{kind_of(value)} (`{value}`)"
    raise ValueError(f"{shown} is not of type {type_}")


def _number(text: str, type_: str) -> int | float:
    form = _INTEGER if type_ == "Integer" else _FLOAT
    if not form.fullmatch(text):
        raise ValueError(f"`{text}` is not of type {type_}")
    if type_ == "Integer":
        return int(text)
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"`{text}` is too large for a Float")
    return number
