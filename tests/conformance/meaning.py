"""Bring pipeline definitions to one form for each meaning, and say where two of them differ.

Two definitions mean the same when the service does the same with them. Each pass below removes one
way of writing that does not change that, and its comment says why it does not. What a pass does
not name is compared as it stands.
"""

import json
import re
from collections.abc import Callable, Iterator

from tests.conformance.documents import read_document
from tests.conformance.hyperparameters import read_hyperparameters
from tests.conformance.joins import join_strings
from tests.conformance.rewrite import Change, Json, rewrite
from tests.conformance.service import (
    DEFAULTS,
    INFERENCE_DEFAULTS,
    MAY_BE_EMPTY,
    NAMED_LISTS,
    REPORTS_NULL,
    UNORDERED_LISTS,
)

# The address of code holds the hash of its content, and each compiler has a hash of its own.
# Checkpoints lie below the first sixteen digits of that hash.
CODE_ADDRESS = re.compile(r"/code/[0-9a-f]{64}(?=/|$)")
# SDKs lay a notebook into a folder that is named by the time.
NOTEBOOK_ADDRESS = re.compile(r"/[^/]+/input-\d{4}(-\d{2}){5}-\d{3}$")
CHECKPOINT_ADDRESS = re.compile(r"(/checkpoints/[^/]+)/[0-9a-f]{16}(?=/|$)")

DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
)
SECONDS = {"weeks": 604_800, "days": 86_400, "hours": 3_600, "minutes": 60, "seconds": 1}


def normalise(definition: Json) -> Json:
    """Return the form that all definitions of the same meaning have."""
    for one_pass in PASSES:
        definition = one_pass(definition)
    return definition


def differences(left: Json, right: Json, path: str = "") -> list[str]:
    """Return a line for each place where two normalised definitions differ."""
    return list(_differences(left, right, path))


def drop_nulls(definition: Json) -> Json:
    """Drop members that are null: the service takes them as left out.

    Not so for the experiment: null turns it off, and left out is the default.
    """

    def change(member: str, value: Json) -> Json:
        if isinstance(value, dict) and member != "free":
            return {
                name: item
                for name, item in value.items()
                if item is not None or name in REPORTS_NULL
            }
        return value

    return rewrite(definition, change)


def drop_empties(definition: Json) -> Json:
    """Drop lists and maps that are empty where none at all says the same."""

    def change(member: str, value: Json) -> Json:
        if isinstance(value, dict) and member != "free":
            return {
                name: item
                for name, item in value.items()
                if item not in ([], {}) or name not in MAY_BE_EMPTY
            }
        return value

    return rewrite(definition, change)


def drop_defaults(definition: Json) -> Json:
    """Drop members that say what the service does anyway; see `service.DEFAULTS`."""

    def change(member: str, value: Json) -> Json:
        defaults = DEFAULTS.get(member)
        if not isinstance(value, dict) or defaults is None:
            return value
        return {
            name: item
            for name, item in value.items()
            if name not in defaults or not same(item, defaults[name])
        }

    return rewrite(definition, change)


def write_one_resource_config(definition: Json) -> Json:
    """Write the machines of tuned jobs as those of a training job.

    There is a member of its own for jobs that may choose among instance types; one that names a
    single type says what `ResourceConfig` does.
    """

    def change(_: str, value: Json) -> Json:
        if not isinstance(value, dict):
            return value
        machines = value.get("HyperParameterTuningResourceConfig", {})
        if "InstanceType" not in machines:
            return value
        rest = {
            name: item
            for name, item in value.items()
            if name != "HyperParameterTuningResourceConfig"
        }
        return {**rest, "ResourceConfig": machines}

    return rewrite(definition, change)


def drop_disabled_cache(definition: Json) -> Json:
    """Drop a cache that is not enabled: its duration is ignored, and no cache is the default."""

    def change(_: str, value: Json) -> Json:
        if isinstance(value, dict) and value.get("CacheConfig", {}).get("Enabled") is False:
            return {name: item for name, item in value.items() if name != "CacheConfig"}
        return value

    return rewrite(definition, change)


def drop_repeated_input_mode(definition: Json) -> Json:
    """Drop a channel's mode when it is the job's: a channel without one takes the job's."""

    def change(_: str, value: Json) -> Json:
        if not (isinstance(value, dict) and "InputDataConfig" in value):
            return value
        mode = value.get("AlgorithmSpecification", {}).get("TrainingInputMode")
        channels = [
            {
                name: item
                for name, item in channel.items()
                if name != "InputMode" or mode is None or item != mode
            }
            for channel in value["InputDataConfig"]
        ]
        return {**value, "InputDataConfig": channels}

    return rewrite(definition, change)


def write_durations_in_seconds(definition: Json) -> Json:
    """Write how long a cache holds in seconds: `P30D`, `PT720H` and the service's `30d` are one."""

    def change(member: str, value: Json) -> Json:
        if member != "ExpireAfter" or not isinstance(value, str):
            return value
        upper = value.upper()
        match = DURATION.fullmatch(upper if upper.startswith("P") else f"P{upper}")
        if match is None or not any(match.groupdict().values()):
            return value
        parts = match.groupdict(default="0")
        return f"{sum(int(parts[unit]) * size for unit, size in SECONDS.items())} seconds"

    return rewrite(definition, change)


