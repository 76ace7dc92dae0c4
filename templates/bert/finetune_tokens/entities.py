"""Fine-tune the model of the channel `model` to tag words, and pack it for inference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from batches import padded, seeded
from container import checkpoint_dir, required_channel
from loop import Batch, Sums, Task, log, train
from pretrained import load_pretrained, save_finetuned
from sentences import Sentence, read_sentences
from sequences import (
    NO_LABEL,
    Example,
    answers_of,
    collate,
    fingerprint,
    hold_out,
    in_batches,
    run_batches,
)
from settings import Settings
from spans import entity_scores, tag_names
from tagging import cut_words
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from transformers import BertForTokenClassification


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    entities: tuple[str, ...]
    max_length: int
    validation_share: float


def finetune(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    sentences = read_sentences(required_channel("train"), plan.entities)
    learnt, held_out = hold_out(sentences, plan.validation_share, settings.seed)
    print(f"train_sentences={len(learnt)} validation_sentences={len(held_out)}", flush=True)

    torch.manual_seed(settings.seed)
    names = tag_names(plan.entities)
    model, tokenizer = load_pretrained(
        BertForTokenClassification,
        required_channel("model"),
        plan.max_length,
        num_labels=len(names),
        id2label=dict(enumerate(names)),
        label2id={name: number for number, name in enumerate(names)},
    )
    examples = make_examples(learnt, tokenizer, plan)
    validation = make_examples(held_out, tokenizer, plan)
    task = _task(model, examples, validation, plan, settings, tokenizer.pad_token_id)
    train(model, task, settings, checkpoint_dir())
    beside = ["serving.py", "spans.py", "tagging.py"]
    save_finetuned(model, tokenizer, plan.max_length, "inference_tokens.py", beside)


def make_examples(sentences: Sequence[Sentence], tokenizer: Any, plan: Plan) -> list[Example]:
    """Return the sentences cut into pieces: the first of a word has its tag, the others none."""
    numbers = {name: number for number, name in enumerate(tag_names(plan.entities))}
    cut = cut_words([sentence.words for sentence in sentences], tokenizer, plan.max_length)
    lost = sum(len(s.words) - len(p.firsts) for s, p in zip(sentences, cut, strict=True))
    if lost:
        print(f"words cut off: {lost}, max_length is {plan.max_length}", flush=True)
    examples = []
    for sentence, pieces in zip(sentences, cut, strict=True):
        labels = [NO_LABEL] * len(pieces.tokens)
        for first, tag in zip(pieces.firsts, sentence.tags, strict=False):
            labels[first] = numbers[tag]
        segments = [0] * len(pieces.tokens)
        examples.append(Example(tokens=pieces.tokens, segments=segments, label=labels))
    return examples


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
        measures = _validate(trained, batches, plan, padding, settings.precision)
        log("validation:", {f"validation_{name}": value for name, value in measures.items()})
        return measures["f1"]

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
    labels = torch.tensor(padded([example.label for example in examples], NO_LABEL))
    return collate(examples, padding) | {"labels": labels}


def _loss(model: nn.Module, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    labels = batch["labels"].flatten()
    logits = answers_of(model, batch).logits.flatten(0, 1)
    # Sums, not means: the log weighs batches by their words.
    total = cross_entropy(logits.float(), labels, ignore_index=NO_LABEL, reduction="sum")
    count = (labels != NO_LABEL).sum()
    right = (logits.argmax(dim=-1) == labels).sum()
    sums = {"train_loss": (total, count), "train_accuracy": (right, count)}
    return total / count.clamp(min=1), sums


def _validate(
    model: nn.Module,
    batches: Sequence[Sequence[Example]],
    plan: Plan,
    padding: int,
    precision: str,
) -> dict[str, float]:
    names = tag_names(plan.entities)
    expected: list[list[str]] = []
    predicted: list[list[str]] = []
    for chosen, outputs in run_batches(model, batches, padding, precision):
        rows = outputs.logits.argmax(dim=-1).tolist()
        for example, row in zip(chosen, rows, strict=True):
            tagged = [
                (names[label], names[guess])
                for label, guess in zip(example.label, row, strict=False)
                if label != NO_LABEL
            ]
            expected.append([label for label, _ in tagged])
            predicted.append([guess for _, guess in tagged])
    return entity_scores(expected, predicted)
