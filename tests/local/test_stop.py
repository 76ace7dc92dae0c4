"""Executions are stopped, killed and gone on with; jobs never outlive them."""

import json
import os
import select
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from compiler.local.parameters import ParameterError
from compiler.local.record import ExecutionBusyError, UnknownExecutionError
from tests.local.world import Step, World, rest_of

ROOT = Path(__file__).parents[2]
# Runs the definition it is given, as the command line does, and prints how that ended.
DRIVER = """
import json, sys
from pathlib import Path
from compiler.local.events import ExecutionStarted
from compiler.local.execute import execute

home, definition, grace = Path(sys.argv[1]), json.loads(sys.argv[2]), float(sys.argv[3])

def listen(event):
    if isinstance(event, ExecutionStarted):
        print(event.execution_id, flush=True)

execution = execute(definition, pipeline="lab", home=home, parameters={}, listener=listen,
                    isolation="environment", grace_seconds=grace)
kept = [[each.step, each.what] for each in execution.kept]
print(json.dumps({"status": execution.status, "kept": kept}))
"""
# Saves a checkpoint when asked to end, and ends well when it finds one.
TRAIN = """
import os, signal, sys
from pathlib import Path
base = Path(os.environ["SAGEMAKER_BASE_DIR"])
checkpoint = base / "checkpoints/last.txt"
if checkpoint.exists():
    print("went on from", checkpoint.read_text())
    sys.exit(0)

def stop(number, frame):
    checkpoint.write_text("epoch 1")
    sys.exit(0)

signal.signal(signal.SIGTERM, stop)
{before}
# Not a file object: a signal handler may not write to one that is being written to.
pipe = os.open(os.environ["PIPE"], os.O_WRONLY)
os.write(pipe, b"ready\\n")
while True:
    signal.pause()
"""
STUBBORN = """
def refuse(number, frame):
    checkpoint.write_text("epoch 1")
    os.write(pipe, b"asked\\n")

signal.signal(signal.SIGTERM, refuse)
"""


@dataclass(frozen=True, slots=True)
class Running:
    """An execution in a process of its own, whose training job is running."""

    process: "subprocess.Popen[str]"
    pipe: int
    execution_id: str

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        self.process.send_signal(signal.SIGINT)

    def result(self) -> dict[str, Any]:
        """Wait for the end and return what was printed."""
        output, _ = self.process.communicate(timeout=60)
        result: dict[str, Any] = json.loads(output.splitlines()[-1])
        return result

    def line(self) -> str:
        """Return the next line that the job tells."""
        ready, _, _ = select.select([self.pipe], [], [], 30)
        assert ready, "the job tells nothing"
        return os.read(self.pipe, 6).decode()


def steps(world: World, pipe: Path, before: str = "") -> list[Step]:
    first = world.processing("first", "print('first ran')")
    train = world.training(
        "train",
        textwrap.dedent(TRAIN).format(before=before),
        arguments={
            "CheckpointConfig": {"S3Uri": "s3://lab/checkpoints/train"},
            "Environment": {"PIPE": str(pipe)},
        },
        DependsOn=["first"],
    )
    last = world.processing("last", "print('last ran')", DependsOn=["train"])
    return [first, train, last]


@contextmanager
def running(
    world: World, pipe: Path, definition: list[Step], grace: float = 120
) -> Iterator[Running]:
    os.mkfifo(pipe)
    text = json.dumps({"Version": "2020-12-01", "Steps": definition})
    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(world.home), text, str(grace)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        start_new_session=True,
    )
    with process:
        try:
            assert process.stdout is not None
            execution_id = process.stdout.readline().strip()
            run = Running(process, os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), execution_id)
            assert run.line() == "ready\n"
            yield run
        finally:
            process.kill()


def statuses(world: World, execution_id: str) -> list[str]:
    record = json.loads((world.home / "runs" / execution_id / "run.json").read_text())
    return [record["status"], *(step["status"] for step in record["steps"])]


def test_ctrl_c_lets_jobs_save_and_the_execution_goes_on_later(
    world: World, tmp_path: Path
) -> None:
    definition = steps(world, tmp_path / "pipe")
    with running(world, tmp_path / "pipe", definition) as run:
        run.interrupt()
        assert run.result() == {
            "status": "Stopped",
            "kept": [["train", "checkpoints"], ["train", "job folder"]],
        }
        assert run.process.returncode == 0
        assert rest_of(run.pipe) == ""
    stopped = ["Stopped", "Succeeded", "Stopped", "NotStarted"]
    assert statuses(world, run.execution_id) == stopped
    assert world.s3.read("s3://lab/checkpoints/train/last.txt") == b"epoch 1"

    resumed = world.run(definition, resume=run.execution_id)
    assert resumed.execution_id == run.execution_id
    assert statuses(world, run.execution_id) == ["Succeeded"] * 4
    assert world.log(resumed, "train").endswith("went on from epoch 1\n")
    assert [step.attempts for step in resumed.record.steps] == [1, 2, 1]
    assert world.log(resumed, "first") == "first ran\n"


