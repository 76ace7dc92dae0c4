"""Values of a definition and differences of them, in words for people."""

import json

from compiler.code.pack import URI
from compiler.deploy.caching import Cause, StepCache
from compiler.deploy.changes import Change
from compiler.deploy.difference import Difference
from compiler.importer.expressions import reference_text
from compiler.local.resolve import Json
from compiler.secrets.hide import HIDDEN

LONGEST = 100
NOTHING = "(none)"


def value_words(value: Json) -> str:
    """Return a value, which holds no secrets any more, as a spec would say it, cut when long."""
    match value:
        case None:
            return NOTHING
        case str() if value == HIDDEN:
            return HIDDEN
        case dict() if (reference := reference_text(value, {})) is not None:
            return _cut(reference)
        case str() if (code := URI.fullmatch(value)) is not None:
            return f"code {code['sha256'][:12]}"
        case _:
            return _cut(json.dumps(value, ensure_ascii=False))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def difference_words(difference: Difference) -> tuple[str, str, str]:
    """Return the member, what it was and what it is to be."""
    path = difference.path.removeprefix("Arguments.") or "value"
    old, new = map(value_words, difference.shown)
    if old == new:
        old, new = f"{old}, another", f"{new}"
    return path, old, new


def title(change: Change) -> str:
    """Return what a change is about: `step train (Training)`."""
    name = "" if change.kind == "pipeline" else f" {change.name}"
    label = change.label
    if change.kind == "tag" and label:
        return f"tag{name} = {label}"
    return f"{change.kind}{name}" + (f" ({label})" if label and change.kind != "pipeline" else "")


def cause_words(cause: Cause) -> str:
    """Return why a step is not taken from the cache."""
    if cause.parameter is not None:
        return f"{cause.path}: the default of parameter {cause.parameter} changes"
    if cause.step is not None:
        may = "uses a result of" if cause.is_certain else "may be another, from"
        return f"{cause.path}: {may} {cause.step}, which runs again"
    return f"{cause.path} changes"


def reasons(each: StepCache) -> list[str]:
    """Return all that makes a step run again."""
    return [*([each.reason] if each.reason else []), *map(cause_words, each.causes)]


def stale_words(each: StepCache) -> str:
    """Return the warning that a step is taken from the cache with old data."""
    steps = ", ".join(each.stale)
    return (
        f"{each.step} is taken from the cache although {steps} runs again:"
        " the address of what it reads is always the same"
    )


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1000:.1f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def count(number: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
