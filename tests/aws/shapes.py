"""Check requests and answers against botocore's model of an operation."""

import json
import re
from datetime import datetime
from typing import Any

from botocore.validate import ParamValidator

from tests.aws.routes import service_model

# Classes of characters that Java knows and Python does not, as near as it gets.
CLASSES = {r"\p{L}": r"\w", r"\p{N}": r"\d", r"\p{Z}": r"\s"}


def wrong_request(service: str, operation: str, request: dict[str, Any]) -> list[str]:
    """Return what AWS would say against a request."""
    shape = shape_of(service, operation, "input_shape")
    return against(shape, request) if shape is not None else []


def wrong_answer(service: str, operation: str, answer: dict[str, Any]) -> list[str]:
    """Return why an answer is none that AWS could give."""
    shape = shape_of(service, operation, "output_shape")
    if shape is None:
        return [f"{name} is not in the output" for name in answer]
    return against(shape, answer)


def shape_of(service: str, operation: str, side: str) -> Any:
    """Return the shape of what goes in or comes out."""
    model = service_model(service)
    assert model is not None, service
    return getattr(model.operation_model(operation), side)


def against(shape: Any, value: object) -> list[str]:
    """Return where a value breaks a shape."""
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        return [str(report.generate_report())]
    return broken_limits(shape, value, "")


def broken_limits(shape: Any, value: Any, path: str) -> list[str]:
    """Return where a value is too long, out of range, or not of the pattern or the words."""
    match shape.type_name:
        case "structure":
            return [
                said
                for name, member in shape.members.items()
                if name in value
                for said in broken_limits(member, value[name], f"{path}.{name}")
            ]
        case "list":
            return over(shape, len(value), path) + [
                said
                for index, item in enumerate(value)
                for said in broken_limits(shape.member, item, f"{path}[{index}]")
            ]
        case "map":
            return over(shape, len(value), path)
        case "string":
            return over(shape, len(value), path) + unlike(shape, value, path)
        case "integer" | "long":
            return over(shape, value, path)
        case _:
            return []


def over(shape: Any, size: float, path: str) -> list[str]:
    """Return whether a size or number is beyond the limits."""
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    said = []
    if most is not None and size > most:
        said.append(f"{path}: {size} is more than {most}")
    if least is not None and size < least:
        said.append(f"{path}: {size} is less than {least}")
    return said


def unlike(shape: Any, value: str, path: str) -> list[str]:
    """Return whether a text is not of the pattern, or not one of the words."""
    pattern = shape.metadata.get("pattern")
    if shape.enum and value not in shape.enum:
        return [f"{path}: {value} is not one of {', '.join(shape.enum)}"]
    for java, python in CLASSES.items():
        pattern = pattern.replace(java, python) if pattern is not None else None
    if pattern is not None and not re.fullmatch(pattern, value):
        return [f"{path}: {value} does not match {pattern}"]
    return []


def written(answer: dict[str, Any]) -> bytes:
    """Write an answer as the JSON protocol does, with times in seconds."""
    return json.dumps(answer, default=seconds).encode()


def seconds(time: object) -> float:
    """Return a time in seconds."""
    assert isinstance(time, datetime), time
    return round(time.timestamp(), 3)
