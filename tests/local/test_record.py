"""The record of a run: quick to keep, strict JSON, and read only in the shape it was written in."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.local.graph import read_graph
from compiler.local.metrics import MetricValue
from compiler.local.record import (
    Recorder,
    RunRecord,
    UnreadableRecordError,
    new_step_records,
    read_record,
)
from tests.local.world import World, fail


def recorder(folder: Path) -> Recorder:
    """Return the recorder of an execution with one step."""
    record = RunRecord(
        execution_id="abc",
        pipeline="lab",
        source=None,
        target=None,
        status="Executing",
        failure_reason=None,
        started="2026-01-01T00:00:00.000Z",
        ended=None,
        parameters={},
        environment={},
        steps=new_step_records(read_graph({"Steps": [fail("one")]})),
    )
    return Recorder(record, folder)


def strict(folder: Path) -> Any:
    """Return the record on disk, which must be JSON."""

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads((folder / "run.json").read_text(), parse_constant=refuse)


def test_many_values_of_a_metric_take_the_time_of_few(tmp_path: Path) -> None:
    kept = recorder(tmp_path)
    begun = time.process_time()
    for index in range(40_000):
        kept.add_metric("one", MetricValue(name="loss", index=index, time="now", value=0.5))
    assert time.process_time() - begun < 2
    kept.update(status="Failed")
    assert [len(each["values"]) for each in strict(tmp_path)["steps"][0]["metrics"]] == [40_000]
    kept.update_step("one", metrics=())
    assert strict(tmp_path)["steps"][0]["metrics"] == []


def test_numbers_that_are_not_finite_are_written_as_null(tmp_path: Path) -> None:
    kept = recorder(tmp_path)
    for index, value in enumerate([0.5, float("nan"), float("inf")]):
        kept.add_metric("one", MetricValue(name="loss", index=index, time="now", value=value))
    kept.update_step("one", files={"f": {"x": float("-inf")}})
    step = strict(tmp_path)["steps"][0]
    assert [each["value"] for each in step["metrics"][0]["values"]] == [0.5, None, None]
    assert step["files"] == {"f": {"x": None}}


def _no_step(record: Any) -> None:
    del record["steps"][0]["status"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda record: record.update(version=2), "is of version 2, not of version 1"),
        (lambda record: record.pop("version"), "is of version None, not of version 1"),
        (lambda record: record.update(more=1), "has not the members that pipec writes"),
        (lambda record: record.update(parameters=[]), "`parameters` is a list"),
        (lambda record: record.update(steps=["one"]), "has not the members that pipec writes"),
        (_no_step, "has not the members that pipec writes"),
    ],
)
def test_a_record_of_another_version_or_shape_is_not_gone_on_with(
    world: World, change: Callable[[Any], object], said: str
) -> None:
    step = world.processing("one", "raise SystemExit(1)")
    execution = world.run([step])
    file = execution.folder / "run.json"
    record = json.loads(file.read_text())
    change(record)
    file.write_text(json.dumps(record))
    with pytest.raises(UnreadableRecordError, match=said):
        world.run([step], resume=execution.execution_id)


@pytest.mark.parametrize("text", ["", "[]", "{", "[" * 200_000, "\xff"])
def test_what_is_no_record_is_not_read(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "runs" / "abc"
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(text, encoding="latin-1")
    with pytest.raises(UnreadableRecordError):
        read_record(tmp_path, "abc")


def test_a_run_whose_definition_is_gone_is_not_gone_on_with(world: World) -> None:
    step = world.processing("one", "raise SystemExit(1)")
    execution = world.run([step])
    (execution.folder / "definition.json").unlink()
    with pytest.raises(UnreadableRecordError, match=r"definition\.json"):
        world.run([step], resume=execution.execution_id)
