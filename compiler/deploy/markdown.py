"""Changes, and what the cache makes of them, as Markdown for a comment on a pull request."""

import re
from collections.abc import Iterable, Iterator, Sequence

from compiler.deploy.caching import StepCache
from compiler.deploy.changes import Change
from compiler.deploy.lines import SIGNS
from compiler.deploy.words import count, difference_words, reasons, stale_words, title
from compiler.diagnostics.render import printable

# By which a program finds its comment again.
MARK = "<!-- pipec plan -->"
MARK_OF_DIFF = "<!-- pipec diff -->"
MOST_ROWS = 40
# GitHub takes comments of up to 65,536 characters.
LONGEST = 60_000


def comment(heading: str, mark: str, parts: Iterable[Iterable[str]]) -> str:
    """Return a comment that can be found again, of parts that are lines, cut when it is long."""
    lines = [mark, f"## {heading}", ""]
    for part in parts:
        lines += [*map(printable, part), ""]
    text = "\n".join(lines)
    if len(text) > LONGEST:
        text = text[:LONGEST].rpartition("\n")[0] + "\n\n…cut: see the whole plan in the log.\n"
    return text


def change_rows(changes: Iterable[Change]) -> Iterator[str]:
    """Yield a table of changes."""
    yield "| | what | member | was | will be |"
    yield "|---|---|---|---|---|"
    rows = [row for change in changes for row in _rows(change)]
    yield from rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        yield f"| | and {len(rows) - MOST_ROWS} more | | | |"


def _rows(change: Change) -> Iterator[str]:
    head = f"| `{SIGNS[change.verb]}` | {code(title(change))}"
    if not change.differences:
        yield f"{head} | | | |"
    for each in change.differences:
        path, old, new = difference_words(each)
        yield f"{head} | {code(path)} | {code(old)} | {code(new)} |"
        head = "| | "


def cache_paragraphs(cache: Sequence[StepCache], *, is_changed: bool) -> Iterator[str]:
    """Yield which steps run again, and why."""
    missing = [each for each in cache if each.fate == "miss"]
    stale = [each for each in cache if each.stale]
    if missing:
        yield ""
        steps = count(len(missing), "step")
        yield f"**{steps} would run again** instead of being taken from the cache:"
        yield ""
        for each in missing:
            words = "; ".join(reasons(each))
            yield f"- {code(each.step)}: {plain(words)}"
    elif is_changed and any(each.fate == "hit" for each in cache):
        yield ""
        yield "No step that is cached would run again."
    for each in stale:
        yield ""
        yield "> [!WARNING]"
        yield f"> {plain(stale_words(each))}"


def code(text: str) -> str:
    """Return a text as code, in a cell of a table too: nothing in it ends the code or the cell."""
    text = text.replace("\n", " ")
    if "\\|" in text:
        # Whether such a `|` ends a cell, Markdown's readers do not agree on.
        escaped = re.sub(r"[^\w /.:-]|_", lambda found: f"&#{ord(found[0])};", text)
        return f"<code>{escaped}</code>"
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence, space = "`" * (longest + 1), " " if longest else ""
    inner = text.replace("|", "\\|")
    return f"{fence}{space}{inner}{space}{fence}" if text else ""


def plain(text: str) -> str:
    """Return a text in which nothing is Markdown, a mention or a link."""
    for special in "\\`*_[]<>|#@":
        text = text.replace(special, f"\\{special}")
    return text.replace("\n", " ")
