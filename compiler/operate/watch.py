"""Follow an execution: ask at first often and then seldom, and tell what has become another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from compiler.deploy.aws import Aws, AwsError
from compiler.operate.clock import Clock
from compiler.operate.executions import Execution, read_execution
from compiler.operate.step_runs import StepRun, read_step_runs

FIRST_SECONDS, GROWTH = 2.0, 1.5
# Each is some attempts already; an hour's work need not be lost sight of for a bad minute.
MOST_FAILURES = 5


class StillRunningError(Exception):
    """The time to watch is over, and the execution is not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """How an execution stands, and the steps that stand otherwise than when last seen."""

    execution: Execution
    steps: tuple[StepRun, ...]
    changed: tuple[StepRun, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Unseen:
    """That AWS could not be asked; it will be again in `seconds`."""

    error: AwsError
    seconds: float


Event: TypeAlias = Seen | Unseen


def watch(
    aws: Aws, arn: str, *, clock: Clock, longest: float, timeout: float | None = None
) -> Iterator[Event]:
    """Yield how an execution stands whenever something has changed, until it is over.

    Asks again after some seconds, `longest` at most, and a last time after `timeout` seconds.
    Raises StillRunningError if it is not over then, AwsError when AWS fails for good, and
    NotDoneError if there is no such execution.
    """
    end = clock.now() + timeout if timeout is not None else None
    before: dict[tuple[str, str, int], StepRun] = {}
    status = ""
    wait, failures = min(FIRST_SECONDS, longest), 0
    while True:
        try:
            seen = _look(aws, arn, before)
            failures = 0
        except AwsError as error:
            failures += 1
            if not error.is_passing or failures >= MOST_FAILURES:
                raise
            wait = longest
            yield Unseen(error=error, seconds=_until(end, wait, clock))
        else:
            if seen.changed or seen.execution.status != status:
                wait = min(FIRST_SECONDS, longest)
                yield seen
            if seen.execution.is_over:
                return
            before = {run.key: run for run in seen.steps}
            status = seen.execution.status
        if end is not None and clock.now() >= end:
            raise StillRunningError
        clock.sleep(_until(end, wait, clock))
        wait = min(wait * GROWTH, longest)


def _until(end: float | None, wait: float, clock: Clock) -> float:
    """Return how long to wait, which is not beyond the end."""
    return min(wait, max(0.0, end - clock.now())) if end is not None else wait


def _look(aws: Aws, arn: str, before: dict[tuple[str, str, int], StepRun]) -> Seen:
    # In this order: of an execution that is over, the steps that are listed are all.
    execution = read_execution(aws, arn)
    steps = read_step_runs(aws, arn)
    changed = tuple(run for run in steps if before.get(run.key) != run)
    return Seen(execution=execution, steps=steps, changed=changed)
