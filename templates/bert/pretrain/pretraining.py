"""Pre-train BERT on the channel `corpus` and save it with its tokenizer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from batches import batches_by_length, seeded
from container import JobError, channel, checkpoint_dir, model_dir, required_channel
from corpus import Document, hold_out, read_corpus
from instances import Instance, Structure, collate, make_instances, tokens_of
from loop import Task, log, train
from objectives import measure_held_out, pretraining_loss
from settings import Settings
from start import Size, load_start, set_word_frequencies
from torch import nn
from transformers.utils import logging


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is fixed when the script is written."""

    structure: Structure
    size: Size
    dupe_factor: int
    held_out_share: float


def pretrain(plan: Plan, settings: Settings) -> None:
    """Run the training job."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    corpus = required_channel("corpus")
    base = channel("base")
    # New weights are drawn here: all of them, or those of the heads that `base` lacks.
    torch.manual_seed(settings.seed)
    start = load_start(base, corpus, plan.size, plan.structure.max_length)
    model, tokenizer = start.model, start.tokenizer
    documents = read_corpus(corpus, tokenizer)
    learnt, held_out = hold_out(documents, plan.held_out_share)
    origin = "scratch" if base is None else "given weights"
    print(f"start={origin} documents={len(learnt)} held_out={len(held_out)}", flush=True)
    if start.new_head:
        set_word_frequencies(model, learnt)

    task = _task(model, tokenizer, learnt, held_out, plan, settings)
    train(model, task, settings, checkpoint_dir())
    model.save_pretrained(model_dir())
    tokenizer.save_pretrained(model_dir())


def _task(
    model: nn.Module,
    tokenizer: object,
    learnt: Sequence[Document],
    held_out: Sequence[Document],
    plan: Plan,
    settings: Settings,
) -> Task:
    tokens = tokens_of(tokenizer)
    measured = make_instances(held_out, plan.structure, tokens, seeded("held out", settings.seed))
    held_out_batches = [
        collate([measured[number] for number in chosen], tokens.padding)
        for chosen in batches_by_length(_lengths(measured), settings.batch_size, seeded("held out"))
    ]

    def epoch_batches(epoch: int) -> list[list[Instance]]:
        # Pairs and masks differ from pass to pass, as in the authors' duplicated data, but are
        # made when they are needed: a corpus need not be kept `dupe_factor` times.
        pass_number = epoch % plan.dupe_factor
        pairing = seeded("pass", settings.seed, pass_number)
        instances = make_instances(learnt, plan.structure, tokens, pairing)
        if not instances:
            raise JobError("the corpus yields no training instances for these objectives")
        order = seeded("order", settings.seed, epoch)
        batches = batches_by_length(_lengths(instances), settings.batch_size, order)
        return [[instances[number] for number in chosen] for chosen in batches]

    def after_epoch(trained: nn.Module) -> float | None:
        if not held_out_batches:
            return None
        measures = measure_held_out(trained, held_out_batches, settings.precision)
        log("held out:", measures)
        return -sum(value for name, value in measures.items() if "loss" in name)

    return Task(
        batches=epoch_batches,
        collate=lambda instances: collate(instances, tokens.padding),
        loss=pretraining_loss,
        after_epoch=after_epoch,
        heads=("cls.",),
        fingerprint=_fingerprint(model, learnt, plan, settings),
    )


def _lengths(instances: Sequence[Instance]) -> list[int]:
    return [len(instance.tokens) for instance in instances]


def _fingerprint(
    model: nn.Module, learnt: Sequence[Document], plan: Plan, settings: Settings
) -> str:
    weights = [parameter.detach().double().sum().item() for parameter in model.parameters()]
    parts = repr((plan, settings, weights, learnt))
    return hashlib.sha256(parts.encode()).hexdigest()
