"""When each step ran: bars over a common axis, in shares of the run's time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from compiler.report.figures import duration, elapsed
from compiler.report.markup import element, number, text
from compiler.report.record import RunRecord, StepRecord
from compiler.report.statuses import status_look

TICK_STEPS = (
    *(0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30),
    *(60, 120, 300, 600, 900, 1800),
    *(3600, 7200, 14400, 21600, 43200, 86400),
)
MOST_TICKS = 5
BAR_HEIGHT = 22.0
LEAST_SHARE = 0.011

STYLE = (
    ".bar{display:block;width:100%;height:22px;overflow:visible}"
    ".bar .tick{stroke:var(--line);stroke-width:1}"
    ".bar .axis{font-size:11px;fill:var(--muted);font-weight:400}"
    "@media (max-width:560px){.bar .inner{display:none}}"
    ".bar .good{--sign:var(--good)}.bar .bad{--sign:var(--bad)}.bar .busy{--sign:var(--busy)}"
    ".bar .halt{--sign:var(--halt)}.bar .idle{--sign:var(--idle)}"
    ".bar .span{fill:var(--sign);stroke:var(--sign);stroke-width:1.5}"
    ".bar .cached{fill:var(--surface)}"
    ".bar .open{fill-opacity:.45}"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """The time from the first start to the last known moment of a run."""

    start: datetime
    seconds: float

    def share(self, time: datetime) -> float:
        """Return where a time lies between 0 and 1."""
        return min(max((time - self.start).total_seconds() / self.seconds, 0.0), 1.0)

    def ticks(self) -> Sequence[float]:
        """Return round seconds to mark, the start included."""
        step = next((s for s in TICK_STEPS if self.seconds / s <= MOST_TICKS), self.seconds / 4)
        return [n * step for n in range(int(self.seconds / step) + 1)]


def axis_of(run: RunRecord) -> Axis | None:
    """Return the axis, or None when nothing has started."""
    times = [run.started, run.ended]
    for step in run.steps:
        times += [step.started, step.ended]
    known = [time for time in times if time is not None]
    if not known:
        return None
    start = min(known)
    return Axis(start=start, seconds=max((max(known) - start).total_seconds(), 0.1))


def axis_labels(axis: Axis) -> str:
    """Return the axis for the head of the table."""
    labels = []
    ticks = axis.ticks()
    for tick in ticks:
        share = tick / axis.seconds
        place = "axis" if tick in (ticks[0], ticks[-1]) else "axis inner"
        anchor = "start" if share < 0.06 else "end" if share > 0.94 else "middle"
        labels.append(
            element(
                "text",
                {"class": place, "x": _percent(share), "y": 15, "text-anchor": anchor},
                text(_tick_label(tick)),
            )
        )
    return element("svg", {"class": "bar", "aria-hidden": "true"}, *labels)


def bar_of(step: StepRecord, axis: Axis) -> str:
    """Return the step's row; a step that has not ended reaches to the end of the axis."""
    ticks = (
        element(
            "line",
            {
                "class": "tick",
                "x1": _percent(tick / axis.seconds),
                "x2": _percent(tick / axis.seconds),
                "y1": 0,
                "y2": BAR_HEIGHT,
            },
        )
        for tick in axis.ticks()
    )
    label = when(step, axis) or "did not run"
    return element(
        "svg", {"class": "bar", "role": "img", "aria-label": label}, *ticks, _span(step, axis)
    )


def when(step: StepRecord, axis: Axis) -> str | None:
    """Say when a step started after the run's start, and how long it took."""
    if step.started is None:
        return None
    after = (step.started - axis.start).total_seconds()
    seconds = elapsed(step.started, step.ended)
    took = f"for {duration(seconds)}" if seconds is not None else "not ended"
    return f"{'at the start' if after < 0.05 else f'after {duration(after)}'}, {took}"


def _span(step: StepRecord, axis: Axis) -> str:
    if step.started is None:
        return ""
    start = axis.share(step.started)
    width = max((axis.share(step.ended) if step.ended else 1.0) - start, LEAST_SHARE)
    style = " cached" if step.cache_hit else "" if step.ended else " open"
    return element(
        "g",
        {"class": status_look(step.status).tone},
        element(
            "rect",
            {
                "class": f"span{style}",
                "x": _percent(min(start, 1 - width)),
                "y": 5,
                "width": _percent(width),
                "height": 12,
                "rx": 3,
            },
            element("title", {}, text(f"{step.name}: {when(step, axis)}")),
        ),
    )


def _percent(share: float) -> str:
    return f"{number(100 * share)}%"


def _tick_label(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:g} s"
    if seconds < 3600:
        return f"{seconds / 60:g} min"
    return f"{seconds / 3600:g} h"
