"""Fine-tune the model of the channel `model` on the channel `train` and pack it for inference."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from batches import seeded
from container import JobError, checkpoint_dir, required_channel
from loop import Batch, Meter, Sums, Task, log, train
from pretrained import load_pretrained, save_finetuned
from reviews import Review, read_reviews
from scores import confusion_matrix, scores
from sequences import Example, answers_of, collate, fingerprint, in_batches, run_batches
from settings import Settings
from texts import tokenize
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BertForSequenceClassification


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    labels: tuple[str, ...]
    max_length: int
    validation_share: float


def finetune(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    reviews = read_reviews(required_channel("train"))
    learnt, held_out = split_validation(reviews, plan, settings.seed)
    print(f"train_texts={len(learnt)} validation_texts={len(held_out)}", flush=True)

    torch.manual_seed(settings.seed)
    names = dict(enumerate(plan.labels))
    numbers = {name: number for number, name in names.items()}
    model, tokenizer = load_pretrained(
        BertForSequenceClassification,
        required_channel("model"),
        plan.max_length,
        num_labels=len(names),
        id2label=names,
        label2id=numbers,
    )
    examples = tokenize(learnt, tokenizer, plan.max_length)
    validation = tokenize(held_out, tokenizer, plan.max_length)
    task = _task(model, examples, validation, plan, settings, tokenizer.pad_token_id)
    train(model, task, settings, checkpoint_dir())
    save_finetuned(model, tokenizer, plan.max_length, "inference.py", ["serving.py"])


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


def _task(
    model: nn.Module,
    examples: Sequence[Example],
    validation: Sequence[Example],
    plan: Plan,
    settings: Settings,
    padding: int,
) -> Task:
    def after_epoch(trained: nn.Module) -> float:
        batches = in_batches(validation, settings.batch_size, seeded("validation"))
        measures = _validate(trained, batches, len(plan.labels), padding, settings.precision)
        log("validation:", measures)
        return measures["validation_f1"]

    return Task(
        batches=lambda epoch: in_batches(
            examples, settings.batch_size, seeded("order", settings.seed, epoch)
        ),
        collate=lambda chosen: _labelled(chosen, padding),
        loss=_loss,
        after_epoch=after_epoch,
        heads=("classifier.",),
        fingerprint=fingerprint(model, plan, settings, examples),
    )


def _labelled(examples: Sequence[Example], padding: int) -> Batch:
    labels = torch.tensor([example.label for example in examples])
    return collate(examples, padding) | {"labels": labels}


def _loss(model: nn.Module, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    labels = batch["labels"]
    logits = answers_of(model, batch).logits
    loss = cross_entropy(logits.float(), labels)
    count = torch.tensor(len(labels))
    right = (logits.argmax(dim=-1) == labels).sum()
    return loss, {"train_loss": (loss * len(labels), count), "train_accuracy": (right, count)}


def _validate(
    model: nn.Module,
    batches: Sequence[Sequence[Example]],
    number_of_labels: int,
    padding: int,
    precision: str,
) -> dict[str, float]:
    meter = Meter()
    expected: list[int] = []
    predicted: list[int] = []
    for chosen, outputs in run_batches(model, batches, padding, precision):
        labels = [example.label for example in chosen]
        logits = outputs.logits.float().cpu()
        expected += labels
        predicted += logits.argmax(dim=-1).tolist()
        loss = cross_entropy(logits, torch.tensor(labels), reduction="sum")
        meter.add({"validation_loss": (loss, torch.tensor(len(labels)))}, len(labels))
    measured = scores(confusion_matrix(expected, predicted, number_of_labels))
    return meter.means() | {
        "validation_accuracy": measured["accuracy"],
        "validation_f1": measured["f1"],
    }
