"""A bad row of the data ends a job with the file and the place."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

JobError = importlib.import_module("container").JobError
questions: Any = importlib.import_module("questions")
reviews: Any = importlib.import_module("reviews")
sentences: Any = importlib.import_module("sentences")


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_pairs_are_told_by_the_header(tmp_path: Path) -> None:
    folder = write(tmp_path, "a.tsv", "label\ttext\tsecond\n1\tone\ttwo\n")
    assert reviews.read_reviews(folder) == [reviews.Review(label=1, text="one", second="two")]


def test_scores_are_numbers(tmp_path: Path) -> None:
    folder = write(tmp_path, "a.tsv", "score\ttext\n-1.5\tone\n")
    assert reviews.read_reviews(folder, "score") == [reviews.Review(label=-1.5, text="one")]


@pytest.mark.parametrize(
    ("text", "measure", "said"),
    [
        ("label\ttext\n1.5\tone\n", "label", "line 2 is not a whole number, a tab and a text"),
        ("score\ttext\n1\ta\nnan\tone\n", "score", "line 3 is not a number, a tab and a text"),
        ("label\ttext\tsecond\n1\tone\n", "label", "line 2 is not a whole number, a tab and two"),
        ("score\ttext\n1\ta\n", "label", "must begin with the header label<TAB>text"),
    ],
)
def test_a_bad_row_of_texts_is_named(tmp_path: Path, text: str, measure: str, said: str) -> None:
    folder = write(tmp_path, "a.tsv", text)
    with pytest.raises(JobError, match=said) as raised:
        reviews.read_reviews(folder, measure)
    assert "a.tsv" in str(raised.value)


def test_single_texts_and_pairs_do_not_mix(tmp_path: Path) -> None:
    write(tmp_path, "a.tsv", "label\ttext\tsecond\n1\tone\ttwo\n")
    write(tmp_path, "b.tsv", "label\ttext\n1\tone\n")
    with pytest.raises(JobError, match="single texts and pairs"):
        reviews.read_reviews(tmp_path)


def test_sentences_are_written_as_they_are_read(tmp_path: Path) -> None:
    text = "EU\tB-ORG\nrejects\tO\n\nPeter\tB-PER\nBlackburn\tI-PER\n"
    read = sentences.read_sentences(write(tmp_path, "a.conll", text), ["ORG", "PER"])
    assert [each.words for each in read] == [("EU", "rejects"), ("Peter", "Blackburn")]
    sentences.write_sentences(tmp_path / "b.conll", read)
    assert (tmp_path / "b.conll").read_text(encoding="utf-8") == text


def test_documents_are_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path, "a.conll", "-DOCSTART- O\n\nEU B-ORG\n\n\n-DOCSTART- O\nwe O\n")
    assert [each.words for each in sentences.read_sentences(folder, ["ORG"])] == [("EU",), ("we",)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("EU\tB-ORG\nEU\n", "line 2 is not a word and its tag"),
        ("EU\tB-ORG extra\n", "line 1 is not a word and its tag"),
        ("EU\tB-LOC\n", "line 1: the tag `B-LOC` is neither"),
        ("EU\tORG\n", "line 1: the tag `ORG` is neither"),
        ("a\tB-ORG\n\nEU\tI-ORG\n", "line 3: `I-ORG` goes on with no entity"),
        ("a\tB-PER\nEU\tI-ORG\n", "line 2: `I-ORG` goes on with no entity"),
    ],
)
def test_a_bad_row_of_words_is_named(tmp_path: Path, text: str, said: str) -> None:
    folder = write(tmp_path, "a.conll", text)
    with pytest.raises(JobError, match=said) as raised:
        sentences.read_sentences(folder, ["ORG", "PER"])
    assert "a.conll" in str(raised.value)


def squad(**asked: Any) -> str:
    answers = [{"text": "red", "answer_start": 11}]
    entry = {"question": "Which?", "answers": answers} | asked
    context = "A house is red."
    return json.dumps({"data": [{"paragraphs": [{"context": context, "qas": [entry]}]}]})


def test_questions_are_read_with_their_answers(tmp_path: Path) -> None:
    (read,) = questions.read_questions(write(tmp_path, "a.json", squad()))
    assert (read.question, read.context) == ("Which?", "A house is red.")
    assert read.answers == (questions.Answer(text="red", start=11),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"data":\n[1,]}', "line 2 is not JSON"),
        ("[]", "has no list `data`"),
        (squad(answers=None), r"data\[0\].paragraphs\[0\].qas\[0\] has no list `answers`"),
        (squad(question=3), "has no text `question`"),
        (squad(answers=[{"text": "red", "answer_start": 3}]), "does not hold `red` at 3"),
        (squad(answers=[{"text": "red", "answer_start": -4}]), "does not hold `red` at -4"),
    ],
)
def test_a_bad_question_is_named(tmp_path: Path, text: str, said: str) -> None:
    folder = write(tmp_path, "a.json", text)
    with pytest.raises(JobError, match=said) as raised:
        questions.read_questions(folder)
    assert "a.json" in str(raised.value)


@pytest.mark.parametrize("module", [reviews.read_reviews, questions.read_questions])
def test_no_data_is_told(tmp_path: Path, module: Any) -> None:
    with pytest.raises(JobError, match="has no"):
        module(tmp_path)
