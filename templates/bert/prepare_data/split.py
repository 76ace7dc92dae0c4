"""Split labelled texts for training and test, label by label, the same way each time."""

from collections import defaultdict
from collections.abc import Iterable

from container import JobError
from keys import rank, text_key
from reviews import Review


def split_reviews(
    reviews: Iterable[Review], test_share: float, seed: int
) -> tuple[list[Review], list[Review]]:
    """Return the texts for training and for the test; neither depends on the order of `reviews`.

    A text's place is decided by the hash of its key, so that a text added later moves few others.
    """
    by_label = defaultdict(list)
    for review in reviews:
        by_label[review.label].append((rank(text_key(review.text), seed), review))
    if len(by_label) < 2:
        raise JobError("the labelled texts have fewer than two labels")

    train, test = [], []
    for label, ranked in sorted(by_label.items()):
        if len(ranked) < 2:
            raise JobError(f"the label {label} has one text only, so it can't be split")
        ranked.sort(key=lambda pair: pair[0])
        cut = min(max(1, round(test_share * len(ranked))), len(ranked) - 1)
        test += ranked[:cut]
        train += ranked[cut:]
    return _in_order(train), _in_order(test)


def _in_order(ranked: list[tuple[str, Review]]) -> list[Review]:
    return [review for _, review in sorted(ranked, key=lambda pair: pair[0])]
