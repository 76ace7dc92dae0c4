"""Find what a local run of a pipeline left in the local S3."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """The outputs of one execution."""

    folder: Path

    @property
    def train(self) -> Path:
        """The folder of the training split."""
        return self.folder / "prepare" / "output" / "train"

    @property
    def test(self) -> Path:
        """The folder of the test split."""
        return self.folder / "prepare" / "output" / "test"

    @property
    def evaluation(self) -> dict[str, Any]:
        """What the step `evaluate` measured."""
        path = self.folder / "evaluate" / "output" / "report" / "evaluation.json"
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return read


def latest_run(home: Path, pipeline: str) -> Run:
    """Return the newest execution of the pipeline that prepared its data and measured a model."""
    kept = home / "s3" / "ml-dev" / "pipec" / pipeline
    reports = [
        path
        for path in kept.glob("*/evaluate/output/report/evaluation.json")
        if (path.parents[3] / "prepare" / "output" / "train").is_dir()
    ]
    if not reports:
        sys.exit(f"error: no finished run of {pipeline} in {home}, run it first with `pipec run`")
    return Run(folder=max(reports, key=lambda path: path.stat().st_mtime).parents[3])
