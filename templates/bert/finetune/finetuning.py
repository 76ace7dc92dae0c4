"""Fine-tune the model of the channel `model` on the channel `train` and pack it for inference."""

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import torch
from archive import model_folder
from batches import batches_by_length, padded, seeded
from container import JobError, checkpoint_dir, model_dir, required_channel
from loop import Meter, Sums, Task, autocast, choose_device, log, to_device, train
from reviews import Review, read_reviews
from scores import confusion_matrix, scores
from settings import Settings
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import AutoTokenizer, BertForSequenceClassification
from transformers.utils import logging

INFERENCE = "inference.py"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    labels: tuple[str, ...]
    max_length: int
    validation_share: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A text as token numbers, and its label."""

    tokens: list[int]
    label: int


def finetune(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    reviews = read_reviews(required_channel("train"))
    learnt, held_out = split_validation(reviews, plan, settings.seed)
    print(f"train_texts={len(learnt)} validation_texts={len(held_out)}", flush=True)

    torch.manual_seed(settings.seed)
    model, tokenizer = _load(required_channel("model"), plan)
    examples = _tokenize(learnt, tokenizer, plan.max_length)
    validation = _tokenize(held_out, tokenizer, plan.max_length)
    task = _task(model, examples, validation, plan, settings, tokenizer.pad_token_id)
    train(model, task, settings, checkpoint_dir())
    _save(model, tokenizer, plan.max_length)


def split_validation(
    reviews: Sequence[Review], plan: Plan, seed: int
) -> tuple[list[Review], list[Review]]:
    """Return the texts to learn from and those to choose the best epoch with, label by label."""
    by_label = defaultdict(list)
    for review in reviews:
        if review.label >= len(plan.labels):
            raise JobError(f"the label {review.label} has no name: there are {len(plan.labels)}")
        by_label[review.label].append(review)
    learnt, held_out = [], []
    for label, group in sorted(by_label.items()):
        seeded("validation", seed, label).shuffle(group)
        cut = max(1, round(plan.validation_share * len(group)))
        held_out += group[:cut]
        learnt += group[cut:]
    if not learnt:
        raise JobError(f"{len(reviews)} labelled texts are too few to learn from")
    return learnt, held_out


def _load(channel: Path, plan: Plan) -> tuple[BertForSequenceClassification, Any]:
    names = dict(enumerate(plan.labels))
    numbers = {name: number for number, name in names.items()}
    with TemporaryDirectory() as scratch:
        folder = model_folder(channel, Path(scratch))
        model = BertForSequenceClassification.from_pretrained(
            folder, num_labels=len(names), id2label=names, label2id=numbers
        )
        tokenizer = AutoTokenizer.from_pretrained(folder)
    if model.config.max_position_embeddings < plan.max_length:
        limit = model.config.max_position_embeddings
        raise JobError(f"max_length is {plan.max_length}, the given model takes {limit} tokens")
    return model, tokenizer


def _tokenize(reviews: Sequence[Review], tokenizer: Any, max_length: int) -> list[Example]:
    texts = [review.text for review in reviews]
    tokens = tokenizer(texts, truncation=True, max_length=max_length)["input_ids"]
    pairs = zip(tokens, reviews, strict=True)
    return [Example(tokens=numbers, label=review.label) for numbers, review in pairs]


def _task(
    model: nn.Module,
    examples: Sequence[Example],
    validation: Sequence[Example],
    plan: Plan,
    settings: Settings,
    padding: int,
) -> Task:
    def epoch_batches(epoch: int) -> list[list[Example]]:
        return _batches(examples, settings.batch_size, seeded("order", settings.seed, epoch))

    def after_epoch(trained: nn.Module) -> float:
        batches = _batches(validation, settings.batch_size, seeded("validation"))
        measures = _validate(trained, batches, len(plan.labels), padding, settings.precision)
        log("validation:", measures)
        return measures["validation_f1"]

    weights = [parameter.detach().double().sum().item() for parameter in model.parameters()]
    parts = repr((plan, settings, weights, examples))
    return Task(
        batches=epoch_batches,
        collate=lambda chosen: _collate(chosen, padding),
        loss=_loss,
        after_epoch=after_epoch,
        heads=("classifier.",),
        fingerprint=hashlib.sha256(parts.encode()).hexdigest(),
    )


def _batches(examples: Sequence[Example], batch_size: int, rng: Random) -> list[list[Example]]:
    lengths = [len(example.tokens) for example in examples]
    batches = batches_by_length(lengths, batch_size, rng)
    return [[examples[number] for number in chosen] for chosen in batches]


def _collate(examples: Sequence[Example], padding: int) -> Mapping[str, Tensor]:
    return {
        "input_ids": torch.tensor(padded([example.tokens for example in examples], padding)),
        "attention_mask": torch.tensor(padded([[1] * len(e.tokens) for e in examples], 0)),
        "labels": torch.tensor([example.label for example in examples]),
    }


def _loss(model: Any, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    labels = batch["labels"]
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    loss = cross_entropy(logits.float(), labels)
    count = torch.tensor(len(labels))
    right = (logits.argmax(dim=-1) == labels).sum()
    return loss, {"train_loss": (loss * len(labels), count), "train_accuracy": (right, count)}


def _validate(
    model: Any,
    batches: Sequence[Sequence[Example]],
    number_of_labels: int,
    padding: int,
    precision: str,
) -> dict[str, float]:
    device = choose_device()
    meter = Meter()
    predicted: list[int] = []
    for chosen in batches:
        batch = to_device(_collate(chosen, padding), device)
        with torch.inference_mode(), autocast(precision, device):
            logits = model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits
        predicted += logits.argmax(dim=-1).tolist()
        loss = cross_entropy(logits.float(), batch["labels"], reduction="sum")
        meter.add({"validation_loss": (loss, torch.tensor(len(chosen)))}, len(chosen))
    expected = [example.label for chosen in batches for example in chosen]
    measured = scores(confusion_matrix(expected, predicted, number_of_labels))
    return meter.means() | {
        "validation_accuracy": measured["accuracy"],
        "validation_f1": measured["f1"],
    }


def _save(model: BertForSequenceClassification, tokenizer: Any, max_length: int) -> None:
    folder = model_dir()
    # inference.py cuts texts where training did.
    tokenizer.model_max_length = max_length
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    code = folder / "code"
    code.mkdir(exist_ok=True)
    # With its code in the archive the model is deployed as it is, without a step that repacks it.
    shutil.copyfile(Path(__file__).with_name(INFERENCE), code / INFERENCE)
