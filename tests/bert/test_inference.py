"""The functions that SageMaker's inference container calls."""

import importlib
import json
from typing import Any

import pytest
import torch
from transformers import BertForSequenceClassification

from tests.bert import tiny

inference: Any = importlib.import_module("inference")

JSON = "application/json"


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("model")
    tokenizer = tiny.make_tokenizer(tmp_path_factory.mktemp("tokenizer"))
    tokenizer.model_max_length = 16
    config = tiny.make_config(len(tokenizer))
    config.id2label = {0: "negative", 1: "positive"}
    torch.manual_seed(0)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return inference.model_fn(str(folder))


def answer(body: str | bytes, loaded: Any) -> Any:
    predictions = inference.predict_fn(inference.input_fn(body, JSON), loaded)
    return json.loads(inference.output_fn(predictions, JSON))


@pytest.mark.parametrize("body", ['{"inputs": "a joy"}', b'{"inputs": ["a joy"]}', '"a joy"'])
def test_a_text_gets_a_label_and_its_probability(body: str | bytes, loaded: Any) -> None:
    (given,) = answer(body, loaded)
    assert given["label"] in {"negative", "positive"}
    assert 0.5 <= given["score"] <= 1


def test_many_texts_are_answered_in_their_order(loaded: Any) -> None:
    texts = [text * (number % 7 + 1) for number, (_, text) in enumerate(tiny.reviews())]
    together = answer(json.dumps({"inputs": texts}), loaded)
    alone = [answer(json.dumps(text), loaded)[0] for text in texts[:20]]
    assert len(together) == len(texts) > inference.BATCH_SIZE
    assert [given["label"] for given in together[:20]] == [given["label"] for given in alone]
    assert [given["score"] for given in together[:20]] == pytest.approx(
        [given["score"] for given in alone], abs=1e-5
    )


def test_a_text_longer_than_the_model_is_cut(loaded: Any) -> None:
    assert len(answer(json.dumps("the film " * 500), loaded)) == 1


def test_no_text_gets_no_answer(loaded: Any) -> None:
    assert answer('{"inputs": []}', loaded) == []


@pytest.mark.parametrize("body", ["{}", '{"inputs": 1}', '{"inputs": ["a", 1]}', "null"])
def test_a_request_of_another_form_is_refused(body: str) -> None:
    with pytest.raises(ValueError, match="the request must be"):
        inference.input_fn(body, JSON)


def test_other_types_of_content_are_refused() -> None:
    with pytest.raises(ValueError, match="text/csv"):
        inference.input_fn("a", "text/csv")
    with pytest.raises(ValueError, match="text/csv"):
        inference.output_fn([], "text/csv")


@pytest.mark.parametrize("accept", [JSON, "*/*", "text/html, application/json;q=0.9"])
def test_json_is_given_to_who_accepts_it(accept: str) -> None:
    assert inference.output_fn([], accept) == "[]"
