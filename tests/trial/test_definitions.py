"""Definitions that the SDKs made can be evaluated: with stand-ins, every reference has a value."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.trial.evaluate import NotGivenError, evaluate
from compiler.trial.given import Given
from compiler.trial.outputs import Outputs
from compiler.trial.stand_ins import Scene
from tests.conftest import ROOT

DEFINITIONS = [
    path
    for path in sorted((ROOT / "tests" / "conformance").glob("*/*.json"))
    if path.stem in ("v2", "v3", "by_hand")
]
VALUES: dict[str, Any] = {"Integer": 1, "Float": 1.0, "Boolean": True}


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_nothing_fails_for_want_of_a_value(path: Path) -> None:
    definition = json.loads(path.read_text("utf-8"))
    given = Given(
        parameters={
            each["Name"]: each.get("DefaultValue", VALUES.get(each.get("Type"), "x"))
            for each in definition.get("Parameters") or ()
        }
    )
    try:
        evaluation = evaluate(definition, given, Outputs(step_types={}), Scene(), "lab")
    except NotGivenError:
        # The definition decides by something, which a test would give.
        return
    failed = [
        f"{name}: {step.failure}"
        for name, step in evaluation.steps.items()
        if step.status == "Failed" and step.node.type != "Fail"
    ]
    assert failed == []
