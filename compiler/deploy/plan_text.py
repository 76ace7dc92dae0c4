"""A plan as text for a terminal."""

from collections.abc import Iterator

from compiler.deploy.lines import cache_lines, change_lines, counts, misses
from compiler.deploy.plan import Plan
from compiler.deploy.words import count, size_words
from compiler.diagnostics.render import printable

MOST_UPLOADS = 10


def plan_text(plan: Plan) -> str:
    """Return what an upsert would do, as text."""
    return "\n".join(map(printable, _lines(plan))) + "\n"


def _lines(plan: Plan) -> Iterator[str]:
    yield headline(plan)
    if plan.is_empty:
        yield "  no changes"
    for change in plan.changes:
        yield from change_lines(change)
    yield from _uploads(plan)
    yield from cache_lines(plan.cache, is_changed=bool(plan.changes))
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
    uploads = [count(files(plan), "upload")] if plan.uploads else []
    return ", ".join([*counts(plan.changes), *uploads, *misses(plan.cache)])


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
