"""Horizontal places: rows keep their order and gaps, and long edges run straight.

The method is that of Brandes and Köpf (Fast and Simple Horizontal Coordinate Assignment, 2001):
four alignments, each towards another corner, and for every vertex the mean of the two middle ones.
"""

from collections.abc import Sequence
from itertools import pairwise

from compiler.report.layering import Layers

NODE_GAP = 36.0
EDGE_GAP = 20.0

Rows = Sequence[Sequence[int]]


def place(layers: Layers) -> list[float]:
    """Return the middle of every vertex, the leftmost side of all being at 0."""
    position = [0] * len(layers.rank)
    for row in layers.rows:
        for i, vertex in enumerate(row):
            position[vertex] = i
    conflicts = _conflicts(layers, position)
    above, below = _nearest(layers)
    proposals: list[list[float]] = []
    for upwards in (False, True):
        for leftwards in (False, True):
            rows = [list(reversed(row)) if leftwards else row for row in layers.rows]
            neighbours = below if upwards else above
            ordered = list(reversed(rows)) if upwards else rows
            sign = -1 if leftwards else 1
            roots = _align(ordered, neighbours, [sign * p for p in position], conflicts)
            proposals.append([sign * x for x in _compact(rows, layers, roots)])
    return _balance(proposals, layers)


def _nearest(layers: Layers) -> tuple[list[list[int]], list[list[int]]]:
    """Return each vertex's upper and lower neighbours without a node's edges that skip rows.

    So the way from step to step stands in one line, and the edges that skip steps go around it.
    """
    shortest: dict[tuple[int, bool], int] = {}
    for chain in layers.chains.values():
        for end in ((chain[0], True), (chain[-1], False)):
            shortest[end] = min(len(chain), shortest.get(end, len(chain)))
    above, below = [list(n) for n in layers.up], [list(n) for n in layers.down]
    for chain in layers.chains.values():
        if len(chain) > 2:
            if len(chain) > shortest[chain[0], True]:
                below[chain[0]].remove(chain[1])
                above[chain[1]].remove(chain[0])
            if len(chain) > shortest[chain[-1], False]:
                above[chain[-1]].remove(chain[-2])
                below[chain[-2]].remove(chain[-1])
    return above, below


def _conflicts(layers: Layers, position: Sequence[int]) -> frozenset[tuple[int, int]]:
    """Return the edge pieces that cross a long edge, which has the right of way."""
    found: set[tuple[int, int]] = set()
    for upper, lower in pairwise(layers.rows):
        left = first = 0
        for i, vertex in enumerate(lower):
            inner = None
            if not layers.is_node(vertex) and not layers.is_node(layers.up[vertex][0]):
                inner = layers.up[vertex][0]
            if inner is None and i < len(lower) - 1:
                continue
            right = len(upper) if inner is None else position[inner]
            for other in lower[first : i + 1]:
                for end in layers.up[other]:
                    is_inner = not layers.is_node(end) and not layers.is_node(other)
                    if not is_inner and not left <= position[end] <= right:
                        found |= {(end, other), (other, end)}
            first, left = i + 1, right
    return frozenset(found)


def _align(
    rows: Rows,
    neighbours: Sequence[Sequence[int]],
    position: Sequence[int],
    conflicts: frozenset[tuple[int, int]],
) -> list[int]:
    """Join each vertex with the middle one of its neighbours; return the first of its block."""
    root = list(range(len(position)))
    for row in rows:
        last = None
        for vertex in row:
            ends = sorted(neighbours[vertex], key=position.__getitem__)
            for middle in dict.fromkeys(((len(ends) - 1) // 2, len(ends) // 2)) if ends else ():
                end = ends[middle]
                free = last is None or last < position[end]
                if free and (end, vertex) not in conflicts:
                    root[vertex] = root[end]
                    last = position[end]
                    break
    return root


def gap_between(layers: Layers, left: int, right: int) -> float:
    """Return how far the middles of two vertices side by side must be apart."""
    half = (layers.size[left][0] + layers.size[right][0]) / 2
    return half + (NODE_GAP if layers.is_node(left) and layers.is_node(right) else EDGE_GAP)


def _compact(rows: Rows, layers: Layers, root: Sequence[int]) -> list[float]:
    """Push the blocks to the left as far as they go, then each one back to its right neighbour."""
    right_of: dict[int, dict[int, float]] = {r: {} for r in root}
    waiting = dict.fromkeys(right_of, 0)
    for row in rows:
        for left, right in pairwise(row):
            gaps = right_of[root[left]]
            if root[right] not in gaps:
                waiting[root[right]] += 1
            gaps[root[right]] = max(gaps.get(root[right], 0.0), gap_between(layers, left, right))
    x = dict.fromkeys(right_of, 0.0)
    ready = [r for r in right_of if not waiting[r]]
    for block in ready:
        for other, gap in right_of[block].items():
            x[other] = max(x[other], x[block] + gap)
            waiting[other] -= 1
            if not waiting[other]:
                ready.append(other)
    for block in reversed(ready):
        if right_of[block]:
            x[block] = max(x[block], min(x[o] - gap for o, gap in right_of[block].items()))
    return [x[r] for r in root]


def _balance(proposals: Sequence[list[float]], layers: Layers) -> list[float]:
    """Move the four proposals over the narrowest one and take the mean of the middle two."""
    if not layers.rank:
        return []
    halves = [width / 2 for width, _ in layers.size]
    sides = [
        (
            min(x - h for x, h in zip(p, halves, strict=True)),
            max(x + h for x, h in zip(p, halves, strict=True)),
        )
        for p in proposals
    ]
    low, high = min(sides, key=lambda side: side[1] - side[0])
    for i, proposal in enumerate(proposals):
        shift = high - sides[i][1] if i % 2 else low - sides[i][0]
        proposal[:] = [x + shift for x in proposal]
    middle = [sum(sorted(four)[1:3]) / 2 for four in zip(*proposals, strict=True)]
    start = min(x - h for x, h in zip(middle, halves, strict=True))
    return [x - start for x in middle]
