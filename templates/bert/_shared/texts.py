"""Cut texts, or pairs of texts, into token numbers."""

from collections.abc import Sequence
from typing import Any

from reviews import Review
from sequences import Example


def tokenize(reviews: Sequence[Review], tokenizer: Any, max_length: int) -> list[Example]:
    """Return the texts or pairs of texts as token numbers."""
    texts = [review.text for review in reviews]
    seconds = [review.second for review in reviews]
    encoded = tokenizer(
        texts,
        None if seconds[0] is None else seconds,
        truncation=True,
        max_length=max_length,
        return_token_type_ids=True,
    )
    rows = zip(encoded["input_ids"], encoded["token_type_ids"], reviews, strict=True)
    return [
        Example(tokens=tokens, segments=segments, label=review.label)
        for tokens, segments, review in rows
    ]
