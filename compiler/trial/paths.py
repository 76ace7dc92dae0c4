"""Paths into what Describe answers: read, typed, and values put at them."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from compiler.expressions.syntax import Segment
from compiler.local.resolve import Json, UnresolvedReferenceError, path_tokens
from compiler.sagemaker.properties import NAMED_LISTS

Token: TypeAlias = str | int


def tokens_of(path: str) -> list[Token] | None:
    """Return the parts of a path, or None if it is none."""
    try:
        return path_tokens(path, path) or None
    except UnresolvedReferenceError:
        return None


def segments_of(path: str) -> tuple[Segment, ...]:
    """Return the parts of a sound path with their places in it, as types are looked up by."""
    segments: list[Segment] = []
    start = 0
    for token in tokens_of(path) or ():
        dotted = path[start : start + 1] != "["
        start += dotted and path[start : start + 1] == "."
        end = start + len(str(token)) if dotted else path.index("]", start) + 1
        segments.append(Segment(token, dotted, start, end))
        start = end
    return tuple(segments)


def written(tokens: Sequence[Token], base: str = "") -> str:
    """Return a path in SageMaker's spelling."""
    text, member = base, ""
    for token in tokens:
        if isinstance(token, int):
            text += f"[{token}]"
        elif member in NAMED_LISTS or not token.replace("_", "").isalnum():
            text += f"['{token}']"
        else:
            text += f".{token}"
        member = str(token)
    return text.lstrip(".")


def put(base: Json, tokens: Sequence[Token], value: Json, member: str = "") -> Json:
    """Return `base` with a value at the path; what leads there is made, mappings merge."""
    if not tokens:
        return laid_over(base, value, member)
    token, rest = tokens[0], tokens[1:]
    if isinstance(token, int):
        items = list(base) if isinstance(base, list) else []
        items += [{} for _ in range(token + 1 - len(items))]
        items[token] = put(items[token], rest, value)
        return items
    naming = _naming(member)
    if naming is not None:
        items = list(base) if isinstance(base, list) else []
        for index, item in enumerate(items):
            if isinstance(item, dict) and item.get(naming) == token:
                items[index] = put(item, rest, value)
                return items
        return [*items, put({naming: token}, rest, value)]
    members = dict(base) if isinstance(base, dict) else {}
    members[token] = put(members.get(token), rest, value, token)
    return members


def laid_over(base: Json, over: Json, member: str = "") -> Json:
    """Return `base` with `over` laid on it, named items of a list by their names."""
    naming = _naming(member)
    if isinstance(over, Mapping):
        if naming is not None:
            result: Any = base
            for name, each in over.items():
                result = put(result, [str(name)], each, member)
            return result
        members = dict(base) if isinstance(base, dict) else {}
        return members | {
            name: laid_over(members.get(name), each, name) for name, each in over.items()
        }
    return over


def _naming(member: str) -> str | None:
    """Return the member with the names of a list's items; output parameters are no list here."""
    return None if member == "OutputParameters" else NAMED_LISTS.get(member)
