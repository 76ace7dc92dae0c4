"""Find what a local run of a pipeline read and measured."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One execution: its splits, and what its step `evaluate` measured on the test."""

    name: str
    train: Path
    test: Path
    evaluation: dict[str, Any]


def latest_run(home: Path, pipeline: str) -> Run:
    """Return the newest execution of the pipeline that measured a model itself."""
    records = []
    for path in (home / "runs").glob("*/run.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        steps = {step["name"]: step for step in record["steps"]}
        evaluate = steps.get("evaluate")
        if record["pipeline"] != pipeline or not evaluate or evaluate["cache_hit"]:
            continue
        if evaluate["status"] == "Succeeded":
            records.append((evaluate["ended"], record["execution_id"], evaluate["arguments"]))
    if not records:
        sys.exit(f"error: no finished run of {pipeline} in {home}, run it first with `pipec run`")
    _, name, arguments = max(records, key=lambda each: each[0])
    inputs = {each["InputName"]: each["S3Input"] for each in arguments["ProcessingInputs"]}
    (report,) = arguments["ProcessingOutputConfig"]["Outputs"]
    measured = _local(home, report["S3Output"]["S3Uri"]) / "evaluation.json"
    return Run(
        name=name,
        train=_local(home, inputs["train"]["S3Uri"]),
        test=_local(home, inputs["test"]["S3Uri"]),
        evaluation=json.loads(measured.read_text(encoding="utf-8")),
    )


def _local(home: Path, address: str) -> Path:
    return home / "s3" / address.removeprefix("s3://")
