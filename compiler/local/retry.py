"""Try a step again as its RetryPolicies say.

A policy names exceptions of the service: Step.SERVICE_FAULT, Step.THROTTLING,
SageMaker.JOB_INTERNAL_ERROR, SageMaker.CAPACITY_ERROR, SageMaker.RESOURCE_LIMIT. A script that
fails is none of them, in SageMaker and here, so a failing script is NOT tried again. What does
arise here are faults of the machine: a process that cannot be started (Step.SERVICE_FAULT), a
job's supervisor that was killed or a file system that fails (SageMaker.JOB_INTERNAL_ERROR).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from compiler.local.container import FaultError
from compiler.local.resolve import Json

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """For which exceptions a step is tried again, how often and how soon."""

    exception_types: frozenset[str]
    interval_seconds: float
    backoff_rate: float
    max_attempts: int | None
    expire_after_seconds: float | None

    def wait(self, retry: int, elapsed: float) -> float | None:
        """Return the seconds before the `retry`-th retry (from 1), or None for no more."""
        if self.max_attempts is not None and retry > self.max_attempts:
            return None
        seconds = self.interval_seconds * self.backoff_rate ** (retry - 1)
        limit = self.expire_after_seconds
        return None if limit is not None and elapsed + seconds > limit else seconds


def read_policies(step: Mapping[str, Json]) -> tuple[Policy, ...]:
    """Return the retry policies of a step, with the service's defaults."""
    return tuple(_policies(step))


def _policies(step: Mapping[str, Json]) -> Iterator[Policy]:
    for each in step.get("RetryPolicies") or ():
        types = each["ExceptionType"]
        minutes = each.get("ExpireAfterMin")
        yield Policy(
            exception_types=frozenset([types] if isinstance(types, str) else types),
            interval_seconds=float(each.get("IntervalSeconds", 1)),
            backoff_rate=float(each.get("BackoffRate", 2.0)),
            max_attempts=each.get("MaxAttempts", None if minutes else 5),
            expire_after_seconds=minutes * 60.0 if minutes else None,
        )


def with_retries(
    attempt: Callable[[int], T],
    policies: tuple[Policy, ...],
    *,
    clock: Callable[[], float],
    pause: Callable[[float], bool],
) -> T:
    """Call `attempt` with 1, 2, … until it returns, or raises a fault that no policy covers.

    `pause` waits for so many seconds and returns False when the wait was cut short.
    """
    started = clock()
    used = [0] * len(policies)
    number = 1
    while True:
        try:
            return attempt(number)
        except FaultError as fault:
            for place, policy in enumerate(policies):
                if fault.exception_type in policy.exception_types:
                    used[place] += 1
                    seconds = policy.wait(used[place], clock() - started)
                    break
            else:
                seconds = None
            if seconds is None or not pause(seconds):
                raise
        number += 1
