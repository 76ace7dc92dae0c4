"""Examples of token numbers with what is to be learnt of them, as batches of tensors."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import torch
from batches import batches_by_length, padded, seeded
from container import JobError
from loop import autocast, choose_device, to_device
from torch import Tensor, nn

# What cross entropy passes over.
NO_LABEL = -100


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A sequence `[CLS] A [SEP]` or `[CLS] A [SEP] B [SEP]`, and its label in the task's form."""

    tokens: list[int]
    segments: list[int]
    label: Any


def hold_out(items: Sequence[Any], share: float, *seed: object) -> tuple[list[Any], list[Any]]:
    """Return the items to learn from and those to validate on, at least one of each."""
    shuffled = list(items)
    seeded("validation", *seed).shuffle(shuffled)
    cut = max(1, round(share * len(shuffled)))
    if cut >= len(shuffled):
        raise JobError(f"{len(shuffled)} are too few to learn from")
    return shuffled[cut:], shuffled[:cut]


def in_batches(examples: Sequence[Example], batch_size: int, rng: Random) -> list[list[Example]]:
    """Return all examples in shuffled batches of like lengths."""
    lengths = [len(example.tokens) for example in examples]
    batches = batches_by_length(lengths, batch_size, rng)
    return [[examples[number] for number in chosen] for chosen in batches]


def collate(examples: Sequence[Example], padding: int) -> dict[str, Tensor]:
    """Return what the model reads of a batch; labels are the task's own."""
    return {
        "input_ids": torch.tensor(padded([example.tokens for example in examples], padding)),
        "attention_mask": torch.tensor(padded([[1] * len(e.tokens) for e in examples], 0)),
        "token_type_ids": torch.tensor(padded([example.segments for example in examples], 0)),
    }


def answers_of(model: nn.Module, batch: Mapping[str, Tensor]) -> Any:
    """Return the model's outputs for the inputs in a batch that has labels too."""
    return model(
        input_ids=batch["input_ids"],
        attention_mask=batch["attention_mask"],
        token_type_ids=batch["token_type_ids"],
    )


def run_batches(
    model: nn.Module, batches: Sequence[Sequence[Example]], padding: int, precision: str
) -> Iterator[tuple[Sequence[Example], Any]]:
    """Yield each batch with the model's outputs for it, without learning."""
    device = choose_device()
    for chosen in batches:
        batch = to_device(collate(chosen, padding), device)
        with torch.inference_mode(), autocast(precision, device):
            outputs = answers_of(model, batch)
        yield chosen, outputs


def fingerprint(model: nn.Module, *parts: object) -> str:
    """Return what tells one training from another, so that none resumes another's checkpoint."""
    weights = [parameter.detach().double().sum().item() for parameter in model.parameters()]
    return hashlib.sha256(repr((weights, parts)).encode()).hexdigest()
