"""Policies as they are printed: for people with the reasons, and for machines."""

import json
from collections.abc import Iterator

from compiler.compile import CompiledPipeline
from compiler.definition import Json
from compiler.infrastructure.policies.site import site_of
from compiler.infrastructure.policies.statement import Policy, Statement

# Of a managed policy, and of all that stands in a role itself; IAM counts no white space.
MOST_MANAGED, MOST_INLINE = 6_144, 10_240
PURPOSES = {
    "execution": "The role of the pipeline",
    "jobs": "A role of jobs",
    "ci": "What deploys the pipeline",
    "plan": "What plans and watches, and changes nothing",
    "start": "A role that starts the pipeline",
}
MOST_STEPS = 6


def size_of(policy: Policy) -> int:
    """Return the length of a policy as IAM counts it."""
    return len(json.dumps(policy.document, separators=(",", ":"), ensure_ascii=False))


def as_text(pipeline: CompiledPipeline, policies: tuple[Policy, ...]) -> str:
    """Return policies for people: each statement with its reason."""
    lines = [f"{pipeline.name}, target {pipeline.target}"]
    lines += (f"note: {note}" for note in site_of(pipeline).unknown())
    for policy in policies:
        lines += ["", *_policy_lines(policy)]
    if not policies:
        lines.append("note: no schedule and no trigger starts the pipeline")
    return "\n".join(lines) + "\n"


def as_json(pipeline: CompiledPipeline, policies: tuple[Policy, ...]) -> str:
    """Return policies with what they are for; `policy` is as IAM takes it."""
    record = {
        "version": 1,
        "pipeline": pipeline.name,
        "target": pipeline.target,
        "notes": list(site_of(pipeline).unknown()),
        "policies": [_record(policy) for policy in policies],
    }
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def document_text(policy: Policy) -> str:
    """Return a policy as IAM takes it, and nothing beside it."""
    return json.dumps(policy.document, indent=2, ensure_ascii=False) + "\n"


def name_of(policy: Policy) -> str:
    """Return a name for a policy, of which there are several of a purpose."""
    role = policy.role.rpartition("/")[2] if policy.role is not None else None
    has_role = policy.purpose in {"jobs", "start"} and role is not None
    return f"{policy.purpose}.{role}" if has_role else policy.purpose


def _record(policy: Policy) -> dict[str, Json]:
    reasons: dict[str, Json] = {each.sid: _reason(each) for each in policy.statements}
    return {
        "for": policy.purpose,
        "role": policy.role,
        "trusted": policy.trusted,
        "policy": policy.document,
        "reasons": reasons,
        "notes": list[Json](_notes(policy)),
    }


def _reason(statement: Statement) -> str:
    steps = statement.steps
    if not steps:
        return statement.permission.reason
    more = f" and {len(steps) - MOST_STEPS} more" if len(steps) > MOST_STEPS else ""
    return f"{statement.permission.reason}: {', '.join(steps[:MOST_STEPS])}{more}"


def _policy_lines(policy: Policy) -> Iterator[str]:
    yield f"# {PURPOSES[policy.purpose]}{f': {policy.role}' if policy.role else ''}"
    if policy.trusted is not None:
        yield f"assumed by {policy.trusted}"
    for note in _notes(policy):
        yield f"note: {note}"
    for statement in policy.statements:
        yield ""
        yield f"{statement.sid}: {_reason(statement)}"
        yield from (f"    {action}" for action in sorted(statement.permission.actions))
        for index, resource in enumerate(statement.resources):
            yield f"  {'   ' if index else 'on '}{resource}"
        if statement.key is not None:
            for index, value in enumerate(statement.values):
                yield f"  {'   or' if index else f'if {statement.key} is'} {value}"
        always = statement.permission.always
        if always is not None:
            yield f"  if {always.key} is {always.value}"


def _notes(policy: Policy) -> Iterator[str]:
    yield from policy.notes
    size = size_of(policy)
    if size > MOST_MANAGED:
        inline = "it has to be an inline policy" if size <= MOST_INLINE else "it has to be split"
        yield f"{size:,} characters are too many for a managed policy: {inline}"
