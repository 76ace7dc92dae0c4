"""How executions go: by a script of frames, of which each poll shows one.

DescribePipelineExecution and the first page of ListPipelineExecutionSteps are polls. Both show the
same frame, whichever comes first; asking the same again moves on to the next one. All frames but
the last are Executing, the last has the status at the end. An execution without a script goes on
Executing without steps.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from tests.aws.calls import Call
from tests.aws.world import Execution, Frame, Script, World

ENDED = frozenset({"Succeeded", "Failed", "Stopped"})
ENDLESS = Script(polls=((),), status="Executing")


def step(name: str, status: str = "Succeeded", **members: Any) -> dict[str, Any]:
    """Return the state of a step as ListPipelineExecutionSteps has it."""
    return {"StepName": name, "StepStatus": status, "AttemptCount": 1, **members}


def next_script(world: World) -> Script:
    """Return the script that waits for the next execution."""
    return world.scripts.popleft() if world.scripts else ENDLESS


def frames_of(script: Script, start: datetime) -> tuple[Frame, ...]:
    """Return the frames of a script; steps start and end a second after each other."""
    polls = [timed(script.polls, index, start) for index in range(len(script.polls))]
    running = [Frame(status="Executing", steps=steps) for steps in polls[:-1]]
    end = polls[-1] if polls else ()
    return (*running, Frame(status=script.status, steps=end, failure=script.failure))


def timed(
    polls: Sequence[Sequence[dict[str, Any]]], index: int, start: datetime
) -> tuple[dict[str, Any], ...]:
    """Return the steps of a poll with the times that the script leaves out."""

    def since(name: str, status: frozenset[str] | None) -> datetime:
        shown = (
            at
            for at, steps in enumerate(polls)
            for state in steps
            if state["StepName"] == name and (status is None or state["StepStatus"] in status)
        )
        return start + timedelta(seconds=next(shown))

    done = []
    for state in polls[index]:
        times = {"StartTime": since(state["StepName"], None)}
        if state["StepStatus"] in ENDED:
            times["EndTime"] = since(state["StepName"], ENDED)
        done.append({**times, **state})
    return tuple(done)


def poll(world: World, call: Call) -> Execution:
    """Return an execution in its next frame, if this was asked of the present one before."""
    run = world.execution(call.request["PipelineExecutionArn"])
    if call.operation in run.polled:
        last = len(run.frames) - 1
        run = replace(run, at=min(run.at + 1, last), polled=frozenset())
    run = replace(run, polled=run.polled | {call.operation})
    world.executions[run.arn] = run
    return run


def stopped(run: Execution, now: datetime) -> Execution:
    """Return an execution that is Stopping in the next frame and Stopped in the last."""
    frames = tuple(
        Frame(status=status, steps=tuple(stopped_step(state, status, now) for state in steps))
        for steps in [run.frame.steps]
        for status in ("Stopping", "Stopped")
    )
    return replace(run, frames=frames, at=0, polled=frozenset(), modified=now)


def stopped_step(state: dict[str, Any], status: str, now: datetime) -> dict[str, Any]:
    """Return the state of a step while its execution stops."""
    if state["StepStatus"] in ENDED:
        return state
    ended = {"EndTime": now} if status == "Stopped" else {}
    return {**state, "StepStatus": status, **ended}
