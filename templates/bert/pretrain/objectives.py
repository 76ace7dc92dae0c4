"""BERT's two objectives: the masked words and whether the second text is the next one."""

from collections.abc import Mapping
from typing import Any

import torch
from loop import Meter, Sums, autocast, choose_device, to_device
from pairs import NO_LABEL
from torch import Tensor
from torch.nn.functional import cross_entropy


def pretraining_loss(model: Any, batch: Mapping[str, Tensor]) -> tuple[Tensor, Sums]:
    """Return the mean loss of the masked words plus that of the labelled pairs.

    The head of the masked words runs on these alone, about a seventh of the positions.
    """
    inputs = {name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids")}
    outputs = model.bert(**inputs)
    hidden = outputs.last_hidden_state.flatten(0, 1)[batch["masked_positions"]]
    mlm_loss, mlm_sums = _part("mlm", model.cls.predictions(hidden), batch["masked_labels"])
    logits = model.cls.seq_relationship(outputs.pooler_output)
    nsp_loss, nsp_sums = _part("nsp", logits, batch["next_labels"])
    return mlm_loss + nsp_loss, mlm_sums | nsp_sums


def measure_held_out(
    model: Any, batches: list[Mapping[str, Tensor]], precision: str
) -> dict[str, float]:
    """Return the measures of the objectives on batches that are not learnt from."""
    meter = Meter()
    device = choose_device()
    for batch in batches:
        with torch.inference_mode(), autocast(precision, device):
            _, sums = pretraining_loss(model, to_device(batch, device))
        meter.add(sums, len(batch["input_ids"]))
    return {f"{name}_held_out": value for name, value in meter.means().items()}


def _part(
    name: str, logits: Tensor, labels: Tensor
) -> tuple[Tensor, dict[str, tuple[Tensor, Tensor]]]:
    # Sums, not means: a batch may hold no label of one kind, and the log weighs batches by labels.
    total = cross_entropy(logits.float(), labels, ignore_index=NO_LABEL, reduction="sum")
    count = (labels != NO_LABEL).sum()
    right = (logits.argmax(dim=-1) == labels).sum()
    sums = {f"{name}_loss": (total, count), f"{name}_accuracy": (right, count)}
    return total / count.clamp(min=1), sums
