"""Replace the references in a definition by their values, as SageMaker does when it runs a step.

Nothing here runs, reads or writes anything: all that references can see is a `Scope`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from compiler.sagemaker.properties import NAMED_LISTS

Json: TypeAlias = Any

JOIN = "Std:Join"
JSON_GET = "Std:JsonGet"
# The root of `ForEach.CurrentItem`, which only the steps in the body of a ForEach see.
FOR_EACH, CURRENT_ITEM = "ForEach", "CurrentItem"

_TOKEN = re.compile(
    r"""
    \.(?P<member>[^.\[\]]+) | \[(?P<index>\d{1,9})\] | \['(?P<single>[^']*)'\]
    | \["(?P<double>[^"]*)"\]
    """,
    re.VERBOSE,
)


class UnresolvedReferenceError(Exception):
    """A reference has no value; says which reference and why."""

    def __init__(self, reference: str, reason: str) -> None:
        super().__init__(f"`{reference}`: {reason}")
        self.reference = reference
        self.reason = reason


def _no_objects(uri: str) -> Json:
    raise KeyError(uri)


def _no_reason(step: str, _file: str) -> str:
    return f"step `{step}` wrote no JSON file for it"


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """All that a reference can see.

    `roots` are the first words of a `Get`: `Parameters`, `Execution`, … `steps` are the properties
    of the steps that have ended, and `files` the parsed property files by step and name. `objects`
    reads a JSON object of S3; where it cannot, it raises `KeyError` with the reason. `why_no_file`
    says why a property file, by step and name, is not in `files`.
    """

    roots: Mapping[str, Json] = field(default_factory=dict)
    steps: Mapping[str, Json] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    objects: Callable[[str], Json] = _no_objects
    why_no_file: Callable[[str, str], str] = _no_reason


def resolve(value: Json, scope: Scope) -> Json:
    """Return `value` with every reference in it replaced by what it refers to."""
    match value:
        case {"Get": str(path)} if len(value) == 1:
            return _get(path, scope)
        case {"Std:Join": {"On": on, "Values": list(values)}} if len(value) == 1:
            separator = as_text(resolve(on, scope), JOIN)
            return separator.join(as_text(resolve(each, scope), JOIN) for each in values)
        case {"Std:JsonGet": dict(call)} if len(value) == 1:
            return _json_get(call, scope)
        case dict():
            return {key: resolve(each, scope) for key, each in value.items()}
        case list():
            return [resolve(each, scope) for each in value]
        case _:
            return value


def as_text(value: Json, reference: str) -> str:
    """Return the text of a scalar as a Join writes it: JSON's form, so `true` and not `True`."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return repr(value)
        case _:
            raise UnresolvedReferenceError(
                reference, f"{described(value)} cannot be part of a text"
            )


def kind_of(value: Json) -> str:
    """Return the name of the kind of a JSON value, with its article."""
    match value:
        case None:
            return "null"
        case bool():
            return "a Boolean"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list"
        case _:
            return "a structure"


def described(value: Json) -> str:
    """Return the kind of a JSON value, of a list with its length."""
    if isinstance(value, list):
        return f"a list of {len(value)} item{'' if len(value) == 1 else 's'}"
    return kind_of(value)


def _get(path: str, scope: Scope) -> Json:
    root, _, rest = path.partition(".")
    if root == "Steps":
        step, tokens = step_of(path), path_tokens(path, rest)[1:]
        if tokens[:1] == ["PropertyFiles"]:
            raise UnresolvedReferenceError(path, "a property file is read by Std:JsonGet only")
        if step not in scope.steps:
            raise UnresolvedReferenceError(path, f"step `{step}` has no properties: it has not run")
        value = _walk(path, scope.steps[step], tokens, f"step `{step}`")
    elif root == FOR_EACH and root in scope.roots:
        return _current_item(path, scope.roots[root], path_tokens(path, rest))
    elif root in scope.roots:
        value = _walk(path, scope.roots[root], path_tokens(path, rest), f"`{root}`")
    else:
        raise UnresolvedReferenceError(path, f"there is nothing called `{root}` here")
    return _scalar(path, value)


def _scalar(path: str, value: Json) -> Json:
    if isinstance(value, dict | list):
        raise UnresolvedReferenceError(
            path, f"refers to {described(value)}, only a scalar has a value"
        )
    return value


