"""Keep a training's whole state in one file, so that an interrupted job goes on to the same end."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

NAME = "checkpoint.pt"


@dataclass(kw_only=True, slots=True)
class Progress:
    """How far a training is. `position` counts the batches done of the current epoch."""

    step: int = 0
    epoch: int = 0
    position: int = 0
    best_score: float | None = None
    best_weights: dict[str, Tensor] | None = None


def save_checkpoint(
    folder: Path,
    fingerprint: str,
    progress: Progress,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
) -> None:
    """Replace the checkpoint in `folder`; a kill while it is written leaves the old one."""
    state = {
        "fingerprint": fingerprint,
        "progress": {name: getattr(progress, name) for name in Progress.__slots__},
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "random": torch.get_rng_state(),
        "random_cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f"{NAME}.part"
    torch.save(state, unfinished)
    unfinished.replace(folder / NAME)
    print(f"checkpoint saved at step {progress.step}", flush=True)


def load_checkpoint(
    folder: Path, fingerprint: str, model: nn.Module, optimizer: torch.optim.Optimizer
) -> Progress:
    """Restore the state kept in `folder`; begin anew if there is none of this very training."""
    path = folder / NAME
    if not path.is_file():
        return Progress()
    state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    if state["fingerprint"] != fingerprint:
        print("the checkpoint is of another training (settings or data differ): begin anew")
        return Progress()
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    torch.set_rng_state(state["random"])
    if len(state["random_cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(state["random_cuda"])
    progress = Progress(**state["progress"])
    print(f"resumed at step {progress.step}", flush=True)
    return progress


def remove_checkpoint(folder: Path) -> None:
    """Remove the checkpoint of a finished training: the next job must not begin at its end."""
    (folder / NAME).unlink(missing_ok=True)
