"""Put sequences of like length into one batch, so that little of it is padding."""

import random
from collections.abc import Sequence

# Batches whose sequences are sorted together: more pads less, fewer shuffles better.
BATCHES_SORTED_TOGETHER = 32


def seeded(*parts: object) -> random.Random:
    """Return a source of choices that is the same for the same parts, in any process."""
    return random.Random(" ".join(map(str, parts)))  # noqa: S311 - choices, not secrets


def batches_by_length(
    lengths: Sequence[int], batch_size: int, rng: random.Random
) -> list[list[int]]:
    """Return the numbers of all sequences in shuffled batches of like lengths."""
    numbers = list(range(len(lengths)))
    rng.shuffle(numbers)
    batches = []
    span = batch_size * BATCHES_SORTED_TOGETHER
    for start in range(0, len(numbers), span):
        together = sorted(numbers[start : start + span], key=lambda number: lengths[number])
        batches += [together[at : at + batch_size] for at in range(0, len(together), batch_size)]
    rng.shuffle(batches)
    return batches


def padded(sequences: Sequence[Sequence[int]], filler: int, multiple: int = 8) -> list[list[int]]:
    """Return the sequences filled up to one length, a multiple of `multiple`."""
    longest = max(map(len, sequences))
    length = -(-longest // multiple) * multiple
    return [[*sequence, *[filler] * (length - len(sequence))] for sequence in sequences]
