"""A metric as a line chart: axes, the line, and every drawn value on hover, without a script."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from compiler.report.figures import figure, plural
from compiler.report.markup import Attribute, element, number, text
from compiler.report.record import MetricSeries

WIDTH, HEIGHT = 330.0, 176.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 10.0, 24.0, 26.0
MOST_POINTS = 160
DOTS_UP_TO = 40

Points = Sequence[tuple[float, float]]

STYLE = (
    ".curve{width:100%;height:auto;display:block}"
    ".curve text{font-size:11px;fill:var(--muted);font-variant-numeric:tabular-nums}"
    ".curve .grid{stroke:var(--line);stroke-width:1}"
    ".curve .line{fill:none;stroke:var(--accent);stroke-width:1.8;stroke-linejoin:round}"
    ".curve .dot{fill:var(--accent)}"
    ".curve .hit{fill:transparent}"
    ".curve .shown{visibility:hidden}.curve .point:hover .shown{visibility:visible}"
    ".curve .hair{stroke:var(--muted);stroke-width:1;stroke-dasharray:2 3}"
    ".curve .reading{fill:var(--ink);font-weight:600;text-anchor:end}"
)


def curve(series: MetricSeries, label: str) -> str:
    """Return the chart as SVG for a page that has `STYLE`; `label` names it for screen readers."""
    drawn = thin(series.values, MOST_POINTS)
    if not drawn:
        return ""
    ticks = nice_ticks(min(v for _, v in drawn), max(v for _, v in drawn))
    low, high = ticks[0], ticks[-1]
    first, last = drawn[0][0], drawn[-1][0]

    def x(index: float) -> float:
        share = (index - first) / (last - first) if last > first else 0.5
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (value - low) / (high - low) * (HEIGHT - TOP - BOTTOM)

    placed = [(x(index), y(value)) for index, value in drawn]
    summary = (
        f"{label}: {plural(len(series.values), 'value')}, first {figure(series.values[0][1])}, "
        f"last {figure(series.values[-1][1])}"
    )
    return element(
        "svg",
        {
            "class": "curve",
            "viewBox": f"0 0 {number(WIDTH)} {number(HEIGHT)}",
            "role": "img",
            "aria-label": summary,
        },
        *(_gridline(tick, y(tick)) for tick in ticks),
        *_index_labels(first, last, x),
        element("polyline", {"class": "line", "points": _path(placed)}),
        *(_dots(placed) if len(placed) <= DOTS_UP_TO else _dots(placed[-1:])),
        *_readings(drawn, placed),
    )


def thin(values: Points, most: int) -> list[tuple[float, float]]:
    """Keep at most so many points: of each stretch its lowest and highest, so no spike is lost."""
    if len(values) <= most:
        return list(values)
    kept = {0, len(values) - 1}
    stretches = most // 2 - 1
    for n in range(stretches):
        stretch = range(len(values) * n // stretches, len(values) * (n + 1) // stretches)
        kept.add(min(stretch, key=lambda i: values[i][1]))
        kept.add(max(stretch, key=lambda i: values[i][1]))
    return [values[i] for i in sorted(kept)]


def nice_ticks(low: float, high: float, about: int = 4) -> list[float]:
    """Return round values, evenly spaced, from at or below `low` to at or above `high`."""
    if high - low <= abs(high) * 1e-9:
        margin = abs(high) * 0.1 or 1.0
        low, high = low - margin, high + margin
    rough = (high - low) / about
    if rough <= 0 or rough > 1e300:
        return [low, high]
    magnitude = 10.0 ** floor(log10(rough))
    step = next((m * magnitude for m in (1, 2, 2.5, 5) if rough <= m * magnitude), 10 * magnitude)
    if step == 0:
        return [low, high]
    return [n * step for n in range(floor(low / step), ceil(high / step) + 1)]


def _gridline(tick: float, y: float) -> str:
    line: dict[str, Attribute] = {
        "class": "grid",
        "x1": LEFT,
        "x2": WIDTH - RIGHT,
        "y1": y,
        "y2": y,
    }
    label: dict[str, Attribute] = {"x": LEFT - 7, "y": y + 4, "text-anchor": "end"}
    return element("line", line) + element("text", label, text(f"{tick:.6g}"))


def _index_labels(first: float, last: float, x: Callable[[float], float]) -> list[str]:
    ends = [(first, "start"), (last, "end")] if last > first else [(first, "middle")]
    return [
        element(
            "text", {"x": x(index), "y": HEIGHT - 8, "text-anchor": anchor}, text(f"{index:,.6g}")
        )
        for index, anchor in ends
    ]


def _path(points: Points) -> str:
    return " ".join(f"{number(x)},{number(y)}" for x, y in points)


def _dots(points: Points) -> list[str]:
    return [element("circle", {"class": "dot", "cx": x, "cy": y, "r": 2.4}) for x, y in points]


def _readings(drawn: Points, placed: Points) -> list[str]:
    """Cover the chart with a strip for each point; the one under the pointer shows its value."""
    middles = [(a[0] + b[0]) / 2 for a, b in pairwise(placed)]
    edges = [LEFT, *middles, WIDTH - RIGHT]
    return [
        element(
            "g",
            {"class": "point"},
            element(
                "rect",
                {"class": "hit", "x": left, "y": 0, "width": right - left, "height": HEIGHT},
            ),
            element(
                "g",
                {"class": "shown"},
                element(
                    "line", {"class": "hair", "x1": x, "x2": x, "y1": TOP, "y2": HEIGHT - BOTTOM}
                ),
                element("circle", {"class": "dot", "cx": x, "cy": y, "r": 3.5}),
                element(
                    "text",
                    {"class": "reading", "x": WIDTH - RIGHT, "y": 14},
                    text(f"{figure(value)} at {index:,.6g}"),
                ),
            ),
        )
        for (index, value), (x, y), left, right in zip(
            drawn, placed, edges, edges[1:], strict=False
        )
    ]