def _current_item(path: str, root: Json, tokens: list[str | int]) -> Json:
    """Return an item, or a part of it; items that are structures are written as JSON texts."""
    item = root[CURRENT_ITEM]
    if tokens[:1] != [CURRENT_ITEM]:
        raise UnresolvedReferenceError(path, f"`{FOR_EACH}` has nothing but `{CURRENT_ITEM}`")
    if len(tokens) == 1:
        return json.dumps(item) if isinstance(item, dict | list) else item
    if isinstance(item, str):
        try:
            item = json.loads(item)
        except (ValueError, RecursionError):
            reason = f"the item {item!r} is no JSON, it has no parts"
            raise UnresolvedReferenceError(path, reason) from None
    return _scalar(path, _walk(path, item, tokens[1:], "the item"))


def items_of(value: Json) -> list[Json]:
    """Return the items of a ForEach, given as a list or as the JSON text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            raise UnresolvedReferenceError("IterableItems", f"{value!r} is no JSON") from None
    if not isinstance(value, list):
        reason = f"{described(value)} has no items, a list has"
        raise UnresolvedReferenceError("IterableItems", reason)
    return value


def step_of(path: str) -> str:
    """Return the name of the step in a `Steps.<name>.…` path."""
    return re.split(r"[.\[]", path.removeprefix("Steps."), maxsplit=1)[0]


def _json_get(call: dict[str, Json], scope: Scope) -> Json:
    path = call.get("Path")
    if not isinstance(path, str):
        raise UnresolvedReferenceError(JSON_GET, "Path must be a plain string")
    match call:
        case {"PropertyFile": {"Get": str(file_path)}}:
            where, document = file_path, _property_file(file_path, scope)
        case {"S3Uri": uri}:
            where = as_text(resolve(uri, scope), JSON_GET)
            try:
                document = scope.objects(where)
            except KeyError as error:
                raise UnresolvedReferenceError(where, str(error.args[0])) from None
        case _:
            raise UnresolvedReferenceError(JSON_GET, "needs PropertyFile or S3Uri")
    reference = f"{where} → {path}"
    tokens = path_tokens(reference, path.removeprefix("$").removeprefix("."))
    return _walk(reference, document, tokens, "the file")


def _property_file(path: str, scope: Scope) -> Json:
    match path_tokens(path, path):
        case ["Steps", step, "PropertyFiles", str(name)]:
            pass
        case _:
            raise UnresolvedReferenceError(path, "is not Steps.<step>.PropertyFiles.<name>")
    if step not in scope.steps:
        raise UnresolvedReferenceError(path, f"step `{step}` has no property files: it has not run")
    if name not in scope.files.get(str(step), {}):
        raise UnresolvedReferenceError(path, scope.why_no_file(str(step), name))
    return scope.files[str(step)][name]


def path_tokens(reference: str, path: str) -> list[str | int]:
    """Split `A[0]['k']` into `A`, `0` and `k`."""
    tokens: list[str | int] = []
    place = 0
    # `.['k']` is what a path that begins with a bracket has become.
    path = path if path.startswith("[") else f".{path}"
    while place < len(path):
        match = _TOKEN.match(path, place)
        if match is None:
            raise UnresolvedReferenceError(
                reference, f"cannot read the path from `{path[place:]}` on"
            )
        if match["index"] is not None:
            tokens.append(int(match["index"]))
        else:
            tokens.append(match["member"] or match["single"] or match["double"] or "")
        place = match.end()
    return tokens


def _walk(reference: str, value: Json, tokens: list[str | int], owner: str) -> Json:
    member = ""
    for token in tokens:
        match value, token:
            case dict(), str() if token in value:
                value = value[token]
            case dict(), str():
                known = ", ".join(f"`{key}`" for key in value) or "nothing"
                raise UnresolvedReferenceError(
                    reference, f"{owner} has no `{token}`; it has {known}"
                )
            case list(), int() if token < len(value):
                value = value[token]
            case list(), int():
                reason = f"{owner} is {described(value)}, there is no [{token}]"
                raise UnresolvedReferenceError(reference, reason)
            case list(), str():
                value = _named_item(reference, value, token, owner, NAMED_LISTS.get(member))
            case _:
                reason = f"{owner} is {kind_of(value)}, it has no `{token}`"
                raise UnresolvedReferenceError(reference, reason)
        owner, member = f"`{token}`", str(token)
    return value


def _named_item(
    reference: str, items: list[Json], name: str, owner: str, naming: str | None
) -> Json:
    if naming is None:
        reason = f"{owner} is {described(items)}: they are chosen by [0], not by `{name}`"
        raise UnresolvedReferenceError(reference, reason)
    named = {str(item[naming]): item for item in items if isinstance(item, dict) and naming in item}
    if name in named:
        return named[name]
    known = ", ".join(f"`{each}`" for each in named) or "nothing"
    raise UnresolvedReferenceError(reference, f"{owner} has no item `{name}`; it has {known}")
