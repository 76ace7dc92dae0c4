"""Next-sentence pairs follow the published recipe."""

import importlib
from itertools import pairwise
from typing import Any

import pytest

seeded: Any = importlib.import_module("batches").seeded
pairs: Any = importlib.import_module("pairs")

Document = list[list[int]]


def documents(number: int, sentences: int, words: int) -> list[Document]:
    """Return documents whose every token is different: number its place in the corpus."""
    size = sentences * words
    return [
        [
            list(range(number * size + at * words, number * size + (at + 1) * words))
            for at in range(sentences)
        ]
        for number in range(number)
    ]


def make(corpus: list[Document], max_length: int = 64, short: float = 0.0, seed: int = 0) -> Any:
    return list(pairs.make_pairs(corpus, max_length, short, seeded(seed)))


def is_run(tokens: list[int]) -> bool:
    return all(after == before + 1 for before, after in pairwise(tokens))


@pytest.fixture(scope="module")
def corpus() -> list[Document]:
    return documents(number=200, sentences=20, words=10)


def test_a_next_pair_is_one_run_of_its_document(corpus: list[Document]) -> None:
    followed = [pair for pair in make(corpus, max_length=203) if pair.label == pairs.IS_NEXT]
    assert followed
    assert all(is_run(pair.first + pair.second) for pair in followed)


def test_a_random_second_comes_from_another_document(corpus: list[Document]) -> None:
    at_random = [pair for pair in make(corpus, max_length=203) if pair.label == pairs.IS_RANDOM]
    assert at_random
    for pair in at_random:
        assert is_run(pair.first)
        assert is_run(pair.second)
        assert pair.first[0] // 200 != pair.second[0] // 200


def test_somewhat_more_than_half_of_the_pairs_are_random(corpus: list[Document]) -> None:
    made = make(corpus)
    share = sum(pair.label == pairs.IS_RANDOM for pair in made) / len(made)
    # A fair coin, and always for the chunk of one sentence that a document may end with.
    assert 0.5 < share < 0.7


def test_chunks_of_one_sentence_are_always_random() -> None:
    # Each sentence fills the target alone.
    made = make(documents(number=10, sentences=5, words=70))
    assert len(made) == 50
    assert all(pair.label == pairs.IS_RANDOM for pair in made)


def test_no_sequence_is_too_long_and_none_is_empty(corpus: list[Document]) -> None:
    for pair in make(corpus, max_length=33, short=0.5):
        assert len(pair.first) + len(pair.second) <= 33 - 3
        assert pair.first
        assert pair.second


def test_no_sentence_is_lost_because_a_random_one_took_its_place(corpus: list[Document]) -> None:
    # Room for a whole document: nothing is cut.
    made = make(corpus, max_length=403)
    seen = {token for pair in made for token in pair.first}
    seen |= {token for pair in made if pair.label == pairs.IS_NEXT for token in pair.second}
    assert seen == set(range(200 * 200))


def test_short_targets_make_shorter_sequences(corpus: list[Document]) -> None:
    def mean(short: float) -> float:
        made = make(corpus, short=short)
        return sum(len(pair.first) + len(pair.second) for pair in made) / len(made)

    assert mean(1.0) < mean(0.1) < mean(0.0)
    assert mean(0.0) > 0.9 * 61


def test_cutting_takes_from_the_longer_text_at_both_ends() -> None:
    fronts, backs = set(), set()
    for seed in range(50):
        made = pairs.make_pairs(documents(2, 2, 100), 64, 0.0, seeded(seed))
        for pair in made:
            assert abs(len(pair.first) - len(pair.second)) <= 1
            fronts.add(pair.first[0] % 100 > 0)
            backs.add(pair.first[-1] % 100 < 99)
    assert True in fronts
    assert True in backs


def test_a_document_of_one_sentence_comes_alone_and_unlabelled(corpus: list[Document]) -> None:
    lone = [[[-1, -2, -3]], [[-4, -5]]]
    made = make([*lone, *corpus])
    alone = [pair for pair in made if pair.label == pairs.NO_LABEL]
    assert [pair.first for pair in alone] == [[-1, -2, -3], [-4, -5]]
    assert all(pair.second == [] for pair in alone)
    assert not any(token < 0 for pair in made for token in pair.second)


def test_runs_without_pairs_hold_every_sentence_once(corpus: list[Document]) -> None:
    made = list(pairs.make_singles(corpus, 64, 0.1, seeded(0)))
    assert all(len(pair.first) <= 62 and not pair.second for pair in made)
    assert sorted(token for pair in made for token in pair.first) == list(range(200 * 200))


def test_the_same_seed_makes_the_same_pairs(corpus: list[Document]) -> None:
    assert make(corpus, short=0.1, seed=1) == make(corpus, short=0.1, seed=1)
    assert make(corpus, short=0.1, seed=1) != make(corpus, short=0.1, seed=2)
