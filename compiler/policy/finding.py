"""What breaks a policy, before it is known which policy that is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from compiler.diagnostics.diagnostic import Related, listing
from compiler.diagnostics.span import Span
from compiler.document.node import Node, ScalarNode
from compiler.policy.globs import fits_any
from compiler.policy.values import Value, Values, values_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part
from compiler.steps.members import paths_of

UNPROVED = "the policy asks for a value that is known here; this one is only when running"
# The definitions of a tuning have the fields of a step with one.
ONE_OF_SEVERAL, ONE = "TrainingJobDefinitions[].", "TrainingJobDefinition."
PIN = "give the parameter an `enum`, or write the value"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What is wrong and where; `secrets` are places whose text must not be shown."""

    message: str
    span: Span
    hint: str | None = None
    related: tuple[Related, ...] = ()
    secrets: tuple[Span, ...] = ()


class Lists(Protocol):
    """A policy that allows some values, or denies some."""

    @property
    def strict(self) -> ScalarNode | None:
        """Whether what is not known is a mistake."""

    @property
    def allow(self) -> tuple[ScalarNode, ...]:
        """What is allowed."""

    @property
    def deny(self) -> tuple[ScalarNode, ...]:
        """What is not allowed."""


def is_on(node: ScalarNode | None) -> bool:
    """Return whether a switch of a policy is on."""
    return node is not None and node.value is True


def texts(nodes: Iterable[ScalarNode]) -> tuple[str, ...]:
    """Return the patterns of a policy."""
    return tuple(str(node.value) for node in nodes)


def judge_listed(
    noun: str, node: Node | None, rule: Lists, resolved: ResolvedPipeline, *, behind: str = ""
) -> Iterator[Finding]:
    """Find a value that is not allowed, or is denied."""
    yield from judge(
        noun,
        values_of(node, resolved),
        allow=texts(rule.allow),
        deny=texts(rule.deny),
        strict=is_on(rule.strict),
        behind=behind,
    )


def judge(
    noun: str,
    values: Values | None,
    *,
    allow: tuple[str, ...] = (),
    deny: tuple[str, ...] = (),
    strict: bool,
    behind: str = "",
) -> Iterator[Finding]:
    """Find a value that is none of those allowed, or is one of those denied."""
    if values is None or not (allow or deny):
        return
    is_proved = values.is_proved
    for value in values.known:
        text = str(value.value)
        denied = fits_any(deny, text, is_whole=value.is_whole, behind=behind)
        allowed = not allow or fits_any(allow, text, is_whole=value.is_whole, behind=behind)
        is_proved = is_proved and denied is not None and allowed is not None
        if denied is True or allowed is False:
            yield broken(noun, value, None if denied else f"allowed: {listing(allow)}")
            return
    if strict and not is_proved:
        yield Finding(message=UNPROVED, span=values.span, hint=PIN)


def broken(noun: str, value: Value, hint: str | None, shown: str | None = None) -> Finding:
    """Return that a value is against the policy, shown as it was written."""
    shown = shown or f"{value.value}{'' if value.is_whole else '…'}"
    related = (Related(span=value.via, message="used here"),) if value.via is not None else ()
    return Finding(
        message=f"the policy does not allow the {noun} `{shown}`",
        span=value.span,
        hint=hint,
        related=related,
    )


def demand_switch(part: Part, path: str, what: str, *, strict: bool) -> Iterator[Finding]:
    """Find a switch of a request that is off, or left out."""
    values = values_of(part.get(path), part.resolved)
    if values is None:
        yield missing(part, path, what)
        return
    wrong = next((value for value in values.known if value.value is not True), None)
    if wrong is not None:
        related = (Related(span=wrong.via, message="used here"),) if wrong.via is not None else ()
        message = f"{what} is demanded by the policy, and {part.word(path)} is off"
        yield Finding(message=message, span=wrong.span, related=related)
    elif strict and not values.is_proved:
        yield Finding(message=UNPROVED, span=values.span, hint=PIN)


def missing(part: Part, path: str, what: str, hint: str | None = None) -> Finding:
    """Return that a part of a request lacks what the policy demands."""
    return Finding(
        message=f"{what} is demanded by the policy",
        span=part.place,
        hint=hint or f"set {field_for(part, path)}",
    )


def field_for(part: Part, path: str) -> str:
    """Return what to set to have a member: the field of the step, or the member of the request."""
    full = f"{part.path}.{path}" if part.path else path
    full = full.replace(ONE_OF_SEVERAL, ONE)
    for written, field in paths_of(part.step.type.members):
        if written == full or written.startswith(f"{full}."):
            return f"`{field.partition('.')[0]}`"
    return f"`{path}` in the request"
