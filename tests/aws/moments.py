"""Moments at which a test acts: right before a call is done, or when several calls meet."""

import threading
from collections.abc import Callable

from tests.aws.calls import Call
from tests.aws.chosen import At, chosen


class Meeting:
    """A point at which calls wait for each other before they are done."""

    def __init__(self, parties: int, timeout: float) -> None:
        self._barrier = threading.Barrier(parties, timeout=timeout)
        self._met = threading.Event()

    @property
    def met(self) -> bool:
        """Say whether all came."""
        return self._met.is_set()

    def wait(self) -> None:
        """Wait for the others; whoever waits in vain goes on alone."""
        try:
            self._barrier.wait()
        except threading.BrokenBarrierError:
            return
        self._met.set()

    def give_up(self) -> None:
        self._barrier.abort()


class Moments:
    """What is to happen before which calls."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[Callable[[Call], bool], Callable[[Call], object]]] = []
        self._left: list[int | None] = []
        self._meetings: list[Meeting] = []

    def before(self, at: At, act: Callable[[Call], object], times: int | None) -> None:
        """Act before the next `times` calls that `at` chooses."""
        with self._lock:
            self._waiting.append((chosen(at), act))
            self._left.append(times)

    def meet(self, at: At, *, parties: int, timeout: float) -> Meeting:
        """Let the next calls that `at` chooses wait until there are as many as `parties`."""
        meeting = Meeting(parties, timeout)
        with self._lock:
            self._meetings.append(meeting)
        self.before(at, lambda _: meeting.wait(), parties)
        return meeting

    def come(self, call: Call) -> None:
        """Do what is to be done before a call."""
        for act in self._due(call):
            act(call)

    def _due(self, call: Call) -> list[Callable[[Call], object]]:
        with self._lock:
            due = []
            for index, (meant, act) in enumerate(self._waiting):
                left = self._left[index]
                if left != 0 and meant(call):
                    self._left[index] = left - 1 if left is not None else None
                    due.append(act)
            return due

    def clear(self) -> None:
        with self._lock:
            for meeting in self._meetings:
                meeting.give_up()
            self._meetings.clear()
            self._waiting.clear()
            self._left.clear()
