"""The report reads all that an execution writes into its record, and no other version of it."""

import json
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from compiler.local import record as local
from compiler.local.graph import read_graph
from compiler.report import record as report
from compiler.report.page import render_page

MOMENT = "2026-01-01T00:00:00.000Z"


def written(folder: Path) -> Any:
    """Return a record in which every member says something, as an execution writes it."""
    steps = {"Steps": [{"Name": "gate", "Type": "Fail", "DisplayName": "G", "Description": "d"}]}
    (step,) = local.new_step_records(read_graph(steps))
    step = replace(
        step,
        status="Failed",
        depends_on=("one",),
        branch={"condition": "one", "outcome": "then"},
        started=MOMENT,
        ended=MOMENT,
        attempts=2,
        cache_hit="abc",
        failure_reason="broken",
        log="logs/gate.log",
        arguments={"a": 1},
        properties={"p": 1},
        metrics=({"name": "m", "values": [{"index": 0, "time": MOMENT, "value": 0.5}]},),
        files={"f": {"f1": 0.5}},
        outcome="true",
        conditions=({"text": "a 1 == 1", "result": True},),
        model_package={"group": "g", "version": 1},
    )
    record = local.RunRecord(
        execution_id="abc",
        pipeline="lab",
        source="s.yaml",
        target="dev",
        status="Failed",
        failure_reason="broken",
        started=MOMENT,
        ended=MOMENT,
        parameters={"n": 1},
        environment={"python": "3"},
        steps=(step,),
    )
    local.Recorder(record, folder)
    return json.loads((folder / local.FILE).read_text(encoding="utf-8"))


def test_every_member_that_an_execution_writes_is_read(tmp_path: Path) -> None:
    record = written(tmp_path)
    run = report.read_record(record)
    (step,) = run.steps
    assert {"version", *(each.name for each in fields(run))} == set(record)
    assert {each.name for each in fields(step)} == set(record["steps"][0])
    assert not [each.name for each in fields(run) if not getattr(run, each.name)]
    assert not [each.name for each in fields(step) if not getattr(step, each.name)]
    (metric,), (condition,) = step.metrics, step.conditions
    assert (metric.values, metric.odd_values) == (((0.0, 0.5),), 0)
    assert (condition.text, condition.result) == ("a 1 == 1", True)


def test_a_record_of_another_version_is_not_read(tmp_path: Path) -> None:
    assert report.VERSION == local.VERSION
    record = written(tmp_path)
    record["version"] += 1
    with pytest.raises(ValueError, match="is of version 2, not of version 1"):
        render_page(record)
