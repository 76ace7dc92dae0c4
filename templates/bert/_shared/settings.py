"""The hyperparameters that every training job of this group takes."""

import argparse
from dataclasses import asdict, dataclass, fields

from container import JobError

PRECISIONS = ("auto", "bf16", "fp32")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """How to train: what may change from run to run."""

    epochs: int
    max_steps: int
    batch_size: int
    learning_rate: float
    head_learning_rate: float
    warmup_share: float
    weight_decay: float
    seed: int
    keep_best: bool
    log_steps: int
    checkpoint_steps: int
    precision: str


def parse_settings(parser: argparse.ArgumentParser) -> Settings:
    """Read the hyperparameters from the command line, passing over unknown ones."""
    known, unknown = parser.parse_known_args()
    if unknown:
        print(f"passed over unknown hyperparameters: {' '.join(unknown)}")
    settings = Settings(**{field.name: getattr(known, field.name) for field in fields(Settings)})
    for name in ("epochs", "batch_size", "learning_rate", "log_steps", "checkpoint_steps"):
        if getattr(settings, name) <= 0:
            raise JobError(f"`{name}` must be above 0, got {getattr(settings, name)}")
    if settings.precision not in PRECISIONS:
        raise JobError(f"`precision` must be auto, bf16 or fp32, got `{settings.precision}`")
    print(" ".join(f"{name}={value}" for name, value in asdict(settings).items()), flush=True)
    return settings
