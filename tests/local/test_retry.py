"""A fault of the service is tried again as the policies say; nothing else is."""

from typing import Any

import pytest

from compiler.local.container import FaultError
from compiler.local.retry import read_policies, with_retries

THROTTLING = "Step.THROTTLING"
SERVICE_FAULT = "Step.SERVICE_FAULT"


def try_(faults: list[str], policies: list[Any], *, step_seconds: float = 0.0) -> list[float]:
    """Run an attempt that has these faults one after the other; return the pauses made."""
    pauses: list[float] = []
    elapsed = [0.0]
    left = list(faults)

    def attempt(number: int) -> int:
        elapsed[0] += step_seconds
        if left:
            raise FaultError(left.pop(0), f"fault {number}")
        return number

    def pause(seconds: float) -> bool:
        elapsed[0] += seconds
        pauses.append(seconds)
        return True

    read = read_policies({"RetryPolicies": policies})
    reached = with_retries(attempt, read, clock=lambda: elapsed[0], pause=pause)
    assert reached == len(faults) + 1
    return pauses


def test_the_pauses_grow() -> None:
    policy = {"ExceptionType": [THROTTLING, SERVICE_FAULT], "IntervalSeconds": 2,
              "BackoffRate": 3.0, "MaxAttempts": 3}  # fmt: skip
    assert try_([THROTTLING, SERVICE_FAULT, THROTTLING], [policy]) == [2.0, 6.0, 18.0]
    with pytest.raises(FaultError, match="fault 4"):
        try_([THROTTLING] * 4, [policy])


def test_policies_count_each_for_itself_with_the_services_defaults() -> None:
    policies = [{"ExceptionType": [THROTTLING]}, {"ExceptionType": SERVICE_FAULT}]
    assert try_([THROTTLING, SERVICE_FAULT, THROTTLING], policies) == [1.0, 1.0, 2.0]
    assert try_([THROTTLING] * 5, policies) == [1.0, 2.0, 4.0, 8.0, 16.0]
    with pytest.raises(FaultError):
        try_([THROTTLING] * 6, policies)


def test_a_time_limit_ends_the_tries() -> None:
    policy = {"ExceptionType": [THROTTLING], "IntervalSeconds": 20, "BackoffRate": 1.0,
              "ExpireAfterMin": 1}  # fmt: skip
    assert try_([THROTTLING] * 3, [policy]) == [20.0, 20.0, 20.0]
    with pytest.raises(FaultError):
        try_([THROTTLING] * 3, [policy], step_seconds=10)


def test_a_fault_that_no_policy_names_is_not_tried_again() -> None:
    with pytest.raises(FaultError, match="fault 1"):
        try_([SERVICE_FAULT], [{"ExceptionType": [THROTTLING]}])


def test_a_pause_that_is_cut_short_ends_the_tries() -> None:
    def attempt(number: int) -> None:
        raise FaultError(THROTTLING, f"fault {number}")

    policies = read_policies({"RetryPolicies": [{"ExceptionType": [THROTTLING]}]})
    with pytest.raises(FaultError, match="fault 1"):
        with_retries(attempt, policies, clock=lambda: 0.0, pause=lambda _: False)
