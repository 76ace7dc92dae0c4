"""SageMaker's pipeline definition: bound values and conditions in its JSON."""

import hashlib
import json
from json.encoder import encode_basestring
from typing import TypeAlias

from compiler.expressions.bound import (
    Bound,
    Comparison,
    ConstantValue,
    ExecutionValue,
    FileValue,
    JoinedValue,
    ListValue,
    Logic,
    Membership,
    Negation,
    ObjectValue,
    ParameterValue,
    PathValue,
    PropertyValue,
    Unknown,
)
from compiler.expressions.types import STRING

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

VERSION = "2020-12-01"
# Of a request to SageMaker, and of a definition that will soon be too long for one.
MAX_CHARACTERS, MANY_CHARACTERS = 1_048_576, 800_000
# In bytes. A longer definition is uploaded to S3, as SageMaker's own SDKs do from this size on.
MOST_INLINE = 100 * 1024
COMPARISONS = {
    "==": "Equals",
    ">": "GreaterThan",
    ">=": "GreaterThanOrEqualTo",
    "<": "LessThan",
    "<=": "LessThanOrEqualTo",
}


def value_json(bound: Bound) -> Json:  # noqa: C901 - a case per kind of value
    """Return a single value as the definition writes it."""
    match bound:
        case ConstantValue():
            return bound.value
        case ParameterValue():
            return {"Get": f"Parameters.{bound.name}"}
        case ExecutionValue():
            return {"Get": f"Execution.{bound.name}"}
        case PropertyValue():
            return {"Get": f"Steps.{bound.step}.{bound.path}"}
        case FileValue():
            file: Json = {"Get": f"Steps.{bound.step}.PropertyFiles.{bound.file}"}
            return {"Std:JsonGet": {"PropertyFile": file, "Path": bound.path}}
        case ObjectValue():
            return {"Std:JsonGet": {"S3Uri": value_json(bound.uri), "Path": bound.path}}
        case PathValue():
            return {"Get": bound.path}
        case JoinedValue(is_exact=True):
            exact = [value_json(value) for value in bound.values]
            return {"Std:Join": {"On": bound.separator, "Values": exact}}
        case JoinedValue():
            return _join_json(bound)
        case Unknown():
            return None
        case ListValue() | Comparison() | Membership() | Negation() | Logic():
            message = f"{type(bound).__name__} is no single value"
            raise AssertionError(message)


def _join_json(joined: JoinedValue) -> Json:
    flat: list[Bound] = []
    for value in _flattened(joined):
        last = flat[-1] if flat else None
        if (
            isinstance(value, ConstantValue)
            and isinstance(last, ConstantValue)
            and not joined.separator
        ):
            flat[-1] = ConstantValue(_text(last) + _text(value))
        else:
            flat.append(value)
    if len(flat) == 1 and flat[0].type == STRING:
        return value_json(flat[0])
    if all(isinstance(value, ConstantValue) for value in flat):
        return joined.separator.join(_text(value) for value in flat)
    values = [
        _text(value) if isinstance(value, ConstantValue) else value_json(value) for value in flat
    ]
    return {"Std:Join": {"On": joined.separator, "Values": values}}


def _flattened(joined: JoinedValue) -> list[Bound]:
    flat: list[Bound] = []
    for value in joined.values:
        is_plain = isinstance(value, JoinedValue) and not value.is_exact
        if isinstance(value, JoinedValue) and is_plain and value.separator == joined.separator:
            flat += _flattened(value)
        else:
            flat.append(value)
    return flat


def _text(bound: Bound) -> str:
    value = bound.value if isinstance(bound, ConstantValue) else ""
    return value if isinstance(value, str) else json.dumps(value)


def conditions_json(bound: Bound) -> list[Json]:
    """Return a condition as SageMaker's list, all of which must hold."""
    if isinstance(bound, Logic) and bound.operator == "and":
        return [condition for operand in bound.operands for condition in conditions_json(operand)]
    return [_condition_json(bound)]


def _condition_json(bound: Bound) -> Json:
    match bound:
        case Comparison(operator="!="):
            return _not(_condition_json(Comparison("==", bound.left, bound.right)))
        case Comparison():
            return {
                "Type": COMPARISONS[bound.operator],
                "LeftValue": value_json(bound.left),
                "RightValue": value_json(bound.right),
            }
        case Membership():
            values = [value_json(value) for value in bound.values]
            return {"Type": "In", "QueryValue": value_json(bound.query), "Values": values}
        case Negation(operand=Logic(operator="and")):
            return _not(_condition_json(bound.operand))
        case Negation():
            return {"Type": "Not", "Condition": _condition_json(bound.operand)}
        case Logic(operator="or"):
            return {"Type": "Or", "Conditions": [_condition_json(part) for part in bound.operands]}
        case Logic():
            # SageMaker has no And inside another condition: a and b is not (not a or not b).
            negated = [_not(_condition_json(part)) for part in bound.operands]
            return _not({"Type": "Or", "Conditions": negated})
        case _:
            return None


def _not(condition: Json) -> Json:
    if isinstance(condition, dict) and condition.get("Type") == "Not":
        return condition["Condition"]
    return {"Type": "Not", "Condition": condition}


def definition_text(definition: Json) -> str:
    """Return the definition as it is written to a file: the same bytes for the same value.

    As `json.dumps(definition, indent=2, ensure_ascii=False, allow_nan=False)` writes it, which
    takes nearly twice as long, since the standard library indents in a generator for each level.
    """
    return _indented(definition, "\n") + "\n"


def definition_line(definition: Json) -> str:
    """Return the definition as it is sent: in one line without blanks, as its length is limited."""
    return json.dumps(definition, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def is_inline(line: str) -> bool:
    """Return whether a definition as it is sent may stand in a request or a template."""
    return len(line.encode()) <= MOST_INLINE


def definition_file(line: str) -> str:
    """Return where a definition that is too long lies below its pipeline's storage: by content."""
    return f"definitions/{hashlib.sha256(line.encode()).hexdigest()}.json"


def _indented(value: Json, margin: str) -> str:
    deeper = margin + "  "
    match value:
        case str():
            return encode_basestring(value)
        case dict() if value:
            members = [
                f"{deeper}{encode_basestring(name)}: {_indented(member, deeper)}"
                for name, member in value.items()
            ]
            return "{" + ",".join(members) + margin + "}"
        case list() if value:
            items = [deeper + _indented(item, deeper) for item in value]
            return "[" + ",".join(items) + margin + "]"
        case _:
            return json.dumps(value, allow_nan=False)
