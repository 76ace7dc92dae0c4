"""What pre-training starts from: given weights, or a new model of a given size."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from archive import model_folder
from container import JobError
from corpus import Document
from transformers import AutoTokenizer, BertConfig, BertForPreTraining

BIAS_OF_WORDS = "cls.predictions.bias"


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """A model to train, its tokenizer, and whether its head of masked words is new."""

    model: BertForPreTraining
    tokenizer: Any
    new_head: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """The size of a model from scratch."""

    layers: int
    hidden_size: int
    attention_heads: int


def load_start(base: Path | None, corpus: Path, size: Size, max_length: int) -> Start:
    """Return the model and its tokenizer: those of `base`, or new with the corpus' tokenizer."""
    if base is None:
        tokenizer = _load_tokenizer(corpus / "tokenizer")
        model = _new_model(size, len(tokenizer), tokenizer.pad_token_id, max_length)
        return Start(model=model, tokenizer=tokenizer, new_head=True)
    with TemporaryDirectory() as scratch:
        folder = model_folder(base, Path(scratch))
        config = BertConfig.from_pretrained(folder)
        if config.model_type != "bert":
            raise JobError(f"the channel `base` holds a model of type `{config.model_type}`")
        if config.max_position_embeddings < max_length:
            limit = config.max_position_embeddings
            raise JobError(f"max_length is {max_length}, the given model takes {limit} tokens")
        model, loaded = BertForPreTraining.from_pretrained(
            folder, config=config, output_loading_info=True
        )
        own = (folder / "tokenizer_config.json").is_file() or (folder / "vocab.txt").is_file()
        tokenizer = _load_tokenizer(folder if own else corpus / "tokenizer")
    if len(tokenizer) > config.vocab_size:
        raise JobError(f"the tokenizer has {len(tokenizer)} words, the model {config.vocab_size}")
    new_head = BIAS_OF_WORDS in loaded["missing_keys"]
    return Start(model=model, tokenizer=tokenizer, new_head=new_head)


def set_word_frequencies(model: BertForPreTraining, documents: Sequence[Document]) -> None:
    """Let the head of masked words begin with the words' frequencies.

    It would learn these first, and spend the first hundreds of steps on them.
    """
    words = [word for document in documents for sentence in document for word in sentence]
    counts = torch.bincount(torch.tensor(words), minlength=model.config.vocab_size) + 1
    with torch.no_grad():
        model.cls.predictions.bias.copy_((counts / counts.sum()).log())


def _load_tokenizer(folder: Path) -> Any:
    if not folder.is_dir():
        raise JobError(f"no tokenizer: neither the channel `base` nor `{folder}` has one")
    return AutoTokenizer.from_pretrained(folder)


def _new_model(size: Size, words: int, padding: int, max_length: int) -> BertForPreTraining:
    if size.hidden_size % size.attention_heads:
        raise JobError(
            f"hidden_size {size.hidden_size} is no multiple of {size.attention_heads} heads"
        )
    config = BertConfig(
        vocab_size=words,
        hidden_size=size.hidden_size,
        num_hidden_layers=size.layers,
        num_attention_heads=size.attention_heads,
        intermediate_size=4 * size.hidden_size,
        max_position_embeddings=max(512, max_length),
        pad_token_id=padding,
    )
    return BertForPreTraining(config)
