"""Print how an execution goes on, as text, as lines of JSON or with annotations for GitHub."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import click

from compiler.cli.addressed import Addressed
from compiler.cli.exits import ERRORS, INTERRUPTED, STILL_RUNNING
from compiler.cli.failures import failure_of
from compiler.cli.progress import COLOURS, SIGNS
from compiler.diagnostics.render import quoted
from compiler.local.resolve import Json
from compiler.operate.clock import Clock
from compiler.operate.executions import Execution
from compiler.operate.step_runs import StepRun
from compiler.operate.step_words import doing_words, ending_words
from compiler.operate.watch import Seen, StillRunningError, Unseen, watch
from compiler.report.figures import duration

FORMATS = ("text", "json", "github")


@dataclass(frozen=True, kw_only=True, slots=True)
class Manner:
    """How to watch: how it is told, how often and how long."""

    format: str = "text"
    interval: float = 30.0
    timeout: float | None = None
    logs: bool = False


def follow(found: Addressed, arn: str, manner: Manner, clock: Clock) -> None:
    """Print how an execution goes on until it is over; end with 0 only if it has succeeded."""
    show: _Show = _Lines(found, manner) if manner.format == "json" else _Text(found, manner, clock)
    status = ""
    try:
        for event in watch(
            found.aws, arn, clock=clock, longest=manner.interval, timeout=manner.timeout
        ):
            match event:
                case Seen():
                    status = event.execution.status
                    show.seen(event)
                case Unseen():
                    show.unseen(event)
    except StillRunningError:
        _leave(arn, "the time to watch is over")
        sys.exit(STILL_RUNNING)
    except KeyboardInterrupt:
        _leave(arn, "no longer watching")
        sys.exit(INTERRUPTED)
    if status != "Succeeded":
        sys.exit(ERRORS)


def _leave(arn: str, why: str) -> None:
    click.echo(
        f"pipec: {why}; the execution goes on\n"
        f"  watch it again: pipec watch {arn}\n  stop it: pipec stop {arn}",
        err=True,
    )


class _Show(Protocol):
    def seen(self, seen: Seen) -> None: ...

    def unseen(self, unseen: Unseen) -> None: ...


@dataclass(slots=True)
class _Text:
    """Lines for people, in the look of `pipec run`."""

    found: Addressed
    manner: Manner
    clock: Clock
    has_begun: bool = False
    told: dict[tuple[str, str, int], str] = field(default_factory=dict)

    def seen(self, seen: Seen) -> None:
        if not self.has_begun:
            self.has_begun = True
            _say(f"execution {seen.execution.title}")
        width = max((len(run.label) for run in seen.steps), default=0)
        for run in seen.changed:
            self._step(run, width)
        if seen.execution.is_over:
            self._end(seen.execution)
        elif seen.execution.status == "Stopping":
            _say("stopping", colour="yellow")

    def unseen(self, unseen: Unseen) -> None:
        _say(f"! {unseen.error}; asking again in {unseen.seconds:.0f} s", colour="yellow")

    def _step(self, run: StepRun, width: int) -> None:
        words = ending_words(run, self.clock.now()) if run.has_ended else doing_words(run)
        if self.told.get(run.key) == words:
            return
        self.told[run.key] = words
        sign = SIGNS.get(run.status, "▸")
        _say(
            f"{sign} {run.label:<{width}}  {words}",
            colour=COLOURS.get(run.status), dim=not run.has_ended,
        )  # fmt: skip
        if run.status != "Failed":
            return
        failure = failure_of(self.found, run, logs=self.manner.logs)
        for line in failure.text:
            _say(f"  {'':<{width}}  {line}", colour=COLOURS["Failed"])
        if self.manner.format == "github":
            click.echo(failure.annotation, nl=False)
            return
        for line in failure.excerpt:
            click.echo(line)

    def _end(self, execution: Execution) -> None:
        seconds = execution.seconds
        took = f" in {duration(seconds)}" if seconds is not None else ""
        _say(f"{execution.id}: {execution.status.lower()}{took}", colour=_colour(execution))
        for line in execution.reason.splitlines():
            _say(f"  {quoted(line)}")
        if execution.status in {"Failed", "Stopped"}:
            _say(f"  go on with: pipec retry {execution.arn}")


@dataclass(slots=True)
class _Lines:
    """A JSON object per line, for machines."""

    found: Addressed
    manner: Manner
    status: str = ""

    def seen(self, seen: Seen) -> None:
        for run in seen.changed:
            more: Mapping[str, Json] = {}
            if run.status == "Failed":
                more = failure_of(self.found, run, logs=self.manner.logs).as_json()
            _line("step", {**run.as_json(), **more})
        if seen.execution.status != self.status:
            self.status = seen.execution.status
            _line("execution", seen.execution.as_json())

    def unseen(self, unseen: Unseen) -> None:
        _line("unseen", {"reason": str(unseen.error), "seconds": unseen.seconds})


def _line(event: str, content: Mapping[str, Json]) -> None:
    click.echo(json.dumps({"event": event, **content}))


def _colour(execution: Execution) -> str | None:
    return COLOURS.get(execution.status, "yellow")


def _say(text: str, *, colour: str | None = None, dim: bool = False) -> None:
    click.secho(quoted(text), fg=colour, dim=dim or None)
