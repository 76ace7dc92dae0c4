"""Faults on the way to AWS and back, each for the calls that a test chooses."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tests.aws.calls import Call, Named
from tests.aws.chosen import At, chosen
from tests.aws.refusals import RefusedError, broken, denied, throttled

Kind = Literal["throttle", "error", "denied", "reset", "lost", "timeout"]
How = Kind | RefusedError

REFUSALS: dict[str, Callable[[Named], RefusedError]] = {
    "throttle": throttled,
    "error": broken,
    "denied": denied,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """What goes wrong.

    - `refusal`: an error is answered, and nothing is done
    - `reset`: the connection is reset before anything is done
    - `lost`: the call is done, then the connection is reset
    - `timeout`: no answer comes; `forwarded` says whether the call is done all the same
    """

    how: How
    forwarded: bool

    @property
    def name(self) -> str:
        return self.how.code if isinstance(self.how, RefusedError) else self.how

    def refusal(self, named: Named) -> RefusedError | None:
        """Return the error that is answered, if one is."""
        if isinstance(self.how, RefusedError):
            return self.how
        make = REFUSALS.get(self.how)
        return make(named) if make is not None else None


class Faults:
    """The faults that wait for their calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Callable[[Call], bool], Fault]] = []
        self._left: list[int | None] = []

    def add(self, how: How, *, at: At, times: int | None, forwarded: bool) -> None:
        """Let the next `times` calls that `at` chooses go wrong, or all if that is None."""
        fault = Fault(how=how, forwarded=forwarded or how == "lost")
        with self._lock:
            self._waiting.append((chosen(at), fault))
            self._left.append(times)

    def take(self, call: Call) -> Fault | None:
        """Return the first fault that is meant for a call, and count it."""
        with self._lock:
            for index, (meant, fault) in enumerate(self._waiting):
                left = self._left[index]
                if left != 0 and meant(call):
                    self._left[index] = left - 1 if left is not None else None
                    return fault
            return None

    @property
    def pending(self) -> int:
        """Count the faults that still wait for a call."""
        with self._lock:
            return sum(left != 0 for left in self._left if left is not None)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()
            self._left.clear()
