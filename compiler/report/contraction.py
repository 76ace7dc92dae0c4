"""Shorter edges for a placed graph: what hangs together in a straight line moves as one."""

from collections.abc import Sequence
from itertools import pairwise

from compiler.report.coordinates import gap_between
from compiler.report.layering import Layers

ROUNDS, ROUNDS_FOR_MANY, MANY_VERTICES = 24, 4, 6_000
ALIGNED = 0.01


def contract(layers: Layers, x: Sequence[float]) -> list[float]:
    """Return places with shorter edges; rows keep their order, straight lines stay straight."""
    places = list(x)
    rounds = ROUNDS if len(places) <= MANY_VERTICES else ROUNDS_FOR_MANY
    left, right = _neighbours(layers)
    for n in range(rounds):
        moved = False
        blocks = sorted(_blocks(layers, places), key=lambda block: (places[block[0]], block[0]))
        for block in blocks if n % 2 == 0 else reversed(blocks):
            shift = _wanted_shift(block, layers, places)
            shift = max(shift, -_room(block, left, places, layers)) if shift < 0 else shift
            shift = min(shift, _room(block, right, places, layers)) if shift > 0 else shift
            if abs(shift) > ALIGNED:
                moved = True
                for vertex in block:
                    places[vertex] += shift
        if not moved and n % 2:
            break
    start = min((p - s[0] / 2 for p, s in zip(places, layers.size, strict=True)), default=0.0)
    return [p - start for p in places]


def _neighbours(layers: Layers) -> tuple[list[int | None], list[int | None]]:
    left: list[int | None] = [None] * len(layers.rank)
    right: list[int | None] = [None] * len(layers.rank)
    for row in layers.rows:
        for a, b in pairwise(row):
            right[a], left[b] = b, a
    return left, right


def _blocks(layers: Layers, x: Sequence[float]) -> list[list[int]]:
    """Return the groups of vertices that edges join in one vertical line."""
    seen = [False] * len(x)
    blocks = []
    for start in range(len(x)):
        if seen[start]:
            continue
        seen[start] = True
        block = [start]
        for vertex in block:
            for other in (*layers.up[vertex], *layers.down[vertex]):
                if not seen[other] and abs(x[other] - x[vertex]) <= ALIGNED:
                    seen[other] = True
                    block.append(other)
        blocks.append(block)
    return blocks


def _wanted_shift(block: Sequence[int], layers: Layers, x: Sequence[float]) -> float:
    """Return the least shift that makes the block's edges to others as short as they can be."""
    pulls = sorted(
        x[other] - x[vertex]
        for vertex in block
        for other in (*layers.up[vertex], *layers.down[vertex])
        if abs(x[other] - x[vertex]) > ALIGNED
    )
    if not pulls:
        return 0.0
    low, high = pulls[(len(pulls) - 1) // 2], pulls[len(pulls) // 2]
    return min(max(0.0, low), high)


def _room(
    block: Sequence[int], beside: Sequence[int | None], x: Sequence[float], layers: Layers
) -> float:
    """Return how far the block can move before it meets what stands beside it."""
    rooms = [
        abs(x[other] - x[vertex]) - gap_between(layers, vertex, other)
        for vertex in block
        if (other := beside[vertex]) is not None
    ]
    return max(min(rooms, default=float("inf")), 0.0)
