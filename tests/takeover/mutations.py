"""Changes that somebody may make to a definition in AWS, at random but repeatably."""

import copy
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

HELD = ("IfSteps", "ElseSteps", "ForEachBody")
Json = Any
INSTANCE = re.compile(r"ml\.[a-z0-9]+\.\w+")


def steps_of(definition: Json) -> Iterator[tuple[list[Json], Json, str]]:
    """Yield each step with the list that holds it, and how that list is called."""
    yield from _steps(definition["Steps"], "Steps")


def _steps(listed: list[Json], name: str) -> Iterator[tuple[list[Json], Json, str]]:
    for step in listed:
        yield listed, step, name
        arguments = step.get("Arguments")
        for member in HELD if isinstance(arguments, dict) else ():
            if isinstance(arguments.get(member), list):
                yield from _steps(arguments[member], member)


def scalars(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Json, Any, tuple[Any, ...]]]:
    """Yield where single values stand: what holds them, the key there and the path."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in list(pairs):
        here = (*path, key)
        if key in HELD or key == "Conditions":
            continue
        if isinstance(each, dict) and set(each) & {"Get", "Std:Join", "Std:JsonGet"}:
            continue
        if isinstance(each, dict | list):
            yield from scalars(each, here)
        elif each is not None:
            yield value, key, here


def mutate_scalar(definition: Json, dice: random.Random) -> str | None:
    places = [
        (step["Name"], *place)
        for _, step, _ in steps_of(definition)
        for place in scalars(step.get("Arguments") or {})
    ]
    places = [each for each in places if _other(each[1][each[2]], dice) is not None]
    if not places:
        return None
    name, holder, key, path = dice.choice(places)
    holder[key] = _other(holder[key], dice)
    return f"scalar {name} {path}"


def _other(value: Json, dice: random.Random) -> Json:
    match value:
        case bool():
            return not value
        case int():
            return value + dice.choice((1, 2))
        case float():
            return value * 2
        case str() if INSTANCE.fullmatch(value):
            return next(each for each in ("ml.m5.4xlarge", "ml.c5.2xlarge") if each != value)
        case str() if value.isdecimal():
            return str(int(value) + 1)
        case str() if value.startswith("s3://"):
            return value.rstrip("/") + "-2" + ("/" if value.endswith("/") else "")
        case str() if re.fullmatch(r"[a-z][a-z0-9 _.-]*", value):
            return value + "x"
        case str() if " " in value:
            return f'{value} é: # "so"'
        case _:
            return None


def remove_member(definition: Json, dice: random.Random) -> str | None:
    places = [
        (step["Name"], *place)
        for _, step, _ in steps_of(definition)
        for place in scalars(step.get("Arguments") or {})
        if isinstance(place[0], dict) and len(place[2]) > 1
    ]
    if not places:
        return None
    name, holder, key, path = dice.choice(places)
    del holder[key]
    return f"remove {name} {path}"


ADDITIONS: tuple[tuple[str, Callable[[Json], None]], ...] = (
    ("Processing", lambda a: a.setdefault("Environment", {}).update(ADDED="1")),
    ("Processing", lambda a: a.update(NetworkConfig={"EnableNetworkIsolation": True})),
    ("Processing", lambda a: a.update(StoppingCondition={"MaxRuntimeInSeconds": 5400})),
    ("Training", lambda a: a.setdefault("HyperParameters", {}).update(added="1.5")),
    ("Training", lambda a: a.setdefault("Environment", {}).update(ADDED="ja: nein # é")),
    ("Training", lambda a: a.update(RetryStrategy={"MaximumRetryAttempts": 3})),
    ("Training", lambda a: a.update(EnableInterContainerTrafficEncryption=True)),
    ("Training", lambda a: a.setdefault("Tags", []).append({"Key": "added", "Value": "x"})),
    ("Lambda", lambda a: a.update(added="y")),
    ("Transform", lambda a: a.update(MaxConcurrentTransforms=3)),
    ("RegisterModel", lambda a: a.update(ModelPackageDescription="what is new: all")),
    ("Fail", lambda a: a.update(ErrorMessage="another\nmessage in\n  two lines")),
)  # fmt: skip


def add_member(definition: Json, dice: random.Random) -> str | None:
    """Add an argument, or a member beside the arguments."""
    steps = [step for _, step, _ in steps_of(definition)]
    fitting = [
        (step, add)
        for step in steps
        for kind, add in ADDITIONS
        if step["Type"] == kind and isinstance(step.get("Arguments"), dict)
    ]
    if fitting and dice.random() < 0.7:
        step, add = dice.choice(fitting)
        add(step["Arguments"])
        return f"add {step['Name']} argument"
    step = dice.choice(steps)
    if step["Type"] in ("Fail", "Condition", "ForEach"):
        step["DisplayName"] = "Another name"
    else:
        step.update(
            dice.choice(
                (
                    {"DisplayName": "Another name"},
                    {"Description": "What it is for"},
                    {"CacheConfig": {"Enabled": True, "ExpireAfter": "P3D"}},
                    {"RetryPolicies": [{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 2}]},
                )
            )
        )
    return f"add {step['Name']} member"


def add_step(definition: Json, dice: random.Random) -> str | None:
    lists = [definition["Steps"]]
    for _, step, _ in steps_of(definition):
        arguments = step.get("Arguments")
        if isinstance(arguments, dict):
            lists += [arguments[m] for m in HELD if isinstance(arguments.get(m), list)]
    new = dice.choice(
        (
            {"Name": "added-step", "Type": "Fail", "Arguments": {"ErrorMessage": "added: é"}},
            {
                "Name": "added-step",
                "Type": "Lambda",
                "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:added",
                "Arguments": {"day": "monday"},
            },
        )
    )
    dice.choice(lists).append(copy.deepcopy(new))
    return "step added"


def remove_step(definition: Json, dice: random.Random) -> str | None:
    found = list(steps_of(definition))
    free = [
        (listed, step) for listed, step, _ in found
        if len(found) > 1 and not _is_mentioned(definition, step["Name"])
        and not any(isinstance((step.get("Arguments") or {}).get(m), list) for m in HELD)
        and len(listed) + (listed is not definition["Steps"]) > 1
    ]  # fmt: skip
    if not free:
        return None
    listed, step = dice.choice(free)
    listed.remove(step)
    return f"step {step['Name']} removed"


def _is_mentioned(definition: Json, name: str) -> bool:
    return any(
        text == name or text.startswith(("Steps." + name + ".", "IterationOutput." + name + "."))
        for text in _texts(definition, "")
    )


def _texts(value: Json, key: str) -> Iterator[str]:
    match value:
        case dict():
            for name, each in value.items():
                if name != "Name" or "Type" not in value:
                    yield from _texts(each, name)
        case list():
            for each in value:
                yield from _texts(each, key)
        case str():
            yield value


def move_step(definition: Json, dice: random.Random) -> str | None:
    """Move a step into the other branch."""
    pairs = []
    for _, step, _ in steps_of(definition):
        arguments = step.get("Arguments")
        if step["Type"] != "Condition" or not isinstance(arguments, dict):
            continue
        for one, other in (("IfSteps", "ElseSteps"), ("ElseSteps", "IfSteps")):
            for each in arguments.get(one) or ():
                if not _is_mentioned(definition, each["Name"]):
                    pairs.append((arguments, one, other, each))
    if not pairs:
        return None
    arguments, one, other, each = dice.choice(pairs)
    arguments[one].remove(each)
    arguments[other].append(each)
    return f"step {each['Name']} moved"


def rename_step(definition: Json, dice: random.Random) -> str | None:
    names = [step["Name"] for _, step, _ in steps_of(definition)]
    name = dice.choice(names)
    for _, step, _ in steps_of(definition):
        if step["Name"] == name:
            step["Name"] = "renamed"
    _rename(definition, name)
    return f"step {name} renamed"


def _rename(value: Json, name: str) -> None:
    for key, each in list(value.items() if isinstance(value, dict) else enumerate(value)):
        if isinstance(each, dict | list):
            _rename(each, name)
        elif (isinstance(each, str) and key in ("Get", "Step")) or isinstance(key, int):
            if each == name and (key == "Step" or isinstance(key, int)):
                value[key] = "renamed"
            elif isinstance(each, str):
                value[key] = re.sub(
                    rf"^(Steps|IterationOutput)\.{re.escape(name)}(?=[.\[])", r"\1.renamed", each
                )


def change_parameter(definition: Json, dice: random.Random) -> str | None:
    parameters = definition.get("Parameters") or []
    ways = [
        (each, member) for each in parameters for member in ("DefaultValue", "EnumValues", "Type")
        if member in each or member == "EnumValues"
    ]  # fmt: skip
    if not ways or dice.random() < 0.2:
        parameters.append({"Name": "added", "Type": "String", "DefaultValue": "x: y"})
        return "parameter added"
    each, member = dice.choice(ways)
    default = each.get("DefaultValue")
    if member == "EnumValues" and isinstance(default, str):
        each["EnumValues"] = [*each.get("EnumValues", [default]), "another, one"]
    elif isinstance(default, bool):
        each["DefaultValue"] = not default
    elif isinstance(default, int | float):
        each["DefaultValue"] = default + 1
    elif default is not None and not each.get("EnumValues"):
        each["DefaultValue"] = default + "x"
    else:
        each["Description"] = "for: what?"
    return f"parameter {each['Name']}"


KINDS: dict[str, Callable[[Json, random.Random], str | None]] = {
    "scalar": mutate_scalar,
    "remove member": remove_member,
    "add member": add_member,
    "add step": add_step,
    "remove step": remove_step,
    "move step": move_step,
    "rename step": rename_step,
    "parameter": change_parameter,
}


def mutated(definition: Json, kind: str, dice: random.Random) -> tuple[Json, str | None]:
    """Return a definition with one change, and what it is; None where there is none of a kind."""
    changed = copy.deepcopy(definition)
    return changed, KINDS[kind](changed, dice)
