"""A policy for one role, and its statements, each with why it is there."""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.definition import Json


@dataclass(frozen=True, slots=True)
class Condition:
    """When a permission holds: the key of the request is the value."""

    operator: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Permission:
    """Actions that go together, and why a role needs them.

    Resources of one condition stand in one statement; with `by_resource`, the values of the
    condition of one resource do. `always` is a condition that holds beside.
    """

    sid: str
    actions: tuple[str, ...]
    reason: str
    by_resource: bool = False
    always: Condition | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Grant:
    """A permission that a role gets on something, for a step."""

    permission: Permission
    resource: str
    condition: Condition | None = None
    step: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """What a role may do, with what, and why."""

    sid: str
    permission: Permission
    resources: tuple[str, ...]
    operator: str | None = None
    key: str | None = None
    values: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Json]:
        """The statement as IAM takes it."""
        found: dict[str, Json] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list[Json](sorted(self.permission.actions)),
            "Resource": list[Json](self.resources),
        }
        conditions: dict[str, Json] = {}
        if self.operator is not None and self.key is not None:
            conditions[self.operator] = {self.key: list[Json](self.values)}
        always = self.permission.always
        if always is not None:
            conditions[always.operator] = {always.key: always.value}
        return found | ({"Condition": conditions} if conditions else {})


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """What a role may do; `role` is its ARN, if the spec has it."""

    purpose: str
    role: str | None
    trusted: str | None
    statements: tuple[Statement, ...]
    notes: tuple[str, ...] = ()

    @property
    def document(self) -> dict[str, Json]:
        """The policy as IAM takes it."""
        statements = list[Json](each.document for each in self.statements)
        return {"Version": "2012-10-17", "Statement": statements}


def statements_of(grants: Iterable[Grant]) -> tuple[Statement, ...]:
    """Join grants to as few statements as say the same, in the order in which they came."""
    groups: dict[tuple[object, ...], list[Grant]] = {}
    for grant in grants:
        groups.setdefault(_group(grant), []).append(grant)
    counts: dict[str, int] = {}
    found = []
    for group in groups.values():
        sid = group[0].permission.sid
        counts[sid] = counts.get(sid, 0) + 1
        found.append(_statement(group, sid if counts[sid] == 1 else f"{sid}{counts[sid]}"))
    return tuple(found)


def _group(grant: Grant) -> tuple[object, ...]:
    permission, condition = grant.permission, grant.condition
    if condition is None:
        return (permission.sid, permission.actions)
    if permission.by_resource:
        return (permission.sid, condition.operator, condition.key, grant.resource)
    return (permission.sid, condition)


def _statement(grants: list[Grant], sid: str) -> Statement:
    condition = grants[0].condition
    values = {each.condition.value for each in grants if each.condition is not None}
    has_patterns = condition is not None and condition.operator == "StringLike"
    return Statement(
        sid=sid,
        permission=grants[0].permission,
        resources=_least(each.resource for each in grants),
        operator=condition.operator if condition is not None else None,
        key=condition.key if condition is not None else None,
        values=_least(values) if has_patterns else tuple(sorted(values)),
        steps=tuple(dict.fromkeys(each.step for each in grants if each.step is not None)),
    )


def _least(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the patterns without those that another one with a `*` at its end covers."""
    found = sorted(set(patterns))
    return tuple(
        each
        for each in found
        if not any(
            other != each and other.endswith("*") and each.startswith(other[:-1]) for other in found
        )
    )