def drop_inference_defaults(definition: Json) -> Json:
    """Drop environment variables of a model that say nothing; see `INFERENCE_DEFAULTS`."""

    def change(member: str, value: Json) -> Json:
        if member not in {"Containers", "PrimaryContainer"} or not isinstance(value, dict):
            return value
        environment = value.get("Environment", {})
        if not isinstance(environment, dict) or environment.get("SAGEMAKER_PROGRAM") != "":
            return value
        kept = {
            name: item
            for name, item in environment.items()
            if name not in INFERENCE_DEFAULTS or not INFERENCE_DEFAULTS[name](item)
        }
        return {**value, "Environment": kept}

    return rewrite(definition, change)


def read_documents(definition: Json) -> Json:
    """Read the JSON in members that hold it as text: whoever gets it reads it as JSON."""
    return rewrite(definition, read_document)


def simplify_conditions(definition: Json) -> Json:
    """Write `not not x` as `x`, and an Or of one condition as that one.

    Which of them stands there depends on who applied De Morgan's law.
    """

    def change(_: str, value: Json) -> Json:
        match value:
            case {"Type": "Not", "Condition": {"Type": "Not", "Condition": condition}}:
                return condition
            case {"Type": "Or", "Conditions": [condition]}:
                return condition
        return value

    return rewrite(definition, change)


def hide_code_hashes(definition: Json) -> Json:
    """Replace the hash in the address of code: it says which bytes, and not what to do."""

    def change(_: str, value: Json) -> Json:
        if not isinstance(value, str):
            return value
        value = CODE_ADDRESS.sub("/code/<code>", value)
        value = NOTEBOOK_ADDRESS.sub("/code/<code>/", value)
        return CHECKPOINT_ADDRESS.sub(r"\1/<code>", value)

    return rewrite(definition, change)


def sort_named_lists(definition: Json) -> Json:
    """Sort lists whose items go by a name: the service finds them by it, whatever their order."""

    def change(member: str, value: Json) -> Json:
        if member not in NAMED_LISTS or not isinstance(value, list):
            return value
        key = NAMED_LISTS[member]
        return sorted(value, key=lambda item: str(item.get(key)) if isinstance(item, dict) else "")

    return _each_list(definition, change)


def sort_unordered_lists(definition: Json) -> Json:
    """Sort lists that are sets, such as DependsOn, and conditions, which are ANDed or ORed."""

    def change(member: str, value: Json) -> Json:
        if member not in UNORDERED_LISTS or not isinstance(value, list):
            return value
        return sorted(value, key=lambda item: json.dumps(item, sort_keys=True))

    return _each_list(definition, change)


def _each_list(definition: Json, change: Change) -> Json:
    """Apply a change to lists only, so that a list's items do not pass for the list."""
    return rewrite(
        definition,
        lambda member, value: change(member, value) if isinstance(value, list) else value,
    )


def drop_parameter_descriptions(definition: Json) -> Json:
    """Drop the descriptions of parameters: the SDKs have none, and the service only shows them."""

    def change(member: str, value: Json) -> Json:
        if member == "Parameters" and isinstance(value, dict):
            return {name: item for name, item in value.items() if name != "Description"}
        return value

    return rewrite(definition, change)


PASSES: tuple[Callable[[Json], Json], ...] = (
    drop_nulls,
    drop_parameter_descriptions,
    join_strings,
    write_one_resource_config,
    drop_inference_defaults,
    drop_defaults,
    drop_empties,
    drop_disabled_cache,
    drop_repeated_input_mode,
    write_durations_in_seconds,
    read_hyperparameters,
    read_documents,
    simplify_conditions,
    hide_code_hashes,
    sort_named_lists,
    sort_unordered_lists,
)


def same(left: Json, right: Json) -> bool:
    """Return whether two JSON values are equal, `true` and `1` being different."""
    return not differences(left, right)


def _differences(left: Json, right: Json, path: str) -> Iterator[str]:
    match left, right:
        case dict(), dict():
            for name in sorted(left.keys() | right.keys()):
                place = f"{path}.{name}" if path else name
                if name not in right:
                    yield f"{place}: {_short(left[name])} against nothing"
                elif name not in left:
                    yield f"{place}: nothing against {_short(right[name])}"
                else:
                    yield from _differences(left[name], right[name], place)
        case list(), list():
            yield from _list_differences(left, right, path)
        case _:
            number = (int, float)
            alike = isinstance(left, number) and isinstance(right, number)
            kinds_differ = isinstance(left, bool) != isinstance(right, bool)
            if left != right or kinds_differ or not (alike or type(left) is type(right)):
                yield f"{path}: {_short(left)} against {_short(right)}"


def _list_differences(left: list[Json], right: list[Json], path: str) -> Iterator[str]:
    key = NAMED_LISTS.get(path.rsplit(".", 1)[-1])
    if key is not None and _goes_by_name(left, key) and _goes_by_name(right, key):
        left_items = {item[key]: item for item in left}
        right_items = {item[key]: item for item in right}
        for name in sorted(left_items.keys() | right_items.keys()):
            place = f"{path}[{name}]"
            if name not in right_items:
                yield f"{place}: {_short(left_items[name])} against nothing"
            elif name not in left_items:
                yield f"{place}: nothing against {_short(right_items[name])}"
            else:
                yield from _differences(left_items[name], right_items[name], place)
        return
    if len(left) != len(right):
        yield f"{path}: {_short(left)} against {_short(right)}"
        return
    for index, (one, other) in enumerate(zip(left, right, strict=True)):
        yield from _differences(one, other, f"{path}[{index}]")


def _goes_by_name(items: list[Json], key: str) -> bool:
    names = [item.get(key) for item in items if isinstance(item, dict)]
    strings = [name for name in names if isinstance(name, str)]
    return len(strings) == len(items) and len(set(strings)) == len(items)


def _short(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:117]}..."
