"""A plan as text for a terminal."""

from collections import Counter
from collections.abc import Iterator

from compiler.deploy.changes import Verb
from compiler.deploy.plan import Plan
from compiler.deploy.words import (
    cause_words,
    change_lines,
    count,
    size_words,
    stale_words,
)

VERBS: tuple[Verb, ...] = ("add", "change", "remove")
MOST_CAUSES = 3
MOST_UPLOADS = 10


def plan_text(plan: Plan) -> str:
    """Return what an upsert would do, as text."""
    return "\n".join(_lines(plan)) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield headline(plan)
    if plan.is_empty:
        yield "  no changes"
    for change in plan.changes:
        yield from change_lines(change)
    yield from _uploads(plan)
    yield from _cache(plan)
    if plan.overwritten:
        yield "changed in AWS since the last upsert, which this takes back:"
        for change in plan.overwritten:
            yield from change_lines(change)
    for note in plan.notes:
        yield f"note: {note}"
    if not plan.is_empty:
        yield f"plan: {summary(plan)}"


def headline(plan: Plan) -> str:
    """Return which pipeline is meant, and where."""
    return f"{plan.name} (target {plan.target}) in account {plan.account}, {plan.region}"


def summary(plan: Plan) -> str:
    """Return how much there is to do, in words."""
    if not plan.changes and not plan.uploads:
        return "only the record of this deployment is written"
    counts = Counter(change.verb for change in plan.changes)
    said = [f"{counts[verb]} to {verb}" for verb in VERBS if counts[verb]]
    if plan.uploads:
        said.append(count(files(plan), "upload"))
    missing = sum(each.fate == "miss" for each in plan.cache)
    if missing:
        said.append(f"{count(missing, 'step')} would miss the cache")
    return ", ".join(said)


def _uploads(plan: Plan) -> Iterator[str]:
    if not plan.uploads:
        return
    total = sum(each.bytes for each in plan.uploads)
    yield f"uploads: {count(files(plan), 'file')}, {size_words(total)}"
    for each in plan.uploads[:MOST_UPLOADS]:
        what = f"code of {', '.join(each.steps)}" if each.steps else "the definition"
        yield f"  {what}: {count(each.files, 'file')} to {each.uri}"
    if len(plan.uploads) > MOST_UPLOADS:
        yield f"  and {len(plan.uploads) - MOST_UPLOADS} more"


def files(plan: Plan) -> int:
    """Return how many files are uploaded."""
    return sum(each.files for each in plan.uploads)


def _cache(plan: Plan) -> Iterator[str]:
    """Yield what the cache does at the next run, if the plan changes anything of it."""
    missing = [each for each in plan.cache if each.fate == "miss"]
    stale = [each for each in plan.cache if each.stale]
    if not missing and not stale:
        if plan.cache and plan.changes:
            yield "cache: no step that is cached would run again"
        return
    width = max(len(each.step) for each in (*missing, *stale))
    yield "cache: at the next run, these steps are not taken from it"
    for each in missing:
        words = [cause_words(cause) for cause in each.causes[:MOST_CAUSES]] or [each.reason]
        left = len(each.causes) - MOST_CAUSES
        words += [f"and {left} more"] if left > 0 else []
        for index, said in enumerate(words):
            name = each.step if index == 0 else ""
            yield f"  {name:<{width}}  {said}"
    for each in stale:
        yield f"warning: {stale_words(each)}"
