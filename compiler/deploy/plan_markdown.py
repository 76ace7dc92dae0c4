"""A plan as Markdown, for a comment on a pull request."""

from collections.abc import Iterable, Iterator

from compiler.deploy.lines import SIGNS
from compiler.deploy.markdown import (
    MARK,
    MOST_ROWS,
    cache_paragraphs,
    change_rows,
    code,
    comment,
    plain,
)
from compiler.deploy.plan import Plan
from compiler.deploy.plan_text import files, summary
from compiler.deploy.words import count, size_words, title


def plans_markdown(plans: Iterable[Plan]) -> str:
    """Return a comment about all plans."""
    return comment("pipec plan", MARK, (_lines(plan) for plan in plans))


def _lines(plan: Plan) -> Iterator[str]:
    where = f"account {plan.account}, {plan.region}"
    said = "no changes" if plan.is_empty else summary(plan)
    yield f"### {code(plan.name)} → {plain(plan.target)}: {said}"
    yield ""
    yield f"<sub>{plain(plan.source)}, {where}</sub>"
    yield ""
    if plan.changes:
        yield from change_rows(plan.changes)
    yield from cache_paragraphs(plan.cache, is_changed=bool(plan.changes))
    if plan.uploads:
        total = size_words(sum(each.bytes for each in plan.uploads))
        yield ""
        yield f"<details><summary>{count(files(plan), 'upload')}, {total}</summary>"
        yield ""
        for each in plan.uploads[:MOST_ROWS]:
            yield f"- {code(each.uri)}: {count(each.files, 'file')}"
        yield "</details>"
    if plan.overwritten:
        yield ""
        yield "> [!WARNING]"
        yield "> Changed in AWS since the last upsert, which this plan takes back:"
        for change in plan.overwritten:
            yield f"> - {SIGNS[change.verb]} {code(title(change))}"
    for note in plan.notes:
        yield ""
        yield f"> {plain(note)}"
