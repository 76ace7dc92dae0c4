"""What a template declares, held against the step that fills it in."""

from pathlib import Path

import pytest

from compiler.diagnostics.span import Span
from tests.specs import JOB_DEFAULTS, Workshop

TEMPLATE = """\
description: Say hello.
steps: [training]
entry: hello.py
hyperparameters:
  epochs: {type: integer, required: true, minimum: 1, maximum: 9}
  rate: {type: number, default: 0.1, maximum: 1}
  precision: {type: string, default: fp32, enum: [fp32, bf16]}
metrics: {loss: 'loss=([0-9.]+)'}
logs: ["step 10 loss=0.5432", "state=done"]
"""
STEP = "storage: s3://bucket/x\nsteps:\n  train:\n    type: {kind}\n    code: {{template: hello}}\n"
TUNING = """\
    limits: {max_jobs: 2}
    objective: {metric: loss, type: Minimize}
"""


def found(root: Path, kind: str, fields: str, head: str = "") -> list[tuple[str, str]]:
    workshop = Workshop(root)
    workshop.write("templates/hello/template.yaml", TEMPLATE)
    workshop.write("templates/hello/hello.py.j2", "print('loss=1')\n")
    more = TUNING if kind == "tuning" else ""
    body = head + JOB_DEFAULTS + STEP.format(kind=kind) + more + fields
    diagnostics = workshop.compile(body).diagnostics
    return [(each.code.id, _text(each.span)) for each in diagnostics]


def _text(span: Span) -> str:
    return span.text.strip().split("\n")[0]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("    hyperparameters: {epochs: 3, precision: bf16}\n", []),
        ("    hyperparameters: {rate: 0.1}\n", [("E620", "{rate: 0.1}")]),
        ("    hyperparameters: {epochs: 3, precision: bf61}\n", [("E204", "bf61")]),
        ("    hyperparameters: {epochs: 10}\n", [("E205", "10")]),
        (
            "    hyperparameters: {epochs: 1}\n    metrics: {loss: 'loss: ([0-9.]+)'}\n",
            [("W620", "'loss: ([0-9.]+)'")],
        ),
        (
            "    hyperparameters: {epochs: 1}\n    metrics: {state: 'state=(.*)'}\n",
            [("W620", "'state=(.*)'")],
        ),
        ("    hyperparameters: {epochs: 1}\n    metrics: {own: 'step ([0-9]+)'}\n", []),
    ],
)
def test_the_values_of_a_training_are_checked(
    fields: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert found(tmp_path, "training", fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("    ranges: {epochs: {type: integer, min: 1, max: 9}}\n", []),
        ("    ranges: {epochs: {values: [1, 3]}}\n", []),
        ("    ranges: {epochs: {type: integer, min: 1, max: 10}}\n", [("E205", "10")]),
        ("    ranges: {epochs: {type: continuous, min: 1, max: 9}}\n", [("E303", "continuous")]),
        (
            "    ranges: {epochs: {values: [1]}, rat: {type: continuous, min: 0.1, max: 1}}\n",
            [("E317", "rat")],
        ),
        (
            "    hyperparameters: {epochs: 1}\n    ranges: {precision: {values: [fp32, fp16]}}\n",
            [("E204", "fp16")],
        ),
        ("    ranges: {rate: {type: continuous, min: 0.1, max: 1}}\n", [("E620", "train")]),
    ],
)
def test_the_ranges_of_a_tuning_are_checked(
    fields: str, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert found(tmp_path, "tuning", fields) == expected


def test_the_default_of_a_parameter_is_checked(tmp_path: Path) -> None:
    head = "parameters: {epochs: {type: integer, default: 10}}\n"
    fields = '    hyperparameters: {epochs: "${{ parameters.epochs }}"}\n'
    assert found(tmp_path, "training", fields, head) == [("E205", "10")]
