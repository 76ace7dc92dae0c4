"""What fails beside the scripts: listeners, pipec itself, files that are not what they were."""

import json
import sqlite3
import threading
from typing import Any

import pytest

from compiler.local.events import Event, StepMetric, StepWarned
from compiler.local.execute import execute
from compiler.local.run_step import run_step
from compiler.local.schedule import Schedule
from tests.local.test_execute import DECLARED, pipeline
from tests.local.world import CACHED, World, fail, join, output_of


def test_a_listener_that_fails_is_told_nothing_more_and_no_step_fails(world: World) -> None:
    told: list[Event] = []

    def listener(event: Event) -> None:
        told.append(event)
        if isinstance(event, StepMetric):
            raise BrokenPipeError(32, "Broken pipe")

    definition = {"Version": "2020-12-01", "Parameters": DECLARED, "Steps": pipeline(world)}
    execution = execute(
        definition,
        pipeline="lab",
        home=world.home,
        parameters={},
        isolation="environment",
        listener=listener,
    )
    assert (execution.status, execution.failure_reason) == ("Succeeded", None)
    assert isinstance(execution.listener_error, BrokenPipeError)
    assert isinstance(told[-1], StepMetric)
    record = json.loads((execution.folder / "run.json").read_text())
    assert (record["status"], record["ended"] is not None) == ("Succeeded", True)


@pytest.mark.parametrize("where", ["_start", "_take", "_work"])
def test_an_error_of_pipec_ends_the_steps_and_is_recorded(
    world: World, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    real = getattr(Schedule, where)

    def broken(schedule: Schedule, subject: Any) -> None:
        if where == "_take" or subject.name == "second":
            raise RuntimeError("out of threads")
        real(schedule, subject)

    steps = [world.processing("first", "import time; time.sleep(60)"),
             world.processing("second", "print(2)")]  # fmt: skip
    if where == "_take":
        steps[1] = fail("second")
    if where == "_work":
        monkeypatch.setattr("compiler.local.execute.run_step", _raising(run_step))
    else:
        monkeypatch.setattr(Schedule, where, broken)
    with pytest.raises(RuntimeError, match="out of threads"):
        world.run(steps, max_parallel=2)
    assert not [each for each in threading.enumerate() if each.name.startswith("step ")]
    (file,) = (world.home / "runs").glob("*/run.json")
    record = json.loads(file.read_text())
    assert (record["status"], record["ended"] is not None) == ("Failed", True)
    assert "out of threads" in record["failure_reason"]
    assert "Executing" not in [step["status"] for step in record["steps"]]


def _raising(real: Any) -> Any:
    def broken(node: Any, *rest: Any) -> Any:
        if node.name == "second":
            raise RuntimeError("out of threads")
        return real(node, *rest)

    return broken


def test_a_property_file_that_is_nested_too_deep_is_warned_about(world: World) -> None:
    script = """
    import os
    from pathlib import Path
    base = Path(os.environ["PROCESSING_BASE_DIR"])
    (base / "output/report/deep.json").write_text("[" * 200_000 + "]" * 200_000)
    """
    file = {"PropertyFileName": "deep", "OutputName": "report", "FilePath": "deep.json"}
    execution = world.run(
        [world.processing("one", script, outputs=("report",), PropertyFiles=[file])]
    )
    assert execution.status == "Succeeded"
    assert execution.record.steps[0].files == {}
    assert ["is nested more than 100 deep" in e.message for e in world.events
            if isinstance(e, StepWarned)] == [True]  # fmt: skip


def test_a_log_level_that_is_none_fails_the_step(world: World) -> None:
    step = world.training(
        "fit", "print(1)", hyperparameters={"sagemaker_container_log_level": "debug"}
    )
    reason = world.run([step]).failure_reason or ""
    assert reason.startswith("step `fit`: hyperparameter `sagemaker_container_log_level`: `debug`")


@pytest.mark.parametrize("text", ["not a database" * 100, "CREATE TABLE steps (name TEXT)"])
def test_a_cache_that_cannot_be_used_is_warned_about(world: World, text: str) -> None:
    world.home.mkdir()
    file = world.home / "cache.db"
    if text.startswith("CREATE"):
        with sqlite3.connect(file) as database:
            database.execute(text)
    else:
        file.write_text(text)
    execution = world.run([world.processing("one", "print(1)", CacheConfig=CACHED)])
    assert execution.status == "Succeeded"
    assert len([each for each in world.events if isinstance(each, StepWarned)]) == 2


def test_a_registry_that_cannot_be_used_fails_the_step(world: World) -> None:
    steps = pipeline(world)
    world.registry.file.write_text("not a database" * 100)
    execution = world.run(steps, declared=DECLARED)
    assert (execution.failure_reason or "").startswith("step `register`: the model registry: ")


def test_all_json_that_is_left_is_strict(world: World) -> None:
    script = """
    import os
    from pathlib import Path
    base = Path(os.environ["PROCESSING_BASE_DIR"])
    (base / "output/report/e.json").write_text('{"f1": NaN}')
    """
    file = {"PropertyFileName": "e", "OutputName": "report", "FilePath": "e.json"}
    evaluate = world.processing(
        "evaluate", script, outputs=("report",), PropertyFiles=[file], CacheConfig=CACHED
    )
    train = world.training(
        "train", "print('loss=nan')", metrics={"loss": "loss=(.*)"}, CacheConfig=CACHED
    )
    statistics = {"ContentType": "t", "S3Uri": join(output_of("evaluate", "report"), "/e.json")}
    register = {
        "Name": "register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": "group",
            "ModelMetrics": {"ModelQuality": {"Statistics": statistics}},
        },
    }
    execution = world.run([evaluate, train, register])
    assert execution.status == "Succeeded"
    texts = [path.read_text() for path in execution.folder.rglob("*.json")]
    for name, columns, table in [("cache", "properties, metrics", "steps"),
                                 ("registry", "metrics, arguments", "packages")]:  # fmt: skip
        with sqlite3.connect(world.home / f"{name}.db") as database:
            rows = database.execute(f"SELECT {columns} FROM {table}").fetchall()  # noqa: S608
            texts += [text for row in rows for text in row]
    assert len(texts) > 6

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    for text in texts:
        json.loads(text, parse_constant=refuse)
