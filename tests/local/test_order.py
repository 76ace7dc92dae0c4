"""Steps start when what they wait for has ended, and only then."""

import os
from pathlib import Path

import pytest

from tests.local.world import World, condition, equals


def test_dependents_of_a_skipped_step_are_skipped(world: World) -> None:
    inner = world.processing("inner", "print(1)")
    after = world.processing("after", "print(1)", DependsOn=["inner"])
    last = world.processing("last", "print(1)", DependsOn=["after"])
    execution = world.run([last, after, condition("gate", [equals(1, 2)], [inner])])
    assert execution.status == "Succeeded"
    assert world.statuses(execution) == dict.fromkeys(("last", "after", "inner"), "Skipped") | {
        "gate": "Succeeded"
    }


def test_a_step_that_waits_for_a_failure_runs_then(world: World) -> None:
    bad = world.processing("bad", "raise SystemExit(1)")
    rescue = world.processing(
        "rescue", "print(1)", DependsOn=[{"Step": "bad", "Trigger": "Failed"}]
    )
    execution = world.run([bad, rescue])
    assert execution.status == "CompletedWithFailures"
    assert world.statuses(execution) == {"bad": "Failed", "rescue": "Succeeded"}


MEET = """
import os
first, second = os.environ["PIPES"].split(",")
if os.environ["ME"] == "one":
    open(first, "w").close(), open(second).close()
else:
    open(first).close(), open(second, "w").close()
"""


@pytest.mark.parametrize(
    ("max_parallel", "seconds", "status"), [(2, 60, "Succeeded"), (1, 1, "Failed")]
)
def test_as_many_steps_run_at_the_same_time_as_allowed(
    world: World, tmp_path: Path, max_parallel: int, seconds: int, status: str
) -> None:
    pipes = [str(tmp_path / name) for name in ("there", "back")]
    for pipe in pipes:
        os.mkfifo(pipe)
    # Each opens a pipe that only the other one opens at the other end, so they have to meet.
    steps = [
        world.processing(me, MEET, environment={"ME": me, "PIPES": ",".join(pipes)})
        for me in ("one", "two")
    ]
    for step in steps:
        step["Arguments"]["StoppingCondition"] = {"MaxRuntimeInSeconds": seconds}
    execution = world.run(steps, max_parallel=max_parallel)
    assert execution.status == status
    if status == "Failed":
        assert execution.failure_reason == (
            "step `one`: MaxRuntimeExceeded: the job ran longer than 1 seconds"
        )


def test_running_steps_finish_after_a_failure_and_no_other_starts(
    world: World, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    environment = {"PIPE": str(tmp_path / "pipe")}
    bad = world.processing(
        "bad", "import os; open(os.environ['PIPE']).close(); raise SystemExit(1)",
        environment=environment)  # fmt: skip
    slow = world.processing(
        "slow", "import os; open(os.environ['PIPE'], 'w').close()", environment=environment
    )
    later = world.processing("later", "print(1)", DependsOn=["slow"])
    execution = world.run([bad, slow, later], max_parallel=2)
    assert execution.status == "Failed"
    statuses = world.statuses(execution)
    assert (statuses["bad"], statuses["slow"]) == ("Failed", "Succeeded")
