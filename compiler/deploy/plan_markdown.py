"""A plan as Markdown, for a comment on a pull request."""

from collections.abc import Iterable, Iterator

from compiler.deploy.changes import Change
from compiler.deploy.plan import Plan
from compiler.deploy.plan_text import files, summary
from compiler.deploy.words import (
    SIGNS,
    cause_words,
    count,
    difference_words,
    size_words,
    stale_words,
    title,
)

# By which a program finds its comment again.
MARK = "<!-- pipec plan -->"
MOST_ROWS = 40
# GitHub takes comments of up to 65,536 characters.
LONGEST = 60_000


def plans_markdown(plans: Iterable[Plan]) -> str:
    """Return a comment about all plans."""
    parts = [MARK, "## pipec plan", ""]
    for plan in plans:
        parts += [*_lines(plan), ""]
    text = "\n".join(parts)
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition("\n")[0] + "\n\n…cut: see the whole plan in the log.\n"
    return text


def _lines(plan: Plan) -> Iterator[str]:
    where = f"account {plan.account}, {plan.region}"
    said = "no changes" if plan.is_empty else summary(plan)
    yield f"### `{plan.name}` → {plan.target}: {said}"
    yield ""
    yield f"<sub>{_plain(plan.source)}, {where}</sub>"
    yield ""
    if plan.changes:
        yield from _changes(plan.changes)
    yield from _cache(plan)
    if plan.uploads:
        total = size_words(sum(each.bytes for each in plan.uploads))
        yield ""
        yield f"<details><summary>{count(files(plan), 'upload')}, {total}</summary>"
        yield ""
        for each in plan.uploads[:MOST_ROWS]:
            yield f"- {_code(each.uri)}: {count(each.files, 'file')}"
        yield "</details>"
    if plan.overwritten:
        yield ""
        yield "> [!WARNING]"
        yield "> Changed in AWS since the last upsert, which this plan takes back:"
        for change in plan.overwritten:
            yield f"> - {SIGNS[change.verb]} {_code(title(change))}"
    for note in plan.notes:
        yield ""
        yield f"> {_plain(note)}"


def _changes(changes: Iterable[Change]) -> Iterator[str]:
    yield "| | what | member | was | will be |"
    yield "|---|---|---|---|---|"
    rows = [row for change in changes for row in _rows(change)]
    yield from rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        yield f"| | and {len(rows) - MOST_ROWS} more | | | |"


def _rows(change: Change) -> Iterator[str]:
    head = f"| `{SIGNS[change.verb]}` | {_code(title(change))}"
    if not change.differences:
        yield f"{head} | | | |"
    for each in change.differences:
        path, old, new = difference_words(each)
        yield f"{head} | {_code(path)} | {_code(old)} | {_code(new)} |"
        head = "| | "


def _cache(plan: Plan) -> Iterator[str]:
    missing = [each for each in plan.cache if each.fate == "miss"]
    stale = [each for each in plan.cache if each.stale]
    if missing:
        yield ""
        steps = count(len(missing), "step")
        yield f"**{steps} would run again** instead of being taken from the cache:"
        yield ""
        for each in missing:
            words = "; ".join(map(cause_words, each.causes)) or each.reason
            yield f"- {_code(each.step)}: {_plain(words)}"
    elif plan.cache and plan.changes:
        yield ""
        yield "No step that is cached would run again."
    for each in stale:
        yield ""
        yield f"> [!WARNING]\n> {_plain(stale_words(each))}"


def _code(text: str) -> str:
    """Return a text as code in a cell of a table: what Markdown would act on is taken out."""
    text = text.replace("|", "\\|").replace("\n", " ")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _plain(text: str) -> str:
    """Return a text in which nothing is Markdown, a mention or a link."""
    for special in "\\`*_[]<>|#@":
        text = text.replace(special, f"\\{special}")
    return text.replace("\n", " ")
