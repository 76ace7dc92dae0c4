"""JSON as its standard has it: NaN and Infinity are null, and what nests too deep is refused."""

import json
from math import isfinite

from compiler.local.resolve import Json

# Far beyond what anybody reads; Python's own limit is an error deep inside whoever walks it.
MAX_DEPTH = 100


def json_text(value: Json, *, indent: int | None = None) -> str:
    """Return the JSON of a value, with null for every number that is not finite."""
    try:
        return json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        return json.dumps(_plain(value, None), indent=indent, allow_nan=False)


def read_json(text: str | bytes) -> Json:
    """Return the value of a JSON text that a script wrote; raise `ValueError` if it is none.

    Python writes numbers that are not finite as NaN and Infinity, which no JSON has: they are null.
    """
    try:
        return _plain(json.loads(text), MAX_DEPTH)
    except RecursionError:
        raise _too_deep() from None


def _plain(value: Json, depth: int | None) -> Json:
    if depth is not None and depth < 0:
        raise _too_deep()
    below = None if depth is None else depth - 1
    match value:
        case float() if not isfinite(value):
            return None
        case dict():
            return {key: _plain(each, below) for key, each in value.items()}
        case list() | tuple():
            return [_plain(each, below) for each in value]
        case _:
            return value


def _too_deep() -> ValueError:
    return ValueError(f"is nested more than {MAX_DEPTH} deep")
