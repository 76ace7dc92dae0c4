"""Start steps when what they wait for has ended, several at a time, until none is left."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from queue import SimpleQueue
from types import FrameType

from compiler.local.container import Stopper
from compiler.local.events import (
    ConditionEvaluated,
    Event,
    ModelRegistered,
    StepFinished,
    StopRequested,
)
from compiler.local.graph import (
    Decision,
    Graph,
    Node,
    Status,
    decide,
    failure_of,
    status_at_end,
)
from compiler.local.moment import now
from compiler.local.record import Recorder
from compiler.local.step_type import StepResult


@dataclass(frozen=True, kw_only=True, slots=True)
class Ending:
    """How the execution as a whole has ended."""

    status: str
    failure_reason: str | None


@dataclass(frozen=True, slots=True)
class _Ended:
    node: Node
    seconds: float
    result: StepResult | BaseException


class _Interrupt:
    """The user wants to stop."""


class Schedule:
    """Runs the steps of a graph; `run_step` is called in a thread for each."""

    def __init__(
        self,
        graph: Graph,
        recorder: Recorder,
        *,
        run_step: Callable[[Node], StepResult],
        tell: Callable[[Event], None],
        stopper: Stopper,
        grace_seconds: float,
        max_parallel: int,
    ) -> None:
        self._graph = graph
        self._recorder = recorder
        self._run_step = run_step
        self._tell = tell
        self._stopper = stopper
        self._grace_seconds = grace_seconds
        self._max_parallel = max_parallel
        # Its `put` may be called in a signal handler, which a Queue's may not.
        self._inbox: SimpleQueue[_Ended | _Interrupt] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._running = 0
        self._first_failure: str | None = None
        self._halted = False
        self._crash: BaseException | None = None

    def run(self) -> Ending:
        """Run all steps that come to run, and say how the execution ended.

        When it returns or raises, no step runs any more.
        """
        with self._signals():
            try:
                self._run_all()
            except BaseException:
                self._stopper.kill()
                raise
            finally:
                for thread in self._threads:
                    thread.join()
        if self._crash is not None:
            raise self._crash
        return self._ending()

    def _run_all(self) -> None:
        while True:
            self._start_ready()
            if not self._running:
                return
            match self._inbox.get():
                case _Ended() as ended:
                    self._running -= 1
                    self._take(ended)
                case _Interrupt():
                    self._interrupt()

    @contextmanager
    def _signals(self) -> Iterator[None]:
        """Turn Ctrl-C and a polite kill into messages, so that they never tear a change apart."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def interrupt(_number: int, _frame: FrameType | None) -> None:
            self._inbox.put(_Interrupt())

        earlier = {n: signal.signal(n, interrupt) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in earlier.items():
                signal.signal(number, handler)

    def _interrupt(self) -> None:
        again = self._stopper.stopping
        self._tell(StopRequested(grace_seconds=self._grace_seconds, at_once=again))
        if again:
            self._stopper.kill()
        else:
            self._stopper.stop()

    def _start_ready(self) -> None:
        """Skip what will not run, as far as one skip decides over the next, and start the rest."""
        while skipped := [node for node, decision in self._decisions() if decision == "skip"]:
            for node in skipped:
                self._skip(node)
        for node, decision in self._decisions():
            if decision == "run" and self._may_start():
                self._start(node)

    def _decisions(self) -> list[tuple[Node, Decision]]:
        """Return what to do with each step that has not started."""
        statuses, outcomes = self._statuses(), self._outcomes()
        waiting = (node for node in self._graph.nodes if statuses[node.name] == "NotStarted")
        return [(node, decide(node, statuses, outcomes)) for node in waiting]

    def _may_start(self) -> bool:
        held = self._halted or self._stopper.stopping or self._crash is not None
        return not held and self._running < self._max_parallel

    def _statuses(self) -> dict[str, Status]:
        return {step.name: step.status for step in self._recorder.record.steps}

    def _outcomes(self) -> dict[str, str | None]:
        return {step.name: step.outcome for step in self._recorder.record.steps}

    def _skip(self, node: Node) -> None:
        self._recorder.update_step(node.name, status="Skipped")
        self._tell(
            StepFinished(
                step=node.name,
                type=node.type,
                status="Skipped",
                seconds=0.0,
                cache_hit=None,
                taken_over=False,
                failure_reason=None,
                log=None,
            )
        )

    def _start(self, node: Node) -> None:
        self._running += 1
        self._recorder.update_step(node.name, status="Executing", started=now())
        # Named, so that a dump of all threads says which step hangs.
        thread = threading.Thread(target=self._work, args=(node,), name=f"step {node.name}")
        self._threads.append(thread)
        thread.start()

    def _work(self, node: Node) -> None:
        begun = time.monotonic()
        result: StepResult | BaseException
        try:
            result = self._run_step(node)
        except BaseException as error:  # noqa: BLE001 - a thread's bug is raised by the main thread
            result = error
        self._inbox.put(_Ended(node, time.monotonic() - begun, result))

    def _take(self, ended: _Ended) -> None:
        node, result = ended.node, ended.result
        if isinstance(result, BaseException):
            self._recorder.update_step(node.name, status="Failed", failure_reason=repr(result))
            self._crash = self._crash or result
            self._stopper.kill()
            return
        if result.status == "Failed":
            failure = failure_of(node, result.failure_reason)
            self._first_failure = self._first_failure or failure
            self._halted = self._halted or not self._graph.handles_failure_of(node.name)
        self._tell_result(ended, result)

    def _tell_result(self, ended: _Ended, result: StepResult) -> None:
        node = ended.node
        if result.outcome is not None:
            self._tell(
                ConditionEvaluated(
                    step=node.name, conditions=result.conditions, outcome=result.outcome
                )
            )
        if result.model_package is not None:
            package = result.model_package
            self._tell(
                ModelRegistered(
                    step=node.name,
                    group=package["group"],
                    version=package["version"],
                    approval=package["approval"],
                )
            )
        record = self._recorder.step(node.name)
        self._tell(
            StepFinished(
                step=node.name,
                type=node.type,
                status=result.status,
                seconds=ended.seconds,
                cache_hit=record.cache_hit,
                taken_over=False,
                failure_reason=result.failure_reason,
                log=self._recorder.path(record.log),
            )
        )

    def _ending(self) -> Ending:
        statuses = set(self._statuses().values())
        stopped = self._stopper.stopping and bool(statuses & {"Stopped", "NotStarted"})
        status = status_at_end(statuses, halted=self._halted, stopped=stopped)
        return Ending(status=status, failure_reason=self._first_failure)
