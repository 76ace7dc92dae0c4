"""Entities in tagged words, and how many of them were found."""

from collections import Counter
from collections.abc import Iterable, Sequence

# Type, first word, word after the last.
Span = tuple[str, int, int]


def tag_names(entities: Iterable[str]) -> list[str]:
    """Return the tags of a tagger, in the order of its outputs."""
    return ["O", *(f"{position}-{entity}" for entity in entities for position in "BI")]


def entity_spans(tags: Sequence[str]) -> list[Span]:
    """Return the entities: each begins with B-X and takes the I-X that follow, no other."""
    spans: list[Span] = []
    begun: tuple[str, int] | None = None
    for at, tag in enumerate([*tags, "O"]):
        if begun and tag != f"I-{begun[0]}":
            spans.append((*begun, at))
            begun = None
        if tag.startswith("B-"):
            begun = tag.removeprefix("B-"), at
    return spans


def entity_scores(
    expected: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> dict[str, float]:
    """Return accuracy of the words, and precision, recall and F1 of whole entities.

    An entity counts as found when type, first and last word are right.
    """
    counts = _counts(expected, predicted)
    total = [sum(each[at] for each in counts.values()) for at in range(3)]
    words = [
        one == other
        for tags, others in zip(expected, predicted, strict=True)
        for one, other in zip(tags, others, strict=True)
    ]
    return {"accuracy": _share(sum(words), len(words)), **_scores(*total)}


def scores_by_entity(
    expected: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> dict[str, dict[str, float]]:
    """Return precision, recall and F1 of each type, and how many there are of it."""
    counts = _counts(expected, predicted)
    return {name: {**_scores(*each), "count": each[1]} for name, each in sorted(counts.items())}


def _counts(
    expected: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]
) -> dict[str, tuple[int, int, int]]:
    right: Counter[str] = Counter()
    true: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for tags, others in zip(expected, predicted, strict=True):
        spans, guesses = set(entity_spans(tags)), set(entity_spans(others))
        true.update(name for name, _, _ in spans)
        found.update(name for name, _, _ in guesses)
        right.update(name for name, _, _ in spans & guesses)
    return {name: (right[name], true[name], found[name]) for name in true | found}


def _scores(right: int, true: int, found: int) -> dict[str, float]:
    return {
        "precision": _share(right, found),
        "recall": _share(right, true),
        "f1": _share(2 * right, true + found),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
