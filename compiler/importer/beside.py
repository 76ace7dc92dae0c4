"""The members that any step may have beside its arguments, as fields; wrong ones as they stand."""

import re
from collections.abc import Mapping

from compiler.spec.job import RETRY_EXCEPTIONS
from compiler.spec.step import TRIGGERS
from compiler.steps.codecs import duration_text
from compiler.steps.members import Json

LIFETIME = re.compile(r"P(?:([1-9][0-9]{0,8})D|T([1-9][0-9]{0,8})([HMS]))")
WHEN = {trigger: word for word, trigger in TRIGGERS.items() if trigger is not None}
AFTER = {"step", "when"}
FAILURES = {exception: word for word, exception in RETRY_EXCEPTIONS.items()}
POLICY = {
    "ExceptionType": "on",
    "MaxAttempts": "attempts",
    "ExpireAfterMin": "expire_after",
    "IntervalSeconds": "interval",
    "BackoffRate": "backoff",
}
SECONDS_IN = {"ExpireAfterMin": 60, "IntervalSeconds": 1}


def after_field(depends_on: Json) -> Json:
    """Return what a step waits for."""
    if not isinstance(depends_on, list):
        return depends_on
    entries = [_after(entry) for entry in depends_on]
    is_one = len(entries) == 1 and not isinstance(entries[0], list)
    return entries[0] if is_one else entries


def _after(entry: Json) -> Json:
    match entry:
        case {"Step": step, "Trigger": str() as trigger, **rest} if not AFTER & rest.keys():
            return {"step": step, "when": WHEN.get(trigger, trigger), **rest}
        case _:
            return entry


def cache_field(config: Json) -> Json:
    """Return how long a result is used again."""
    match config:
        case {"Enabled": True, **rest} if not rest:
            return True
        case {"Enabled": True, "ExpireAfter": str() as lifetime, **rest} if not rest:
            return lifetime_text(lifetime)
        case {"Enabled": enabled, **rest} if not rest:
            return {"enabled": enabled}
        case {"Enabled": enabled, "ExpireAfter": lifetime, **rest} if not rest:
            written = lifetime_text(lifetime) if isinstance(lifetime, str) else lifetime
            return {"expire_after": written, "enabled": enabled}
        case _:
            return config


def lifetime_text(lifetime: str) -> str:
    """Return a duration of ISO 8601 as a person writes it; one of several units as it is."""
    match = LIFETIME.fullmatch(lifetime)
    if match is None:
        return lifetime
    days, length, unit = match.groups()
    return f"{days}d" if days is not None else f"{length}{unit.lower()}"


def retry_field(policies: Json) -> Json:
    """Return when and how often a step is tried again."""
    if not isinstance(policies, list):
        return policies
    written = [_policy(policy) if isinstance(policy, dict) else policy for policy in policies]
    return written[0] if len(written) == 1 and isinstance(written[0], dict) else written


def _policy(policy: Mapping[str, Json]) -> Json:
    written: dict[str, Json] = {}
    for name, value in policy.items():
        field = POLICY.get(name, name)
        if field in written or (name not in POLICY and name in POLICY.values()):
            return policy
        if name in SECONDS_IN and type(value) is int:
            value = duration_text(value * SECONDS_IN[name])  # noqa: PLW2901
        written[field] = _failures(value) if name == "ExceptionType" else value
    return written


def _failures(kinds: Json) -> Json:
    if not isinstance(kinds, list):
        return kinds
    return [FAILURES.get(kind, kind) if isinstance(kind, str) else kind for kind in kinds]


def property_files(
    files: Json, outputs: Json, *, has_outputs: bool
) -> tuple[dict[str, Json], Json] | None:
    """Return the outputs with their files in them, and the files that have no output there.

    None where the files have another form than that of a list of names, outputs and paths.
    """
    found: dict[str, Json] = dict(outputs) if has_outputs and isinstance(outputs, dict) else {}
    others: dict[str, Json] = {}
    names = set()
    for file in files if isinstance(files, list) else [None]:
        match file:
            case {
                "PropertyFileName": str() as name,
                "OutputName": str() as output,
                "FilePath": str() as path,
                **rest,
            } if not rest and name not in names:
                names.add(name)
            case _:
                return None
        if output in found:
            entry = found[output]
            entry = dict(entry) if isinstance(entry, dict) else {"uri": entry}
            entry["files"] = {**entry.get("files", {}), name: path}
            found[output] = entry
        else:
            others[name] = {"output": output, "path": path}
    return found, others
