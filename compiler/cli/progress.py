"""What `pipec run` prints while an execution goes on, and at its end."""

import os
import sys
from pathlib import Path

import click

from compiler.compile import CompiledPipeline
from compiler.diagnostics.render import printable
from compiler.local.events import (
    ConditionEvaluated,
    Event,
    ExecutionStarted,
    ModelRegistered,
    StepFinished,
    StepMetric,
    StepStarted,
    StepWarned,
    StopRequested,
)
from compiler.local.execute import Execution
from compiler.local.record import StepRecord

SIGNS = {"Succeeded": "✓", "Failed": "✗", "Stopped": "■", "Skipped": "·"}
COLOURS = {"Succeeded": "green", "Failed": "red", "Stopped": "yellow", "Skipped": None}
SHOWN_METRICS = 4
REASON_WIDTH = 500


class Progress:
    """Prints events as lines; on a terminal the last line shows what the running steps log."""

    def __init__(self, pipeline: CompiledPipeline) -> None:
        self.pipeline = pipeline
        self.width = max(len(name) for name in pipeline.step_types)
        self.live = sys.stdout.isatty()
        self.latest: dict[str, dict[str, float]] = {}
        self.begun: set[str] = set()

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case ExecutionStarted():
                verb = "going on with" if event.resumed else "running"
                where = (
                    "in a mount namespace"
                    if event.isolation == "mount-namespace"
                    else ("with paths in the environment, as no mount namespace is allowed here")
                )
                self._line(f"{verb} {self.pipeline.name} as {event.execution_id}, jobs {where}")
            case StepStarted():
                self.begun.add(event.step)
                log = f"  {_relative(event.log)}" if event.log is not None else ""
                self._line(self._step("▸", event.step, f"{event.type}{log}"), dim=True)
            case StepMetric():
                self.latest.setdefault(event.step, {})[event.name] = event.value
                self._status()
            case StepWarned():
                self._line(self._step("!", event.step, event.message), colour="yellow")
            case ConditionEvaluated():
                for each in event.conditions:
                    said = "holds" if each.result else "does not hold"
                    self._line(self._step(" ", event.step, f"{each.text} {said}"))
            case ModelRegistered():
                text = f"{event.group} version {event.version}, {event.approval}"
                self._line(self._step(" ", event.step, f"registered {text}"))
            case StepFinished():
                self._finished(event)
            case StopRequested():
                wait = "now" if event.at_once else f"within {event.grace_seconds:.0f} s"
                more = "" if event.at_once else "; Ctrl-C again ends them at once"
                self._line(f"stopping: the jobs end {wait}{more}", colour="yellow")
            case _:
                pass

    def _finished(self, event: StepFinished) -> None:
        metrics = self.latest.pop(event.step, {})
        parts = [f"{event.status.lower()} in {event.seconds:.1f} s"]
        if event.status == "Skipped":
            parts = ["skipped"]
        if event.cache_hit is not None:
            parts = [f"taken from execution {event.cache_hit}"]
        elif event.taken_over:
            parts = ["finished before"]
        parts += [f"{name} {value:.4g}" for name, value in list(metrics.items())[:SHOWN_METRICS]]
        sign, colour = SIGNS.get(event.status, " "), COLOURS.get(event.status)
        self._line(self._step(sign, event.step, ", ".join(parts)), colour=colour)
        if event.failure_reason and event.status == "Failed":
            for line in event.failure_reason[:REASON_WIDTH].strip().splitlines():
                self._line(self._step(" ", event.step, line), colour=colour)
            if event.log is not None:
                self._line(self._step(" ", event.step, f"its log is {_relative(event.log)}"))

    def _step(self, sign: str, step: str, text: str) -> str:
        return f"{sign} {step:<{self.width}}  {text}"

    def _line(self, text: str, *, colour: str | None = None, dim: bool = False) -> None:
        self._say(text, colour=colour, dim=dim)
        self._status()

    def _status(self) -> None:
        if not self.live or not self.latest:
            return
        running = [
            f"{step} " + " ".join(f"{name}={value:.4g}" for name, value in values.items())
            for step, values in self.latest.items()
        ]
        columns = os.get_terminal_size().columns
        self._say("  ".join(running)[: columns - 1], ends=False)

    def _say(
        self, text: str, *, colour: str | None = None, dim: bool = False, ends: bool = True
    ) -> None:
        """Print a line in the place of the last one if that shows metrics; all printing is here."""
        clear = "\r\x1b[K" if self.live else ""
        shown = click.style(printable(text), fg=colour, dim=dim or None)
        click.echo(clear + shown, nl=ends)

    def end(self, execution: Execution, report: Path, again: str) -> None:
        """Print how the execution ended, the command that goes on, and where its report lies."""
        self._say("")
        colour = COLOURS.get(execution.status)
        self._say(f"{self.pipeline.name}: {execution.status.lower()}", colour=colour)
        if execution.failure_reason:
            for line in execution.failure_reason[:REASON_WIDTH].splitlines():
                self._say(f"  {line}")
        for step in execution.record.steps:
            for line in _findings(step):
                self._say(f"  {line}")
        for kept in execution.kept:
            self._say(f"  kept of {kept.step}: {kept.what}, {_relative(kept.path)}")
        if execution.status != "Succeeded":
            self._say(f"  go on with: {again} --resume {execution.execution_id}")
        self._say(f"report: {report}")


def _findings(step: StepRecord) -> list[str]:
    """Return what a step found, as lines: scores, the branch taken, the model registered."""
    lines = []
    for content in step.files.values():
        lines += [f"{step.name}: {scores}" for scores in _scores(content)]
    if step.outcome is not None:
        branch = "then" if step.outcome == "true" else "else"
        lines.append(f"{step.name}: {step.outcome}, so `{branch}` was taken")
    if step.model_package is not None:
        group, version = step.model_package["group"], step.model_package["version"]
        lines.append(f"{step.name}: {group} version {version}, {step.model_package['approval']}")
    return lines


def _scores(content: object) -> list[str]:
    """Return the figures of a property file, `{"f1": {"value": 0.8}}` as `f1 0.8`.

    What stands under `baselines` is listed below, each by its name.
    """
    if not isinstance(content, dict):
        return []
    lines = [_figures(content)]
    baselines = content.get("baselines")
    if isinstance(baselines, dict):
        lines += [f"{_figures(scores)} ({name})" for name, scores in baselines.items()]
    return [line for line in lines if line]


def _figures(content: object) -> str:
    found: list[str] = []
    for key, value in content.items() if isinstance(content, dict) else ():
        figure = value.get("value") if isinstance(value, dict) else value
        if isinstance(figure, int | float) and not isinstance(figure, bool):
            found.append(f"{key} {figure:.4g}")
    return ", ".join(found)


def _relative(path: Path) -> str:
    return os.path.relpath(path)
