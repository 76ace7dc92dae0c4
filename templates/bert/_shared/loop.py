"""Train a model batch by batch, with its measures in the log and a checkpoint to resume from."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from checkpoint import Progress, load_checkpoint, remove_checkpoint, save_checkpoint
from optimizer import make_optimizer, set_learning_rate, uses_bf16
from settings import Settings
from torch import Tensor, nn

LONGEST_GRADIENT = 1.0
EXIT_OF_SIGTERM = 128 + signal.SIGTERM

Batch = Mapping[str, Tensor]
# The sum of a measure over a batch, and the number of things summed over.
Sums = dict[str, tuple[Tensor, Tensor]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """What is particular to one kind of training.

    `batches` gives the batches of an epoch, each time the same ones; `collate` makes tensors of
    one; `loss` gives a batch's loss and measures. `after_epoch` may give a score: the weights that
    scored best can be kept.
    """

    batches: Callable[[int], list[list[Any]]]
    collate: Callable[[list[Any]], Batch]
    loss: Callable[[Any, Batch], tuple[Tensor, Sums]]
    after_epoch: Callable[[nn.Module], float | None]
    heads: tuple[str, ...]
    fingerprint: str


@dataclass(slots=True)
class Meter:
    """Sums measures up until they are written to the log."""

    sums: Sums = field(default_factory=dict)
    sequences: int = 0
    since: float = field(default_factory=time.monotonic)

    def add(self, sums: Sums, sequences: int) -> None:
        """Add the measures of a batch."""
        for name, (total, count) in sums.items():
            # They stay on the device: reading one would wait for the step to end.
            before = self.sums.get(name, (0, 0))
            self.sums[name] = (before[0] + total.detach(), before[1] + count)
        self.sequences += sequences

    def means(self) -> dict[str, float]:
        """Return each measure's mean; one summed over nothing is left out."""
        read = {name: (float(total), int(count)) for name, (total, count) in self.sums.items()}
        return {name: total / count for name, (total, count) in read.items() if count}

    def speed(self) -> float:
        """Return the sequences per second so far."""
        return self.sequences / max(time.monotonic() - self.since, 1e-9)


def log(position: str, measures: Mapping[str, float]) -> None:
    """Write one line of measures, as the metric definitions read them."""
    print(position, *(f"{name}={value:.4f}" for name, value in measures.items()), flush=True)


def choose_device() -> torch.device:
    """Return the graphics card if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """Return the context in which forward passes compute."""
    return torch.autocast(device.type, torch.bfloat16, enabled=uses_bf16(precision, device))


def to_device(batch: Batch, device: torch.device) -> Batch:
    """Return the batch on the device."""
    return {name: tensor.to(device, non_blocking=True) for name, tensor in batch.items()}


def train(model: nn.Module, task: Task, settings: Settings, checkpoints: Path) -> None:
    """Train `model` in place; on SIGTERM save a checkpoint and exit."""
    device = choose_device()
    torch.set_float32_matmul_precision("high")
    model.to(device)
    optimizer = make_optimizer(model, task.heads, settings)
    torch.manual_seed(settings.seed)
    progress = load_checkpoint(checkpoints, task.fingerprint, model, optimizer)
    total = settings.epochs * len(task.batches(0))
    if settings.max_steps:
        total = min(total, settings.max_steps)
    precision = "bf16" if uses_bf16(settings.precision, device) else "fp32"
    print(f"device={device.type} arithmetic={precision} steps={total}", flush=True)

    stop = threading.Event()
    previous = signal.signal(signal.SIGTERM, lambda *_: stop.set())
    finished = False
    try:
        while not finished:
            model.train()
            _train_epoch(model, task, settings, optimizer, progress, total, checkpoints, stop)
            model.eval()
            score = task.after_epoch(model)
            if settings.keep_best:
                _keep_best(progress, score, model)
            progress.epoch, progress.position = progress.epoch + 1, 0
            finished = progress.step >= total
    finally:
        signal.signal(signal.SIGTERM, previous)
    if progress.best_weights is not None:
        model.load_state_dict(progress.best_weights)
    remove_checkpoint(checkpoints)


def _train_epoch(
    model: nn.Module,
    task: Task,
    settings: Settings,
    optimizer: torch.optim.AdamW,
    progress: Progress,
    total: int,
    checkpoints: Path,
    stop: threading.Event,
) -> None:
    meter = Meter()
    device = choose_device()
    for chosen in task.batches(progress.epoch)[progress.position :]:
        if progress.step >= total:
            return
        rate = set_learning_rate(optimizer, progress.step, total, settings.warmup_share)
        with autocast(settings.precision, device):
            loss, sums = task.loss(model, to_device(task.collate(chosen), device))
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), LONGEST_GRADIENT)
        optimizer.step()
        optimizer.zero_grad()
        meter.add(sums, len(chosen))
        progress.step, progress.position = progress.step + 1, progress.position + 1
        if progress.step % settings.log_steps == 0 or progress.step == total:
            speed = {"sequences_per_second": meter.speed()}
            place = f"step={progress.step}/{total} epoch={progress.epoch + 1}"
            log(f"{place} learning_rate={rate:.2e}", meter.means() | speed)
            meter = Meter()
        if stop.is_set() or progress.step % settings.checkpoint_steps == 0:
            save_checkpoint(checkpoints, task.fingerprint, progress, model, optimizer)
        if stop.is_set():
            print("stopped by SIGTERM", file=sys.stderr)
            sys.exit(EXIT_OF_SIGTERM)


def _keep_best(progress: Progress, score: float | None, model: nn.Module) -> None:
    if score is None or (progress.best_score is not None and score <= progress.best_score):
        return
    progress.best_score = score
    progress.best_weights = {
        name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()
    }
