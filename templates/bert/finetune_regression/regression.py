"""Fine-tune the model of the channel `model` to give texts, or pairs of texts, a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from batches import seeded
from container import checkpoint_dir, required_channel
from correlation import regression_scores
from loop import Batch, Sums, Task, log, train
from pretrained import load_pretrained, save_finetuned
from reviews import read_reviews
from sequences import Example, answers_of, collate, fingerprint, hold_out, in_batches, run_batches
from settings import Settings
from texts import tokenize
from torch import Tensor, nn
from torch.nn.functional import mse_loss
from transformers import BertForSequenceClassification


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    max_length: int
    validation_share: float


def finetune(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    reviews = read_reviews(required_channel("train"), "score")
    learnt, held_out = hold_out(reviews, plan.validation_share, settings.seed)
    print(f"train_texts={len(learnt)} validation_texts={len(held_out)}", flush=True)

    torch.manual_seed(settings.seed)
    model, tokenizer = load_pretrained(
        BertForSequenceClassification,
        required_channel("model"),
        plan.max_length,
        num_labels=1,
        problem_type="regression",
    )
    # From the mean on it learns the differences; it would spend the first epoch to get there.
    nn.init.constant_(model.classifier.bias, sum(each.label for each in learnt) / len(learnt))
    examples = tokenize(learnt, tokenizer, plan.max_length)
    validation = tokenize(held_out, tokenizer, plan.max_length)
    task = _task(model, examples, validation, plan, settings, tokenizer.pad_token_id)
    train(model, task, settings, checkpoint_dir())
    save_finetuned(model, tokenizer, plan.max_length, "inference.py", ["serving.py"])


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
        expected: list[float] = []
        predicted: list[float] = []
        for chosen, outputs in run_batches(trained, batches, padding, settings.precision):
            expected += [example.label for example in chosen]
            predicted += outputs.logits[:, 0].float().tolist()
        measures = regression_scores(expected, predicted)
        log("validation:", {f"validation_{name}": value for name, value in measures.items()})
        return -measures["mse"]

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
    labels = torch.tensor([float(example.label) for example in examples])
    return collate(examples, padding) | {"labels": labels}


def _loss(model: nn.Module, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    labels = batch["labels"]
    loss = mse_loss(answers_of(model, batch).logits[:, 0].float(), labels)
    return loss, {"train_loss": (loss * len(labels), torch.tensor(len(labels)))}
