"""Answer requests with a fine-tuned classifier, in SageMaker's inference container."""

import json
from typing import Any

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

JSON = "application/json"
BATCH_SIZE = 64


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load the model and its tokenizer."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = AutoModelForSequenceClassification.from_pretrained(model_dir).to(device)
    model.eval()
    return {"model": model, "tokenizer": AutoTokenizer.from_pretrained(model_dir)}


def input_fn(request_body: str | bytes, content_type: str) -> list[str]:
    """Read `{"inputs": …}` or its value alone: one text or a list of texts."""
    if content_type.partition(";")[0].strip() != JSON:
        raise ValueError(f"content type `{content_type}` is not {JSON}")
    inputs = json.loads(request_body)
    if isinstance(inputs, dict):
        inputs = inputs.get("inputs")
    texts = [inputs] if isinstance(inputs, str) else inputs
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise ValueError('the request must be {"inputs": "a text"} or {"inputs": ["a text", …]}')
    return texts


def predict_fn(texts: list[str], loaded: dict[str, Any]) -> list[dict[str, Any]]:
    """Return for each text its most likely label and that label's probability."""
    model, tokenizer = loaded["model"], loaded["tokenizer"]
    answers: list[dict[str, Any]] = [{} for _ in texts]
    # Texts of like length together: less padding.
    order = sorted(range(len(texts)), key=lambda index: len(texts[index]))
    for start in range(0, len(order), BATCH_SIZE):
        chosen = order[start : start + BATCH_SIZE]
        batch = tokenizer(
            [texts[index] for index in chosen], truncation=True, padding=True, return_tensors="pt"
        )
        with torch.inference_mode():
            logits = model(**batch.to(model.device)).logits
        best = torch.softmax(logits.float(), dim=-1).max(dim=-1)
        found = zip(chosen, best.indices.tolist(), best.values.tolist(), strict=True)
        for index, label, score in found:
            answers[index] = {"label": model.config.id2label[label], "score": score}
    return answers


def output_fn(predictions: list[dict[str, Any]], accept: str) -> str:
    """Write the predictions as JSON."""
    accepted = [choice.partition(";")[0].strip() for choice in accept.split(",")]
    if not {JSON, "application/*", "*/*"} & set(accepted):
        raise ValueError(f"accept `{accept}` does not admit {JSON}")
    return json.dumps(predictions)