def test_a_second_ctrl_c_ends_jobs_at_once(world: World, tmp_path: Path) -> None:
    definition = steps(world, tmp_path / "pipe", STUBBORN)
    with running(world, tmp_path / "pipe", definition) as run:
        run.interrupt()
        assert run.line() == "asked\n"
        run.interrupt()
        assert run.result()["status"] == "Stopped"
        assert rest_of(run.pipe) == ""


def test_a_job_that_does_not_end_is_killed_after_the_grace(world: World, tmp_path: Path) -> None:
    definition = steps(world, tmp_path / "pipe", STUBBORN)
    with running(world, tmp_path / "pipe", definition, grace=0.2) as run:
        run.interrupt()
        assert run.result()["status"] == "Stopped"
        assert rest_of(run.pipe) == "asked\n"


def test_a_killed_execution_leaves_no_job_and_goes_on_later(world: World, tmp_path: Path) -> None:
    definition = steps(world, tmp_path / "pipe")
    with running(world, tmp_path / "pipe", definition) as run:
        run.process.kill()
        assert rest_of(run.pipe) == ""
    executing = ["Executing", "Succeeded", "Executing", "NotStarted"]
    assert statuses(world, run.execution_id) == executing
    world.s3.write("s3://lab/checkpoints/train/last.txt", b"epoch 1")
    resumed = world.run(definition, resume=run.execution_id)
    assert resumed.status == "Succeeded"
    assert world.log(resumed, "first") == "first ran\n"


def test_an_execution_that_runs_is_not_run_twice(world: World, tmp_path: Path) -> None:
    definition = steps(world, tmp_path / "pipe")
    with running(world, tmp_path / "pipe", definition) as run, pytest.raises(ExecutionBusyError):
        world.run(definition, resume=run.execution_id)


FLAKY = """
import os
from pathlib import Path
if not Path(os.environ["FLAG"]).exists():
    raise SystemExit(1)
"""


def test_a_failed_step_and_what_follows_run_again(world: World, tmp_path: Path) -> None:
    declared = [{"Name": "n", "Type": "Integer", "DefaultValue": 1}]
    first = world.processing("first", "print('first ran')")
    flaky = world.processing(
        "flaky", FLAKY, environment={"FLAG": str(tmp_path / "flag")}, DependsOn=["first"]
    )
    failed = world.run([first, flaky], declared=declared, parameters={"n": 2})
    assert failed.status == "Failed"
    (tmp_path / "flag").touch()
    with pytest.raises(ParameterError, match="parameter `n` was `2` in the execution"):
        world.run(
            [first, flaky], declared=declared, parameters={"n": 3}, resume=failed.execution_id
        )
    resumed = world.run([first, flaky], declared=declared, resume=failed.execution_id)
    assert (resumed.status, resumed.record.parameters) == ("Succeeded", {"n": 2})
    assert world.log(resumed, "first") == "first ran\n"


def test_a_step_that_has_changed_runs_again_with_all_that_follows(
    world: World, tmp_path: Path
) -> None:
    first = world.processing("first", "print('first ran')")
    flaky = world.processing("flaky", FLAKY, environment={"FLAG": str(tmp_path / "flag")})
    second = world.processing("second", "print('second ran')", DependsOn=["first"])
    failed = world.run([first, second, flaky], max_parallel=1)
    assert world.statuses(failed) == {
        "first": "Succeeded",
        "second": "Succeeded",
        "flaky": "Failed",
    }
    first = world.processing("first", "print('first ran changed')")
    (tmp_path / "flag").touch()
    resumed = world.run([first, second, flaky], resume=failed.execution_id)
    assert resumed.status == "Succeeded"
    assert "first ran changed" in world.log(resumed, "first")
    assert world.log(resumed, "second").count("second ran") == 2


def test_a_fault_of_the_machine_is_tried_again_and_the_attempts_are_counted(
    world: World, tmp_path: Path
) -> None:
    policy = {
        "ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"],
        "IntervalSeconds": 0,
        "MaxAttempts": 2,
    }
    environment = {"FLAG": str(tmp_path / "flag")}
    flaky = world.processing("flaky", FLAKY, environment=environment, RetryPolicies=[policy])
    failed = world.run([flaky])
    assert failed.record.steps[0].attempts == 1
    # A file where the job's folder has to be is not the script's fault.
    (failed.folder / "jobs/flaky").rename(tmp_path / "elsewhere")
    (failed.folder / "jobs/flaky").touch()
    resumed = world.run([flaky], resume=failed.execution_id)
    assert (resumed.failure_reason or "").startswith("step `flaky`: SageMaker.JOB_INTERNAL_ERROR:")
    assert resumed.record.steps[0].attempts == 4


def test_only_an_execution_of_this_pipeline_goes_on(world: World) -> None:
    one = world.processing("one", "print(1)")
    execution = world.run([one])
    for execution_id, pipeline in [("nothere00000", "lab"), ("../runs", "lab"),
                                   (execution.execution_id, "other")]:  # fmt: skip
        with pytest.raises(UnknownExecutionError):
            world.run([one], resume=execution_id, pipeline=pipeline)
