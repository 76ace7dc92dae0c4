"""Answer requests with a fine-tuned tagger of words."""

from collections.abc import Sequence
from typing import Any

import torch
from serving import read_inputs, write_answers
from spans import entity_spans
from tagging import Pieces, cut_words
from transformers import AutoModelForTokenClassification, AutoTokenizer

BATCH_SIZE = 64
FORM = 'a text, or {"words": ["a", "word", …]}'


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load the model and its tokenizer."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForTokenClassification.from_pretrained(model_dir).to(device)
    model.eval()
    return {"model": model, "tokenizer": AutoTokenizer.from_pretrained(model_dir)}


def input_fn(request_body: str | bytes, content_type: str) -> list[list[str]]:
    """Read `{"inputs": …}` or its value alone: texts, cut at their spaces, or `{"words": […]}`."""
    inputs = read_inputs(request_body, content_type, _is_input, FORM)
    return [value.split() if isinstance(value, str) else value["words"] for value in inputs]


def predict_fn(sentences: list[list[str]], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each sentence its words, their tags and the entities that the tags say."""
    tagged = zip(sentences, predict_tags(sentences, loaded), strict=True)
    return [
        {"words": words, "tags": tags, "entities": _found(words, tags)} for words, tags in tagged
    ]


def output_fn(predictions: list[dict[str, Any]], accept: str) -> str:
    """Write the predictions as JSON."""
    return write_answers(predictions, accept)


def predict_tags(sentences: Sequence[Sequence[str]], loaded: dict[str, Any]) -> list[list[str]]:
    """Return a tag for each word; words beyond the model's length are outside of entities."""
    model, tokenizer = loaded["model"], loaded["tokenizer"]
    pieces = cut_words(sentences, tokenizer, tokenizer.model_max_length)
    order = sorted(range(len(pieces)), key=lambda index: len(pieces[index].tokens))
    tags = [["O"] * len(sentence) for sentence in sentences]
    for start in range(0, len(order), BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        labels = _labels([pieces[index] for index in chosen], model, tokenizer)
        for index, numbers in zip(chosen, labels, strict=True):
            tags[index][: len(numbers)] = [model.config.id2label[number] for number in numbers]
    return tags


def _labels(pieces: Sequence[Pieces], model: Any, tokenizer: Any) -> list[list[int]]:
    batch = tokenizer.pad(
        {"input_ids": [each.tokens for each in pieces]}, return_tensors="pt", verbose=False
    )
    with torch.inference_mode():
        best = model(**batch.to(model.device)).logits.argmax(dim=-1).tolist()
    return [[row[first] for first in each.firsts] for row, each in zip(best, pieces, strict=True)]


def _found(words: Sequence[str], tags: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {"type": name, "text": " ".join(words[start:end]), "start": start, "end": end}
        for name, start, end in entity_spans(tags)
    ]


def _is_input(value: Any) -> bool:
    if isinstance(value, dict):
        words = value.get("words")
        return isinstance(words, list) and all(isinstance(word, str) for word in words)
    return isinstance(value, str)
