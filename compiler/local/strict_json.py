"""JSON as its standard has it: NaN is written as null and refused when read, as is deep nesting."""

import json
import re
from math import isfinite

from compiler.local.resolve import Json

# Far beyond what anybody reads; Python's own limit is an error deep inside whoever walks it.
MAX_DEPTH = 100
# A string is matched too, so that what is in it is passed over.
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|NaN|-?Infinity')


def json_text(value: Json, *, indent: int | None = None) -> str:
    """Return the JSON of a value, with null for every number that is not finite."""
    try:
        return json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        return json.dumps(_plain(value, None), indent=indent, allow_nan=False)


def read_json(text: str | bytes) -> Json:
    """Return the value of a JSON text that a script wrote; raise `ValueError` if it is none.

    The error says `is not JSON` and why and where. Python writes numbers that are not finite as NaN
    and Infinity, which no JSON has. A number too large for this machine is null.
    """
    try:
        if isinstance(text, bytes):
            text = text.decode(json.detect_encoding(text))
        return _plain(json.loads(text, parse_constant=_refuse_constant), MAX_DEPTH)
    except RecursionError:
        raise _too_deep() from None
    except _ConstantError:
        raise _not_json(_constant(str(text))) from None
    except json.JSONDecodeError as error:
        raise _not_json(error) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        reason = f"byte 0x{error.object[error.start]:02x} is not {error.encoding}, line {line}"
        raise ValueError(f"is not JSON: {reason}") from None


class _ConstantError(Exception):
    """There is a NaN or an Infinity somewhere."""


def _refuse_constant(_name: str) -> Json:
    raise _ConstantError


def _constant(text: str) -> json.JSONDecodeError:
    """Return the error at the first constant that is no JSON; what stands before it is JSON."""
    place = next(match for match in _CONSTANT.finditer(text) if not match[0].startswith('"'))
    return json.JSONDecodeError(f"`{place[0]}` is no number of JSON", text, place.start())


def _not_json(error: json.JSONDecodeError) -> ValueError:
    reason = error.msg[:1].lower() + error.msg[1:]
    return ValueError(f"is not JSON: {reason}, line {error.lineno}, column {error.colno}")


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
