"""Whether two definitions say the same, and where they first do not."""

import re
from collections.abc import Iterator

from compiler.importer.form import Path
from compiler.steps.members import Json

# What a definition may leave out: it then means the first of these.
TOP_LEVEL: dict[str, tuple[Json, ...]] = {
    "Version": ("2020-12-01",),
    "Metadata": ({}, None),
    "Parameters": ([], None),
}
STEP: dict[str, tuple[Json, ...]] = {
    "DependsOn": ([], None),
    "RetryPolicies": ([], None),
    "PropertyFiles": ([], None),
    "OutputParameters": ([], None),
    "SkipCheck": (False, None),
    "RegisterNewBaseline": (False, None),
    "FailOnViolation": (True, None),
    "Arguments": ({},),
}
PARAMETER: dict[str, tuple[Json, ...]] = {"Type": ("String",), "EnumValues": ([],)}
# Types whose arguments are the user's own, so that a null in them says something.
FREE_ARGUMENTS = ("Lambda", "Callback")
# The service takes days without the `P` before them too.
DAYS = re.compile(r"[1-9]\d*[dD]")
BRANCHES = ("IfSteps", "ElseSteps", "ForEachBody")


def differences(original: Json, compiled: Json) -> Iterator[Path]:
    """Yield the path of each place where a definition and what became of it differ.

    The order of members and of steps says nothing, and neither does a member that is null.
    """
    yield from _differences(_plain(original), _plain(compiled), ())


def _plain(value: Json, member: str = "") -> Json:
    match value:
        case {"Type": "Not", "Condition": {"Type": "Not", "Condition": inner}}:
            return _plain(inner, member)
        case {"Type": "Or", "Conditions": [inner]}:
            return _plain(inner, member)
        case dict():
            free = "Arguments" if value.get("Type") in FREE_ARGUMENTS else None
            return {
                name: each if name == free else _plain(each, name)
                for name, each in value.items()
                if each is not None
            }
        case list():
            return [_plain(each, member) for each in value]
        case str() if member == "ExpireAfter" and DAYS.fullmatch(value):
            return f"P{value.upper()}"
        case _:
            return value


def _differences(one: Json, other: Json, path: Path) -> Iterator[Path]:
    match one, other:
        case dict(), dict():
            usual = _usual(other, path)
            for name in [*one, *(each for each in other if each not in one)]:
                default = ([],) if name in BRANCHES else usual.get(name, ())
                yield from _member(one, other, name, (*path, name), default)
        case list(), list() if path and path[-1] in {"Steps", *BRANCHES}:
            named = {each["Name"]: each for each in other if isinstance(each, dict)}
            for index, each in enumerate(one):
                name = each.get("Name") if isinstance(each, dict) else None
                yield from _differences(each, named.pop(name, None), (*path, index))
            if named:
                yield path
        case list(), list() if len(one) == len(other):
            for index, (left, right) in enumerate(zip(one, other, strict=True)):
                yield from _differences(left, right, (*path, index))
        case _:
            if not _same(one, other):
                yield path


def _usual(compiled: dict[str, Json], path: Path) -> dict[str, tuple[Json, ...]]:
    if not path:
        return TOP_LEVEL
    if path[0] == "Parameters" and len(path) == 2:
        return PARAMETER
    return STEP if {"Name", "Type", "Arguments"} <= compiled.keys() else {}


def _member(
    one: dict[str, Json], other: dict[str, Json], name: str, path: Path, usual: tuple[Json, ...]
) -> Iterator[Path]:
    if name in one and name in other:
        yield from _differences(one[name], other[name], path)
    elif (one[name] if name in one else other[name]) not in usual:
        yield path if name in one else path[:-1]


def _same(one: Json, other: Json) -> bool:
    if isinstance(one, bool) != isinstance(other, bool):
        return False
    number = (int, float)
    alike = isinstance(one, number) and isinstance(other, number)
    return one == other and (alike or type(one) is type(other))
