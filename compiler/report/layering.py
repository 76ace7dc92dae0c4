"""Rows for a graph: edges lead downwards, and a long one gets a place in each row it passes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import pairwise

from compiler.report.drawing import Drawing, Edge

# More places than this and the longest edges are led around the side instead.
MOST_PASSING_PLACES = 24_000
ISOLATED_PER_ROW = 6

Pair = tuple[int, int]


@dataclass(kw_only=True, slots=True)
class Layers:
    """A layered graph: vertices are numbers, the first of them nodes, the others places on edges.

    `chains` holds the vertices of each edge of the drawing from the upper to the lower end; an edge
    that is led around the side has only its two ends.
    """

    names: tuple[str, ...]
    rank: list[int]
    size: list[tuple[float, float]]
    up: list[list[int]]
    down: list[list[int]]
    rows: list[list[int]] = field(default_factory=list)
    chains: dict[int, tuple[int, ...]] = field(default_factory=dict)
    against: frozenset[int] = frozenset()

    def is_node(self, vertex: int) -> bool:
        """Tell a step from a place on an edge."""
        return vertex < len(self.names)


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """Order names as a reader does: `step-2` before `step-10`."""
    parts = re.split(r"(\d+)", name)
    return tuple((1, int(p), "") if p.isdecimal() else (0, 0, p) for p in parts)


def make_layers(
    drawing: Drawing,
    sizes: Mapping[str, tuple[float, float]],
    label_sizes: Mapping[int, tuple[float, float]],
) -> Layers:
    """Give every node a row and every edge its places; the order in a row is not chosen yet.

    The result depends on the names only, not on the order in which the drawing lists them.
    """
    names = tuple(sorted((node.name for node in drawing.nodes), key=lambda n: (natural_key(n), n)))
    number = {name: i for i, name in enumerate(names)}
    pairs = [(number[edge.source], number[edge.target]) for edge in drawing.edges]
    against = _edges_against(len(names), sorted(enumerate(pairs), key=lambda item: item[1]))
    directed = {i: (b, a) if i in against else (a, b) for i, (a, b) in enumerate(pairs)}
    rank = _ranks(len(names), sorted(set(directed.values())))
    if label_sizes:
        rank = [2 * r for r in rank]
    layers = Layers(
        names=names,
        rank=rank,
        size=[sizes[name] for name in names],
        up=[[] for _ in names],
        down=[[] for _ in names],
        against=against,
    )
    around = _edges_around(directed, rank)
    for i in _drawing_order(drawing.edges, directed, rank):
        layers.chains[i] = _chain(layers, directed[i], label_sizes.get(i), through=i not in around)
    layers.rows = [[] for _ in range(max(layers.rank, default=-1) + 1)]
    return layers


def _drawing_order(
    edges: Sequence[Edge], directed: Mapping[int, Pair], rank: Sequence[int]
) -> list[int]:
    """Put `then` before `else` and short edges before long ones: the first ones stand left."""

    def key(i: int) -> tuple[int, bool, int, int]:
        source, target = directed[i]
        return source, edges[i].outcome == "else", rank[target] - rank[source], target

    return sorted(directed, key=key)


def _edges_against(count: int, edges: Sequence[tuple[int, Pair]]) -> frozenset[int]:
    """Return the edges that close a cycle: they are drawn upwards instead of refused."""
    successors: list[list[tuple[int, int]]] = [[] for _ in range(count)]
    for index, (source, target) in edges:
        successors[source].append((index, target))
    state = [0] * count
    against: set[int] = set()
    for start in range(count):
        if state[start]:
            continue
        state[start] = 1
        stack = [(start, iter(successors[start]))]
        while stack:
            vertex, remaining = stack[-1]
            step = next(remaining, None)
            if step is None:
                state[vertex] = 2
                stack.pop()
            elif state[step[1]] == 1:
                against.add(step[0])
            elif state[step[1]] == 0:
                state[step[1]] = 1
                stack.append((step[1], iter(successors[step[1]])))
    return frozenset(against)


def _ranks(count: int, pairs: Sequence[Pair]) -> list[int]:
    """Place each node one row below its lowest predecessor, then sink those that feed more."""
    up: list[list[int]] = [[] for _ in range(count)]
    down: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        up[target].append(source)
        down[source].append(target)
    waiting = [len(sources) for sources in up]
    ready = [v for v in range(count) if not waiting[v]]
    heapify(ready)
    rank = [0] * count
    sequence: list[int] = []
    while ready:
        vertex = heappop(ready)
        sequence.append(vertex)
        for target in down[vertex]:
            rank[target] = max(rank[target], rank[vertex] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                heappush(ready, target)
    for vertex in reversed(sequence):
        if len(down[vertex]) > len(up[vertex]):
            rank[vertex] = min(rank[target] for target in down[vertex]) - 1
    isolated = [v for v in range(count) if not up[v] and not down[v]]
    below = max((rank[v] for v in range(count) if up[v] or down[v]), default=-1) + 1
    for i, vertex in enumerate(isolated):
        rank[vertex] = below + i // ISOLATED_PER_ROW
    return rank


def _edges_around(directed: Mapping[int, Pair], rank: Sequence[int]) -> frozenset[int]:
    """Choose the longest edges for the side when there would be too many places to order."""
    spans = {i: rank[target] - rank[source] for i, (source, target) in directed.items()}
    total = sum(spans.values())
    around: set[int] = set()
    for i in sorted(spans, key=lambda i: (-spans[i], directed[i])):
        if total <= MOST_PASSING_PLACES:
            break
        total -= spans[i]
        around.add(i)
    return frozenset(around)


def _chain(
    layers: Layers, ends: Pair, label_size: tuple[float, float] | None, *, through: bool
) -> tuple[int, ...]:
    """Add the places of one edge; the first one carries its label."""
    source, target = ends
    if not through:
        return ends
    chain = [source]
    for row in range(layers.rank[source] + 1, layers.rank[target]):
        chain.append(len(layers.rank))
        layers.rank.append(row)
        layers.size.append(label_size if label_size and len(chain) == 2 else (0.0, 0.0))
        layers.up.append([])
        layers.down.append([])
    chain.append(target)
    for upper, lower in pairwise(chain):
        layers.down[upper].append(lower)
        layers.up[lower].append(upper)
    return tuple(chain)
