"""Pair sentences for next-sentence prediction, as BERT's authors describe it."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from corpus import Document, Sentence

IS_NEXT = 0
IS_RANDOM = 1
# What cross entropy passes over.
NO_LABEL = -100

# [CLS] A [SEP] B [SEP]
SPECIAL_TOKENS_OF_A_PAIR = 3
SPECIAL_TOKENS_OF_ONE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """Two runs of tokens, and whether the second follows the first; `second` may be empty."""

    first: Sentence
    second: Sentence
    label: int


def make_pairs(
    documents: Sequence[Document], max_length: int, short_share: float, rng: random.Random
) -> Iterator[Pair]:
    """Yield the pairs of one pass over the documents.

    A document of one sentence has no next sentence, so it comes alone and unlabelled. (The authors
    would give it a random second sentence every time, which tells the answer by its kind.)
    """
    # Only texts that occur as true next sentences may be random ones, for the same reason.
    long = [number for number, document in enumerate(documents) if len(document) > 1]
    for number, document in enumerate(documents):
        if len(document) > 1 and len(long) > 1:
            yield from _pairs_of(documents, number, long, max_length, short_share, rng)
        else:
            yield from make_singles([document], max_length, short_share, rng)


def make_singles(
    documents: Sequence[Document], max_length: int, short_share: float, rng: random.Random
) -> Iterator[Pair]:
    """Yield the text of the documents in unlabelled runs, for masked words alone."""
    room = max_length - SPECIAL_TOKENS_OF_ONE
    for document in documents:
        target = _target(room, short_share, rng)
        chunk: Sentence = []
        for sentence in document:
            if chunk and len(chunk) + len(sentence) > target:
                yield Pair(first=_cut([*chunk], [], room, rng)[0], second=[], label=NO_LABEL)
                chunk = []
            chunk += sentence
        if chunk:
            yield Pair(first=_cut(chunk, [], room, rng)[0], second=[], label=NO_LABEL)


def _pairs_of(
    documents: Sequence[Document],
    number: int,
    others: Sequence[int],
    max_length: int,
    short_share: float,
    rng: random.Random,
) -> Iterator[Pair]:
    document = documents[number]
    room = max_length - SPECIAL_TOKENS_OF_A_PAIR
    target = _target(room, short_share, rng)
    start = 0
    while start < len(document):
        end = _chunk_end(document, start, target)
        chunk = document[start:end]
        split = rng.randint(1, len(chunk) - 1) if len(chunk) > 1 else 1
        first = _joined(chunk[:split])
        if len(chunk) == 1 or rng.random() < 0.5:
            second = _random_run(documents, number, others, target - len(first), rng)
            label = IS_RANDOM
            # The rest of the chunk was not used: it begins the next one.
            start += split
        else:
            second, label = _joined(chunk[split:]), IS_NEXT
            start = end
        first, second = _cut(first, second, room, rng)
        yield Pair(first=first, second=second, label=label)


def _target(room: int, short_share: float, rng: random.Random) -> int:
    return rng.randint(2, room) if rng.random() < short_share else room


def _chunk_end(document: Document, start: int, target: int) -> int:
    length, end = 0, start
    while end < len(document) and (length < target or end == start):
        length += len(document[end])
        end += 1
    return end


def _random_run(
    documents: Sequence[Document],
    number: int,
    others: Sequence[int],
    target: int,
    rng: random.Random,
) -> Sentence:
    other = number
    while other == number:
        other = rng.choice(others)
    document = documents[other]
    start = rng.randrange(len(document))
    return _joined(document[start : _chunk_end(document, start, target)])


def _joined(sentences: Sequence[Sentence]) -> Sentence:
    return list(chain.from_iterable(sentences))


def _cut(
    first: Sentence, second: Sentence, room: int, rng: random.Random
) -> tuple[Sentence, Sentence]:
    """Drop tokens of the longer run, at its front or back by chance, until both fit."""
    bounds = [[0, len(first)], [0, len(second)]]
    while sum(end - start for start, end in bounds) > room:
        longer = max(bounds, key=lambda bound: bound[1] - bound[0])
        if rng.random() < 0.5:
            longer[0] += 1
        else:
            longer[1] -= 1
    return first[slice(*bounds[0])], second[slice(*bounds[1])]
