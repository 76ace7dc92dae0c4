"""Where a SageMaker container keeps a job's files, and how a job tells that it failed."""

import os
import sys
from collections.abc import Callable
from pathlib import Path


class JobError(Exception):
    """A mistake in the job's data or settings, said in one line."""


def base_dir() -> Path:
    """Return the folder that is /opt/ml in a container."""
    return Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))


def processing_dir() -> Path:
    """Return the folder that holds a processing job's `input` and `output`."""
    return Path(os.environ.get("PROCESSING_BASE_DIR", "/opt/ml/processing"))


def model_dir() -> Path:
    """Return the folder whose content becomes model.tar.gz."""
    return Path(os.environ.get("SM_MODEL_DIR") or base_dir() / "model")


def checkpoint_dir() -> Path:
    """Return the folder that survives an interruption of a training job."""
    return base_dir() / "checkpoints"


def channel(name: str) -> Path | None:
    """Return the folder of the input channel `name`, None if the job has no such channel."""
    told = os.environ.get(f"SM_CHANNEL_{name.upper()}")
    folder = Path(told) if told else base_dir() / "input" / "data" / name
    return folder if folder.is_dir() else None


def required_channel(name: str) -> Path:
    """Return the folder of the input channel `name`, or fail the job."""
    folder = channel(name)
    if folder is None:
        raise JobError(f"the channel `{name}` is missing")
    return folder


def boolean(text: str) -> bool:
    """Read a boolean hyperparameter: launchers spell it True, true or 1."""
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    try:
        return words[text.strip().lower()]
    except KeyError:
        raise ValueError(f"`{text}` is neither true nor false") from None


def run_training(main: Callable[[], None]) -> None:
    """Run a training job; a failure also goes where SageMaker reads FailureReason."""
    _run(main, base_dir() / "output" / "failure")


def run_processing(main: Callable[[], None]) -> None:
    """Run a processing job; a failure also goes where SageMaker reads ExitMessage."""
    _run(main, base_dir() / "output" / "message")


def _run(main: Callable[[], None], told_in: Path) -> None:
    try:
        main()
    except JobError as error:
        _tell(told_in, str(error))
        sys.exit(f"error: {error}")
    except Exception as error:
        # The job ends here whatever happened: leave the reason, then the traceback.
        _tell(told_in, f"{type(error).__name__}: {error}")
        raise


def _tell(told_in: Path, reason: str) -> None:
    # SageMaker reads the first KiB of the file.
    try:
        told_in.parent.mkdir(parents=True, exist_ok=True)
        told_in.write_text(reason[:1000] + "\n", encoding="utf-8")
    except OSError as error:
        print(f"warning: could not write {told_in}: {error}", file=sys.stderr)
