"""Masking follows the published recipe: exact counts, 80/10/10, special tokens left alone."""

import importlib
from typing import Any

import pytest

seeded: Any = importlib.import_module("batches").seeded
masking: Any = importlib.import_module("masking")

START, END, PADDING, UNKNOWN, MASK = 2, 3, 0, 1, 4
VOCABULARY = masking.Vocabulary(
    size=1000,
    mask=MASK,
    special=frozenset({START, END, PADDING, UNKNOWN, MASK}),
    pieces=frozenset(range(500, 1000)),
)


def mask(tokens: list[int], seed: int = 0, most: int = 20, *, whole: bool = False) -> Any:
    settings = masking.Masking(share=0.15, most=most, whole_words=whole)
    return masking.mask_tokens(tokens, settings, VOCABULARY, seeded(seed))


def sequence(length: int, seed: int = 0) -> list[int]:
    rng = seeded(seed)
    words = [rng.randrange(5, 1000) for _ in range(length - 3)]
    middle = len(words) // 2
    return [START, *words[:middle], END, *words[middle:], END]


@pytest.mark.parametrize("length", [5, 10, 23, 24, 64, 100, 128])
def test_the_masked_count_is_exact(length: int) -> None:
    for seed in range(20):
        masked = mask(sequence(length), seed)
        assert len(masked.positions) == max(1, round(0.15 * length))
        assert len(set(masked.positions)) == len(masked.positions)


def test_no_more_than_the_most_is_masked() -> None:
    assert len(mask(sequence(500), most=20).positions) == 20


def test_special_tokens_are_never_masked() -> None:
    tokens = [START, 7, END, UNKNOWN, 8, END]
    positions = {at for seed in range(500) for at in mask(tokens, seed).positions}
    assert positions == {1, 4}


def test_a_sequence_of_special_tokens_alone_stays_as_it_is() -> None:
    assert mask([START, END]).tokens == [START, END]


def test_labels_are_what_stood_there_and_the_rest_is_untouched() -> None:
    tokens = sequence(128)
    masked = mask(tokens, 5)
    assert masked.positions == sorted(masked.positions)
    assert masked.labels == [tokens[at] for at in masked.positions]
    for at, (before, after) in enumerate(zip(tokens, masked.tokens, strict=True)):
        assert at in masked.positions or before == after


def test_of_the_chosen_tokens_80_10_10_percent_are_masked_kept_and_random() -> None:
    replaced = kept = changed = 0
    for seed in range(2000):
        tokens = sequence(128, seed)
        masked = mask(tokens, seed)
        for at in masked.positions:
            replaced += masked.tokens[at] == MASK
            kept += masked.tokens[at] == tokens[at]
            changed += masked.tokens[at] not in {MASK, tokens[at]}
    total = replaced + kept + changed
    assert total == 2000 * 19
    # Five standard deviations of 38 000 draws are 1 % and 0.8 %.
    assert replaced / total == pytest.approx(0.8, abs=0.01)
    assert kept / total == pytest.approx(0.1, abs=0.008)
    assert changed / total == pytest.approx(0.1, abs=0.008)


def test_random_words_come_from_the_whole_vocabulary() -> None:
    seen = set()
    for seed in range(3000):
        tokens = [START, *[7] * 125, END, END]
        masked = mask(tokens, seed)
        seen |= {masked.tokens[at] for at in masked.positions}
    assert len(seen) > 0.99 * VOCABULARY.size


def test_every_word_is_chosen_equally_often() -> None:
    counts = [0] * 40
    for seed in range(4000):
        for at in mask([START, *range(10, 48), END], seed).positions:
            counts[at] += 1
    assert counts[0] == counts[39] == 0
    # 6 of 38 words, 4000 times: 632 each, deviation 23.
    assert all(count == pytest.approx(4000 * 6 / 38, abs=115) for count in counts[1:39])


def test_the_same_seed_masks_the_same() -> None:
    tokens = sequence(64)
    assert mask(tokens, 3) == mask(tokens, 3)
    assert mask(tokens, 3) != mask(tokens, 4)


def test_whole_words_are_masked_with_all_their_pieces_or_not_at_all() -> None:
    word, piece = 10, 600
    tokens = [START, word, piece, piece, word, word, piece, word, word, word, END]
    words = [{1, 2, 3}, {4}, {5, 6}, {7}, {8}, {9}]
    seen = set()
    for seed in range(300):
        positions = set(mask(tokens, seed, whole=True).positions)
        assert len(positions) <= 2
        assert all(group <= positions or not group & positions for group in words)
        seen.add(frozenset(positions))
    # The word of three pieces exceeds the count; that of two fits it.
    assert frozenset({5, 6}) in seen
    assert not any(1 in positions for positions in seen)
