"""Changes, and what the cache makes of them, as lines of text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from compiler.deploy.caching import StepCache
from compiler.deploy.changes import Change, Verb
from compiler.deploy.words import count, difference_words, reasons, stale_words, title

SIGNS = {"add": "+", "change": "~", "remove": "-"}
VERBS: tuple[Verb, ...] = ("add", "change", "remove")
MOST_DIFFERENCES = 20
MOST_CAUSES = 3


def counts(changes: Iterable[Change]) -> list[str]:
    """Return how many things are added, changed and removed."""
    found = Counter(change.verb for change in changes)
    return [f"{found[verb]} to {verb}" for verb in VERBS if found[verb]]


def misses(cache: Iterable[StepCache]) -> list[str]:
    """Return how many steps run again because of a change, if any."""
    missing = sum(each.fate == "miss" for each in cache)
    return [f"{count(missing, 'step')} would miss the cache"] if missing else []


def change_lines(change: Change) -> Iterator[str]:
    """Yield a change, and each difference below it."""
    place = f"  {change.place}" if change.place else ""
    yield f"  {SIGNS[change.verb]} {title(change)}{place}"
    rows = [difference_words(each) for each in change.differences[:MOST_DIFFERENCES]]
    width = min(48, max((len(path) for path, _, _ in rows), default=0))
    for path, old, new in rows:
        yield f"      {path:<{width}}  {old} → {new}"
    left = len(change.differences) - MOST_DIFFERENCES
    if left > 0:
        yield f"      and {left} more"


def cache_lines(cache: Sequence[StepCache], *, is_changed: bool) -> Iterator[str]:
    """Yield what the cache does at the next run, if a change changes anything of it."""
    missing = [each for each in cache if each.fate == "miss"]
    stale = [each for each in cache if each.stale]
    if not missing and not stale:
        if is_changed and any(each.fate == "hit" for each in cache):
            yield "cache: no step that is cached would run again"
        return
    width = max(len(each.step) for each in (*missing, *stale))
    if missing:
        yield "cache: at the next run, these steps are not taken from it"
    for each in missing:
        words = reasons(each)
        left = len(words) - MOST_CAUSES
        words[MOST_CAUSES:] = [f"and {left} more"] if left > 0 else []
        for index, said in enumerate(words):
            name = each.step if index == 0 else ""
            yield f"  {name:<{width}}  {said}"
    for each in stale:
        yield f"warning: {stale_words(each)}"
