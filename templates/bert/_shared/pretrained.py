"""Load a pre-trained BERT under a new head, and pack it, once fine-tuned, with its inference."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from archive import model_folder
from container import JobError, model_dir
from transformers import AutoTokenizer
from transformers.utils import logging

INFERENCE = "inference.py"


def load_pretrained(
    model_class: Any, channel: Path, max_length: int, **config: Any
) -> tuple[Any, Any]:
    """Return the channel's model, as `model_class` with the settings of `config`, and tokenizer."""
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    with TemporaryDirectory() as scratch:
        folder = model_folder(channel, Path(scratch))
        model = model_class.from_pretrained(folder, **config)
        tokenizer = AutoTokenizer.from_pretrained(folder)
    limit = model.config.max_position_embeddings
    if limit < max_length:
        raise JobError(f"max_length is {max_length}, the given model takes {limit} tokens")
    return model, tokenizer


def save_finetuned(
    model: Any, tokenizer: Any, max_length: int, inference: str, beside: Sequence[str]
) -> None:
    """Write the model and, under code/, `inference` as inference.py with the modules it imports.

    With its code in the archive the model is deployed as it is, without a step that repacks it.
    """
    folder = model_dir()
    # inference.py cuts texts where training did.
    tokenizer.model_max_length = max_length
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    code = folder / "code"
    code.mkdir(exist_ok=True)
    here = Path(__file__)
    shutil.copyfile(here.with_name(inference), code / INFERENCE)
    for name in beside:
        shutil.copyfile(here.with_name(name), code / name)
