"""How fields look that are often written in another shape."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from jsonschema import Draft202012Validator

Example: TypeAlias = "str | float | bool | list[Example] | dict[str, Example]"

# The first that is right at the place is shown: `outputs` are not the same in all steps.
EXAMPLES: Mapping[str, tuple[Example, ...]] = MappingProxyType(
    {
        "arguments": ({"threshold": 0.8},),
        "code": ({"path": "src", "entry": "train.py"},),
        "containers": ([{"image": "…", "model": "s3://bucket/model.tar.gz"}],),
        "environment": ({"LOG_LEVEL": "debug"},),
        "format": ({"csv": {"header": True}},),
        "hyperparameters": ({"epochs": 3},),
        "inputs": ({"train": "s3://bucket/train/"},),
        "limits": ({"max_jobs": 10, "max_parallel_jobs": 2},),
        "metrics": ({"f1": "f1=([0-9.]+)"}, {"quality": "s3://bucket/quality.json"}),
        "objective": ({"metric": "f1", "type": "Maximize"},),
        "outputs": (["report"], {"approved": "string"}),
        "parameters": ({"epochs": 3}, {"epochs": {"type": "integer", "default": 3}}),
        "ranges": ({"learning_rate": {"type": "continuous", "min": 0.001, "max": 0.1}},),
        "retry": ({"on": "throttling", "attempts": 3},),
        "schedule": ({"nightly": {"cron": "0 3 * * ? *"}},),
        "spot": ({"max_wait": "2h"},),
        "tags": ({"team": "nlp"},),
        "targets": ({"dev": {"default": True}},),
        "triggers": ({"new_data": {"s3": "s3://bucket/prefix/"}},),
        "variants": ({"main": {"model": "name", "instance": "ml.m5.large", "count": 1}},),
        "vars": ({"bucket": "ml-dev"},),
        "vpc": ({"subnets": ["subnet-1a2b3c4d"], "security_groups": ["sg-1a2b3c4d"]},),
    }
)
PLAIN = re.compile(r"[\w./…-][\w./:…-]*")


def example_of(path: tuple[object, ...], given: object, schema: Mapping[str, object]) -> str | None:
    """Return the field at a path as it may look, if one of the examples is right there."""
    field = str(path[-1]) if path else ""
    examples = EXAMPLES.get(field, ())
    if path[:-1] == ("parameters",):
        examples = _parameter(given)
    for example in examples:
        if Draft202012Validator(schema).is_valid(example):
            return f"{field}: {_flow(example)}"
    return None


def _parameter(default: object) -> tuple[Example, ...]:
    """Return the declaration of a parameter of which only the default is written."""
    match default:
        case bool():
            return ({"type": "boolean", "default": default},)
        case int():
            return ({"type": "integer", "default": default},)
        case float():
            return ({"type": "float", "default": default},)
        case str() if len(default) < 60:
            return ({"type": "string", "default": default},)
        case _:
            return ()


def _flow(value: Example) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{name}: {_flow(each)}" for name, each in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(_flow, value)) + "]"
        case str() if PLAIN.fullmatch(value):
            return value
        case _:
            return json.dumps(value, ensure_ascii=False)
