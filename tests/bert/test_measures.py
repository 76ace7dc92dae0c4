"""The measures of each task are those that everyone takes."""

import importlib
import warnings
from random import Random
from typing import Any

import numpy as np
import pytest
from scipy import stats
from seqeval.metrics import accuracy_score, f1_score, precision_score, recall_score
from seqeval.scheme import IOB2

seeded: Any = importlib.import_module("batches").seeded
answer_scores: Any = importlib.import_module("answer_scores")
correlation: Any = importlib.import_module("correlation")
spans: Any = importlib.import_module("spans")

TAGS = spans.tag_names(["PER", "ORG"])


def random_tags(rng: Random, lengths: list[int]) -> list[list[str]]:
    return [rng.choices(TAGS, k=length) for length in lengths]


@pytest.mark.parametrize("seed", range(30))
def test_entities_are_measured_as_by_seqeval(seed: int) -> None:
    rng = seeded(seed)
    lengths = [rng.randint(1, 12) for _ in range(20)]
    expected = random_tags(rng, lengths)
    # Half of the words right, or hardly an entity would be.
    guesses = random_tags(rng, lengths)
    predicted = [
        [rng.choice(pair) for pair in zip(*tags, strict=True)]
        for tags in zip(expected, guesses, strict=True)
    ]
    measured = spans.entity_scores(expected, predicted)
    strict = {"mode": "strict", "scheme": IOB2}
    assert measured == {
        "accuracy": pytest.approx(accuracy_score(expected, predicted)),
        "precision": pytest.approx(precision_score(expected, predicted, **strict)),
        "recall": pytest.approx(recall_score(expected, predicted, **strict)),
        "f1": pytest.approx(f1_score(expected, predicted, **strict)),
    }


def test_an_entity_that_was_not_begun_is_none() -> None:
    assert spans.entity_spans(["I-PER", "O", "B-PER", "I-ORG"]) == [("PER", 2, 3)]


def test_two_entities_may_touch() -> None:
    assert spans.entity_spans(["B-PER", "I-PER", "B-PER"]) == [("PER", 0, 2), ("PER", 2, 3)]


def test_each_type_has_its_own_scores() -> None:
    expected = [["B-PER", "O", "B-ORG"]]
    by_type = spans.scores_by_entity(expected, [["B-PER", "B-ORG", "O"]])
    assert by_type["PER"] == {"precision": 1, "recall": 1, "f1": 1, "count": 1}
    assert by_type["ORG"] == {"precision": 0, "recall": 0, "f1": 0, "count": 1}


@pytest.mark.parametrize("seed", range(10))
def test_correlations_are_those_of_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Whole numbers, so that there are ties.
    expected = rng.integers(0, 6, 40).astype(float)
    predicted = np.round(expected + rng.normal(0, 2, 40))
    measured = correlation.regression_scores(expected.tolist(), predicted.tolist())
    assert measured["pearson"] == pytest.approx(stats.pearsonr(expected, predicted).statistic)
    assert measured["spearman"] == pytest.approx(stats.spearmanr(expected, predicted).statistic)
    assert measured["mse"] == pytest.approx(float(((expected - predicted) ** 2).mean()))


def test_what_does_not_vary_is_not_correlated() -> None:
    with warnings.catch_warnings(action="error"):
        assert correlation.pearson([1, 2, 3], [0.1, 0.1, 0.1]) == 0


@pytest.mark.parametrize(
    ("answer", "guess", "exact", "f1"),
    [
        ("The Beatles", "beatles!", 1, 1),
        ("in 1969", "1969", 0, 2 / 3),
        ("a red house", "the blue house", 0, 0.5),
        ("Paris", "London", 0, 0),
    ],
)
def test_answers_are_compared_as_squad_compares_them(
    answer: str, guess: str, exact: float, f1: float
) -> None:
    measured = answer_scores.answer_scores([[answer]], [guess])
    assert measured == {"exact_match": exact, "f1": pytest.approx(f1)}


def test_the_nearest_of_several_answers_counts() -> None:
    measured = answer_scores.answer_scores([["Paris", "in Paris, France"]], ["Paris France"])
    assert measured == {"exact_match": 0, "f1": pytest.approx(0.8)}


def test_a_question_without_an_answer_is_answered_by_none() -> None:
    assert answer_scores.answer_scores([[], []], ["", "Paris"]) == {"exact_match": 0.5, "f1": 0.5}
