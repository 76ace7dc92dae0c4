"""Mask words for BERT to fill in: an exact count, 80 % masked, 10 % kept, 10 % at random."""

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass

MASKED_SHARE_REPLACED = 0.8
MASKED_SHARE_KEPT = 0.1


@dataclass(frozen=True, kw_only=True, slots=True)
class Vocabulary:
    """What masking knows of a tokenizer. `pieces` are the tokens that go on a word (##)."""

    size: int
    mask: int
    special: frozenset[int]
    pieces: frozenset[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Masked:
    """Tokens with some hidden, the positions of these, and what stood there."""

    tokens: list[int]
    positions: list[int]
    labels: list[int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Masking:
    """How much to mask."""

    share: float
    most: int
    whole_words: bool


def mask_tokens(
    tokens: Sequence[int], masking: Masking, vocabulary: Vocabulary, rng: random.Random
) -> Masked:
    """Hide `share` of the tokens, rounded, between one and `most`; special tokens stay."""
    count = min(masking.most, max(1, round(masking.share * len(tokens))))
    positions = sorted(_choose(tokens, count, masking.whole_words, vocabulary, rng))
    hidden = list(tokens)
    for position in positions:
        hidden[position] = _replacement(tokens[position], vocabulary, rng)
    return Masked(
        tokens=hidden, positions=positions, labels=[tokens[position] for position in positions]
    )


def _choose(
    tokens: Sequence[int],
    count: int,
    whole_words: bool,
    vocabulary: Vocabulary,
    rng: random.Random,
) -> Collection[int]:
    candidates = [at for at, token in enumerate(tokens) if token not in vocabulary.special]
    if not whole_words:
        return rng.sample(candidates, min(count, len(candidates)))
    words: list[list[int]] = []
    for at in candidates:
        if words and tokens[at] in vocabulary.pieces and words[-1][-1] == at - 1:
            words[-1].append(at)
        else:
            words.append([at])
    rng.shuffle(words)
    chosen: list[int] = []
    for word in words:
        # A word that would exceed the count is passed over for a shorter one.
        if len(chosen) + len(word) <= count:
            chosen += word
    return chosen


def _replacement(token: int, vocabulary: Vocabulary, rng: random.Random) -> int:
    chance = rng.random()
    if chance < MASKED_SHARE_REPLACED:
        return vocabulary.mask
    if chance < MASKED_SHARE_REPLACED + MASKED_SHARE_KEPT:
        return token
    return rng.randrange(vocabulary.size)
