"""Words keep their tags through pieces, and answers their places through windows."""

import importlib
from typing import Any

import pytest

from tests.bert import tiny

answering: Any = importlib.import_module("answering")
answers: Any = importlib.import_module("answers")
entities: Any = importlib.import_module("entities")
questions: Any = importlib.import_module("questions")
sentences: Any = importlib.import_module("sentences")
seen_entities: Any = importlib.import_module("seen_entities")
nearest_sentence: Any = importlib.import_module("nearest_sentence")
tagging: Any = importlib.import_module("tagging")

SEARCH = answering.Search(max_length=24, stride=5, longest=6, unanswerable=False)
CONTEXT = " ".join(f"this story number {number} was seen in every scene" for number in range(9))


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return tiny.make_tokenizer(tmp_path_factory.mktemp("tokenizer"))


def test_the_first_piece_of_a_word_has_its_tag(tokenizer: Any) -> None:
    sentence = sentences.Sentence(words=("Unheard", "film"), tags=("B-X", "I-X"))
    plan = entities.Plan(entities=("X",), max_length=32, validation_share=0.1)
    (example,) = entities.make_examples([sentence], tokenizer, plan)
    pieces = tokenizer("Unheard film")["input_ids"]
    assert example.tokens == pieces
    assert len(pieces) > 4
    labelled = [(at, label) for at, label in enumerate(example.label) if label != -100]
    assert labelled == [(1, 1), (len(pieces) - 2, 2)]


def test_words_beyond_the_length_have_no_place(tokenizer: Any) -> None:
    (cut,) = tagging.cut_words([["film"] * 20], tokenizer, 8)
    assert len(cut.tokens) == 8
    assert cut.firsts == [1, 2, 3, 4, 5, 6]


def test_a_word_without_pieces_is_unknown(tokenizer: Any) -> None:
    (cut,) = tagging.cut_words([["\u200b", "film"]], tokenizer, 8)
    assert cut.firsts == [1, 2]
    assert cut.tokens[1] == tokenizer.unk_token_id


def test_windows_hold_all_of_the_context(tokenizer: Any) -> None:
    windows = answering.make_windows([("which story", CONTEXT)], tokenizer, SEARCH)
    assert len(windows) > 3
    assert all(len(window.tokens) <= SEARCH.max_length for window in windows)
    covered = {place for window in windows for place in window.places if place}
    whole = tokenizer(CONTEXT, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
    assert covered == {tuple(place) for place in whole["offset_mapping"]}


def test_an_answer_is_labelled_where_a_window_holds_all_of_it(tokenizer: Any) -> None:
    text = "number 7"
    start = CONTEXT.index(text)
    asked = questions.Question(
        question="which story",
        context=CONTEXT,
        answers=(questions.Answer(text=text, start=start),),
    )
    examples = answers.make_examples([asked], tokenizer, SEARCH)
    held = [example for example in examples if example.label != (0, 0)]
    assert 0 < len(held) < len(examples)
    for example in held:
        first, last = example.label
        assert tokenizer.decode(example.tokens[first : last + 1]).replace(" ", "") == "number7"


def test_a_long_question_leaves_room_for_the_context(tokenizer: Any) -> None:
    windows = answering.make_windows([("which story " * 50, CONTEXT)], tokenizer, SEARCH)
    assert all(any(window.places) for window in windows)


def test_the_best_answer_of_all_windows_is_found(tokenizer: Any) -> None:
    windows = answering.make_windows([("which story", CONTEXT)], tokenizer, SEARCH)
    start = CONTEXT.index("7")
    logits = []
    for window in windows:
        wanted = [place == (start, start + 1) for place in window.places]
        # The end before the start scores most, but is no answer.
        ends = [5.0 * hit + 9.0 * (at == 0) for at, hit in enumerate(wanted)]
        logits.append(([5.0 * hit for hit in wanted], ends))
    (found,) = answering.best_answers([CONTEXT], windows, logits, SEARCH, count=3)
    assert found[0].text == "7"
    assert len(found) == 3
    assert sum(each.score for each in found) == pytest.approx(1)
    assert found[0].score > 0.9


def test_no_answer_is_given_only_where_all_windows_say_so(tokenizer: Any) -> None:
    search = answering.Search(max_length=24, stride=5, longest=6, unanswerable=True)
    windows = answering.make_windows([("which story", CONTEXT)], tokenizer, search)

    def best(nulls: list[float]) -> str:
        logits = []
        for window, null in zip(windows, nulls, strict=True):
            row = [null, *[0.0] * (len(window.tokens) - 1)]
            logits.append((row, row))
        text: str = answering.best_answers([CONTEXT], windows, logits, search)[0][0].text
        return text

    assert best([3.0] * len(windows)) == ""
    assert best([3.0] * (len(windows) - 1) + [-3.0]) != ""


def test_seen_entities_are_looked_up_longest_first() -> None:
    def sentence(text: str, tags: str) -> Any:
        return sentences.Sentence(words=tuple(text.split()), tags=tuple(tags.split()))

    train = [
        sentence("New York Times", "B-ORG I-ORG I-ORG"),
        sentence("in New York", "O B-LOC I-LOC"),
    ]
    test = [sentence("new york times of New York State", "O O O O O O O")]
    (tags,) = seen_entities.look_up(train, test)
    assert tags == ["B-ORG", "I-ORG", "I-ORG", "O", "B-LOC", "I-LOC", "O"]


def test_the_nearest_sentence_shares_most_words() -> None:
    asked = questions.Question(
        question="Who wrote the play?",
        context="It rained. Ann wrote a play. She left.",
        answers=(),
    )
    assert nearest_sentence.nearest_sentences([asked]) == ["Ann wrote a play."]
