"""Run a generated script as its container would."""

import os
import subprocess
import sys
import tarfile
from pathlib import Path

QUICK = (
    "--log_steps=2",
    "--learning_rate=0.003",
    "--batch_size=16",
    "--keep_best=True",
    "--not_known",
    "1",
)


def start(entry: Path, base: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script with `base` as /opt/ml."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SM_")}
    environment = clean | {
        "SAGEMAKER_BASE_DIR": str(base),
        "PROCESSING_BASE_DIR": str(base / "processing"),
    }
    command = [sys.executable, str(entry), *arguments]
    return subprocess.run(
        command, env=environment, cwd=base, capture_output=True, text=True, check=False
    )


def log_of(done: subprocess.CompletedProcess[str]) -> str:
    """Return what a job printed that must have succeeded."""
    assert done.returncode == 0, done.stderr
    return done.stdout


def pack(model: Path, archive: Path) -> None:
    """Pack a model as SageMaker does."""
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as packed:
        packed.add(model, arcname=".")
