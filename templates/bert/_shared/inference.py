"""Answer requests with a fine-tuned classifier or regression of texts, or of pairs of texts."""

from typing import Any

import torch
from serving import read_inputs, write_answers
from transformers import AutoModelForSequenceClassification, AutoTokenizer

BATCH_SIZE = 64
FORM = 'a text, or {"text": …, "second": …} for a pair'


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load the model and its tokenizer."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForSequenceClassification.from_pretrained(model_dir).to(device)
    model.eval()
    return {"model": model, "tokenizer": AutoTokenizer.from_pretrained(model_dir)}


def input_fn(request_body: str | bytes, content_type: str) -> list[Any]:
    """Read `{"inputs": …}` or its value alone: one text or pair, or a list of them."""
    return read_inputs(request_body, content_type, _is_input, FORM)


def predict_fn(texts: list[Any], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each text its likeliest label and that label's probability, or its value."""
    answers: list[dict[str, Any]] = [{} for _ in texts]
    pairs = [(text, None) if isinstance(text, str) else _pair(text) for text in texts]
    # Texts of like length together, for less padding; a batch holds pairs or single texts.
    order = sorted(range(len(pairs)), key=lambda at: (pairs[at][1] is None, _length(pairs[at])))
    for chosen in _batches(order, pairs):
        answered = _answer([pairs[index] for index in chosen], loaded)
        for index, answer in zip(chosen, answered, strict=True):
            answers[index] = answer
    return answers


def output_fn(predictions: list[dict[str, Any]], accept: str) -> str:
    """Write the predictions as JSON."""
    return write_answers(predictions, accept)


def _is_input(value: Any) -> bool:
    if isinstance(value, dict):
        return set(value) == {"text", "second"} and all(isinstance(v, str) for v in value.values())
    return isinstance(value, str)


def _pair(value: dict[str, str]) -> tuple[str, str | None]:
    return value["text"], value["second"]


def _length(pair: tuple[str, str | None]) -> int:
    return len(pair[0]) + len(pair[1] or "")


def _batches(order: list[int], pairs: list[tuple[str, str | None]]) -> list[list[int]]:
    batches: list[list[int]] = []
    for index in order:
        kind = pairs[index][1] is None
        if (
            not batches
            or len(batches[-1]) == BATCH_SIZE
            or kind != (pairs[batches[-1][0]][1] is None)
        ):
            batches.append([])
        batches[-1].append(index)
    return batches


def _answer(pairs: list[tuple[str, str | None]], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    model, tokenizer = loaded["model"], loaded["tokenizer"]
    texts, seconds = map(list, zip(*pairs, strict=True))
    batch = tokenizer(
        texts,
        None if seconds[0] is None else seconds,
        truncation=True,
        padding=True,
        return_tensors="pt",
    )
    with torch.inference_mode():
        logits = model(**batch.to(model.device)).logits.float()
    if model.config.num_labels == 1:
        return [{"value": value} for value in logits[:, 0].tolist()]
    best = torch.softmax(logits, dim=-1).max(dim=-1)
    found = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    return [{"label": model.config.id2label[label], "score": score} for label, score in found]
