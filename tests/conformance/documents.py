"""Read members whose text is JSON, so that its spaces and the order of its members don't count."""

import json
from typing import Any, TypeAlias

Json: TypeAlias = Any

# Members that the API knows as a string and that hold JSON.
DOCUMENTS = frozenset({"JobConfigDocument", "ModelCardContent", "dataset_format"})


def read_document(member: str, value: Json) -> Json:
    """Return what the JSON text in a member says, or the value itself if it is no such text.

    A text with references is a Join in its one form. Each reference stands inside a string of the
    document, and is put there as text.
    """
    if member not in DOCUMENTS:
        return value
    match value:
        case str(text):
            pass
        case {"Std:Join": {"On": "", "Values": list(parts)}}:
            text = "".join(part if isinstance(part, str) else _inside(part) for part in parts)
        case _:
            return value
    try:
        return {"document": json.loads(text)}
    except ValueError:
        return value


def _inside(reference: Json) -> str:
    return json.dumps(json.dumps(reference, sort_keys=True))[1:-1]
