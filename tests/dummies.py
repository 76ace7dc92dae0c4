"""Values in place of references, so that botocore can check a request that has some."""

from typing import Any

REFERENCES = ({"Get"}, {"Std:Join"}, {"Std:JsonGet"})
DUMMIES = {"integer": 1, "long": 1, "float": 0.5, "double": 0.5, "boolean": True}


def with_dummies(value: Any, shape: Any) -> Any:
    """Return the request with a value of the type that is asked for in place of each reference."""
    if isinstance(value, dict) and set(value) in REFERENCES:
        text = "x" * max(4, shape.metadata.get("min", 0))
        return DUMMIES.get(shape.type_name, text)
    if isinstance(value, dict) and shape.type_name == "structure":
        known = shape.members
        return {k: with_dummies(v, known[k]) if k in known else v for k, v in value.items()}
    if isinstance(value, dict) and shape.type_name == "map":
        return {k: with_dummies(v, shape.value) for k, v in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [with_dummies(each, shape.member) for each in value]
    return value
