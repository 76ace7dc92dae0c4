"""Training instances: paired and masked sequences, and batches of them as tensors."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from batches import padded
from corpus import Document
from masking import Masked, Masking, Vocabulary, mask_tokens
from pairs import NO_LABEL, Pair, make_pairs, make_singles
from torch import Tensor


@dataclass(frozen=True, kw_only=True, slots=True)
class Structure:
    """How instances are made of a corpus."""

    objectives: tuple[str, ...]
    max_length: int
    short_share: float
    masking: Masking


@dataclass(frozen=True, kw_only=True, slots=True)
class Instance:
    """One sequence `[CLS] A [SEP] B [SEP]` or `[CLS] A [SEP]`, with what is to be predicted."""

    tokens: list[int]
    segments: list[int]
    masked_positions: list[int]
    masked_labels: list[int]
    next_label: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """The token numbers that instances need."""

    vocabulary: Vocabulary
    start: int
    end: int
    padding: int


def tokens_of(tokenizer: Any) -> Tokens:
    """Return the token numbers of a BERT tokenizer."""
    words = tokenizer.get_vocab()
    vocabulary = Vocabulary(
        size=len(tokenizer),
        mask=tokenizer.mask_token_id,
        special=frozenset(tokenizer.all_special_ids),
        pieces=frozenset(number for word, number in words.items() if word.startswith("##")),
    )
    return Tokens(
        vocabulary=vocabulary,
        start=tokenizer.cls_token_id,
        end=tokenizer.sep_token_id,
        padding=tokenizer.pad_token_id,
    )


def make_instances(
    documents: Sequence[Document], structure: Structure, tokens: Tokens, rng: random.Random
) -> list[Instance]:
    """Return the instances of one pass over the documents."""
    makes_pairs = "nsp" in structure.objectives
    make = make_pairs if makes_pairs else make_singles
    pairs = make(documents, structure.max_length, structure.short_share, rng)
    if "mlm" not in structure.objectives:
        pairs = (pair for pair in pairs if pair.label != NO_LABEL)
    return [_instance(pair, structure, tokens, rng) for pair in pairs]


def collate(instances: Sequence[Instance], padding: int) -> Mapping[str, Tensor]:
    """Return a batch; `masked_positions` count through the batch as one row."""
    tokens = padded([instance.tokens for instance in instances], padding)
    length = len(tokens[0])
    positions = [
        row * length + position
        for row, instance in enumerate(instances)
        for position in instance.masked_positions
    ]
    labels = [label for instance in instances for label in instance.masked_labels]
    return {
        "input_ids": torch.tensor(tokens),
        "attention_mask": torch.tensor(padded([[1] * len(i.tokens) for i in instances], 0)),
        "token_type_ids": torch.tensor(padded([i.segments for i in instances], 0)),
        "masked_positions": torch.tensor(positions, dtype=torch.long),
        "masked_labels": torch.tensor(labels, dtype=torch.long),
        "next_labels": torch.tensor([instance.next_label for instance in instances]),
    }


def _instance(pair: Pair, structure: Structure, tokens: Tokens, rng: random.Random) -> Instance:
    sequence = [tokens.start, *pair.first, tokens.end]
    segments = [0] * len(sequence)
    if pair.second:
        sequence += [*pair.second, tokens.end]
        segments += [1] * (len(pair.second) + 1)
    if "mlm" in structure.objectives:
        masked = mask_tokens(sequence, structure.masking, tokens.vocabulary, rng)
    else:
        masked = Masked(tokens=sequence, positions=[], labels=[])
    return Instance(
        tokens=masked.tokens,
        segments=segments,
        masked_positions=masked.positions,
        masked_labels=masked.labels,
        next_label=pair.label,
    )
