"""Answer questions about contexts with a fine-tuned model."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import torch
from answering import Found, Search, best_answers, make_windows
from serving import read_inputs, write_answers
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

BATCH_SIZE = 32
ALTERNATIVES = 3
FORM = '{"question": …, "context": …}'


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load the model and its tokenizer."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForQuestionAnswering.from_pretrained(model_dir).to(device)
    model.eval()
    return {"model": model, "tokenizer": AutoTokenizer.from_pretrained(model_dir)}


def input_fn(request_body: str | bytes, content_type: str) -> list[dict[str, str]]:
    """Read `{"inputs": …}` or its value alone: one question or a list of them."""
    return read_inputs(request_body, content_type, _is_input, FORM)


def predict_fn(questions: list[dict[str, str]], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each question the best answer, its place and probability, and the next best."""
    pairs = [(each["question"], each["context"]) for each in questions]
    answered = find_answers(pairs, loaded, 1 + ALTERNATIVES)
    return [
        asdict(found[0]) | {"alternatives": [asdict(other) for other in found[1:]]}
        if found
        else {"text": "", "start": 0, "end": 0, "score": 1.0, "alternatives": []}
        for found in answered
    ]


def output_fn(predictions: list[dict[str, Any]], accept: str) -> str:
    """Write the predictions as JSON."""
    return write_answers(predictions, accept)


def find_answers(
    pairs: Sequence[tuple[str, str]], loaded: dict[str, Any], count: int = 1
) -> list[list[Found]]:
    """Return the best answers to each question; none if its context is empty."""
    model, tokenizer = loaded["model"], loaded["tokenizer"]
    search = Search(**model.config.search)
    windows = make_windows(pairs, tokenizer, search)
    order = sorted(range(len(windows)), key=lambda index: len(windows[index].tokens))
    logits: list[tuple[list[float], list[float]]] = [([], []) for _ in windows]
    for start in range(0, len(order), BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        rows = {
            "input_ids": [windows[index].tokens for index in chosen],
            "token_type_ids": [windows[index].segments for index in chosen],
        }
        batch = tokenizer.pad(rows, return_tensors="pt", verbose=False)
        with torch.inference_mode():
            outputs = model(**batch.to(model.device))
        starts, ends = outputs.start_logits.tolist(), outputs.end_logits.tolist()
        for index, pair in zip(chosen, zip(starts, ends, strict=True), strict=True):
            logits[index] = pair
    return best_answers([context for _, context in pairs], windows, logits, search, count)


def _is_input(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"question", "context"}
        and all(isinstance(text, str) for text in value.values())
    )
