"""A drawing's layout: a box for each node and a path for each edge, top to bottom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from compiler.report.contraction import contract
from compiler.report.coordinates import EDGE_GAP, place
from compiler.report.drawing import Drawing
from compiler.report.layering import Layers, make_layers
from compiler.report.ordering import order_rows

ROW_GAP = 44.0
LABELLED_ROW_GAP = 26.0
PORT_GAP = 16.0
# An edge is straight where it leaves a box, and long enough for the arrow where it enters one.
LEAVING, ENTERING = 3.0, 9.0
PORT_INSET = 22.0

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Box:
    """Where a node stands: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """The path of an edge from its source to its target, and where the middle of its label is.

    Two points with the same x are joined by a straight line, others by a curve that starts and ends
    vertically. So an edge stays inside the gap between two rows, or runs straight past a row.
    """

    points: tuple[Point, ...]
    label: Point | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Layout:
    """All boxes by node name, all routes in the order of the drawing's edges."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Band:
    """The height that one row takes."""

    top: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Places:
    """All that is decided before the edges are led: columns, rows, boxes, ports and side lanes."""

    x: Sequence[float]
    bands: Sequence[_Band]
    boxes: Mapping[str, Box]
    ports: Mapping[tuple[int, int], float]
    lanes: Mapping[int, float]


def lay_out(
    drawing: Drawing,
    sizes: Mapping[str, tuple[float, float]],
    label_sizes: Mapping[int, tuple[float, float]],
) -> Layout:
    """Place nodes of the given sizes; `label_sizes` is for those edges (by index) that have one."""
    layers = make_layers(drawing, sizes, label_sizes)
    order_rows(layers)
    x = contract(layers, place(layers))
    bands = _bands(layers, x, labelled=bool(label_sizes))
    boxes = {
        name: Box(
            x=x[v] - layers.size[v][0] / 2,
            y=(bands[layers.rank[v]].top + bands[layers.rank[v]].bottom - layers.size[v][1]) / 2,
            width=layers.size[v][0],
            height=layers.size[v][1],
        )
        for v, name in enumerate(layers.names)
    }
    width = max((x[v] + layers.size[v][0] / 2 for v in range(len(x))), default=0.0)
    lanes = _lanes(layers, width)
    ports = _ports(layers, x, boxes, lanes)
    places = _Places(x=x, bands=bands, boxes=boxes, ports=ports, lanes=lanes)
    routes = tuple(
        _route(layers, i, places, labelled=i in label_sizes) for i in range(len(drawing.edges))
    )
    return Layout(
        width=max([width, *lanes.values()]),
        height=bands[-1].bottom if bands else 0.0,
        boxes=boxes,
        routes=routes,
    )


def _bands(layers: Layers, x: Sequence[float], *, labelled: bool) -> list[_Band]:
    """Stack the rows; a gap in which edges travel far to the side is higher."""
    bands: list[_Band] = []
    y = 0.0
    for row in layers.rows:
        height = max((layers.size[v][1] for v in row), default=0.0)
        bands.append(_Band(top=y, bottom=y + height))
        travel = max((abs(x[v] - x[w]) for v in row for w in layers.down[v]), default=0.0)
        gap = LABELLED_ROW_GAP if labelled else ROW_GAP
        y += height + min(2.5 * gap, max(gap, gap * 0.75 + travel * 0.08))
    return bands


def _lanes(layers: Layers, width: float) -> dict[int, float]:
    """Give each edge that is led around the side a lane to the right of everything."""
    around = [
        i
        for i, chain in sorted(layers.chains.items())
        if len(chain) == 2 and layers.rank[chain[1]] - layers.rank[chain[0]] > 1
    ]
    around.sort(key=lambda i: layers.chains[i])
    return {i: width + EDGE_GAP + 3.0 * n for n, i in enumerate(around)}


def _ports(
    layers: Layers, x: Sequence[float], boxes: Mapping[str, Box], lanes: Mapping[int, float]
) -> dict[tuple[int, int], float]:
    """Choose where each edge leaves and enters: below the place it leads to, apart from others."""
    ends: dict[tuple[int, bool], list[tuple[float, float, int]]] = {}
    for i, chain in layers.chains.items():
        for vertex, neighbour, far, is_source in (
            (chain[0], chain[1], chain[-1], True),
            (chain[-1], chain[-2], chain[0], False),
        ):
            towards = lanes.get(i, x[neighbour])
            ends.setdefault((vertex, is_source), []).append((towards, x[far], i))
    ports: dict[tuple[int, int], float] = {}
    for (vertex, _), there in ends.items():
        there.sort(key=lambda end: (end[0], end[1], layers.chains[end[2]]))
        box = boxes[layers.names[vertex]]
        low, high = box.x + PORT_INSET, box.x + box.width - PORT_INSET
        places = spread([towards for towards, _, _ in there], low, high)
        if len(there) == 1 and not low <= there[0][0] <= high:
            places = [box.x + box.width / 2]
        ports.update({(vertex, i): p for (_, _, i), p in zip(there, places, strict=True)})
    return ports


def spread(wanted: Sequence[float], low: float, high: float) -> list[float]:
    """Return places near the wanted ones (which are sorted), between the bounds and kept apart."""
    room = max(high - low, 0.0)
    gap = min(PORT_GAP, room / (len(wanted) - 1)) if len(wanted) > 1 else 0.0
    groups: list[tuple[float, int]] = []
    for i, want in enumerate(wanted):
        mean, count = want - i * gap, 1
        while groups and groups[-1][0] > mean:
            other, n = groups.pop()
            mean, count = (mean * count + other * n) / (count + n), count + n
        groups.append((mean, count))
    places = [mean for mean, count in groups for _ in range(count)]
    last = low + max(room - gap * (len(wanted) - 1), 0.0)
    return [min(max(p, low), last) + i * gap for i, p in enumerate(places)]


def _route(layers: Layers, index: int, places: _Places, *, labelled: bool) -> Route:
    chain = layers.chains[index]
    top, bottom = chain[0], chain[-1]
    upper, lower = (places.boxes[layers.names[v]] for v in (top, bottom))
    above, below = (places.bands[layers.rank[v]] for v in (top, bottom))
    start, end = places.ports[top, index], places.ports[bottom, index]
    points = [(start, upper.y + upper.height), (start, above.bottom + LEAVING)]
    if index in places.lanes:
        lane = places.lanes[index]
        points.append((lane, places.bands[layers.rank[top] + 1].top))
        points.append((lane, places.bands[layers.rank[bottom] - 1].bottom))
    for vertex in chain[1:-1]:
        band = places.bands[layers.rank[vertex]]
        points += [(places.x[vertex], band.top), (places.x[vertex], band.bottom)]
    points += [(end, below.top - ENTERING), (end, lower.y)]
    label = None
    if labelled and len(chain) > 2:
        band = places.bands[layers.rank[chain[1]]]
        label = (places.x[chain[1]], (band.top + band.bottom) / 2)
    if index in layers.against:
        points.reverse()
    return Route(points=tuple(_without_repeats(points)), label=label)


def _without_repeats(points: Sequence[Point]) -> list[Point]:
    """Drop points that repeat the one before, and those in the middle of a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and kept[-1] == point:
            continue
        if len(kept) > 1 and kept[-1][0] == kept[-2][0] == point[0]:
            kept[-1] = point
        else:
            kept.append(point)
    return kept
