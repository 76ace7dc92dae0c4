"""The split leaks no text, keeps the labels' shares and is the same each time."""

import importlib
from pathlib import Path
from typing import Any

import pytest

from tests.bert import tiny
from tests.bert.rendering import render

cleaning: Any = importlib.import_module("cleaning")
container: Any = importlib.import_module("container")
keys: Any = importlib.import_module("keys")
reviews: Any = importlib.import_module("reviews")
split: Any = importlib.import_module("split")


def review(label: int, text: str) -> Any:
    return reviews.Review(label=label, text=text)


def many() -> list[Any]:
    return [review(number % 3 == 0, f"text number {number}") for number in range(300)]


def test_the_split_keeps_every_text_once_and_the_labels_shares() -> None:
    train, test = split.split_reviews(many(), 0.2, 1)
    assert sorted(map(repr, train + test)) == sorted(map(repr, many()))
    assert sum(r.label for r in test) == 20
    assert len(test) == 60


def test_the_split_does_not_depend_on_the_order_of_the_texts() -> None:
    shuffled = [r for start in range(7) for r in many()[start::7]]
    assert split.split_reviews(shuffled, 0.2, 1) == split.split_reviews(many(), 0.2, 1)


def test_another_seed_splits_otherwise() -> None:
    assert split.split_reviews(many(), 0.2, 2) != split.split_reviews(many(), 0.2, 1)


def test_a_text_added_later_moves_few_others() -> None:
    before = {r.text for r in split.split_reviews(many(), 0.2, 1)[1]}
    after = {r.text for r in split.split_reviews([*many(), review(0, "new one")], 0.2, 1)[1]}
    assert len(before ^ after) <= 2


def test_texts_that_differ_in_case_spacing_or_punctuation_are_one() -> None:
    rows = [review(1, "A joy, really!"), review(1, "a  JOY really"), review(0, "A bore.")]
    kept = cleaning.clean_reviews(rows, 1)
    assert [r.text for r in kept] == ["A joy, really!", "A bore."]


def test_a_text_with_two_labels_is_left_out() -> None:
    rows = [review(1, "so so"), review(0, "So so."), review(0, "A bore.")]
    assert [r.text for r in cleaning.clean_reviews(rows, 1)] == ["A bore."]


def test_short_and_empty_texts_are_left_out() -> None:
    rows = [review(1, "..."), review(1, "Wow"), review(1, "Two words")]
    assert [r.text for r in cleaning.clean_reviews(rows, 2)] == ["Two words"]


def test_control_characters_go_and_spaces_become_one() -> None:
    assert cleaning.clean_text(" a\x00b \u00a0 c\u200b\td e\u0301 ") == "ab c d \u00e9"


@pytest.mark.parametrize("text", ["text\tlabel\n", "label\ttext\nx\ty\n", "label\ttext\n1 y\n"])
def test_a_file_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "reviews.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(container.JobError):
        reviews.read_reviews(tmp_path)


def test_texts_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = [review(1, 'a "quoted" text'), review(0, "un caf\u00e9 \u2028 \x85 nul")]
    reviews.write_reviews(tmp_path / "train.tsv", written)
    assert reviews.read_reviews(tmp_path) == written


def test_no_tested_text_is_in_any_other_output(tmp_path: Path) -> None:
    inputs, outputs = tmp_path / "input", tmp_path / "output"
    tiny.write_inputs(inputs)
    # A corpus that holds every labelled text, one of them in other letters.
    texts = [text for _, text in tiny.reviews()]
    corpus = "".join(f"{text.upper()}\n" for text in texts)
    (inputs / "corpus" / "more.txt").write_text(f"kept as it is\n{corpus}", encoding="utf-8")
    entry = render("bert/prepare_data", tmp_path / "code", vocabulary_size=200)
    spec = importlib.util.spec_from_file_location("rendered_prepare", entry)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.prepare(inputs, outputs)

    def keys_of(found: list[Any]) -> set[str]:
        return {keys.text_key(r.text) for r in found}

    train, test = (reviews.read_reviews(outputs / name) for name in ("train", "test"))
    assert len(test) == 36
    assert len(train) + len(test) == 240
    assert not keys_of(train) & keys_of(test)
    lines = [
        keys.text_key(line)
        for path in (outputs / "corpus").glob("*.txt")
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    assert keys.text_key("kept as it is") in lines
    assert keys_of(train) <= set(lines)
    assert not keys_of(test) & set(lines)
