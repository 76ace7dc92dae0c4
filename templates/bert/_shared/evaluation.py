"""Write the measures of a model beside those of simple baselines."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def valued(name: str, measures: Mapping[str, float]) -> dict[str, dict[str, float]]:
    """Return the measures as the model registry reads them, and write a line of them to the log."""
    print(f"{name}:", *(f"{measure}={value:.4f}" for measure, value in measures.items()))
    return {measure: {"value": value} for measure, value in measures.items()}


def write_evaluation(report: Path, evaluation: Mapping[str, Any]) -> None:
    """Write evaluation.json into `report`."""
    report.mkdir(parents=True, exist_ok=True)
    text = json.dumps(evaluation, indent=2) + "\n"
    (report / "evaluation.json").write_text(text, encoding="utf-8")
