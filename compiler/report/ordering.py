"""The order inside each row: few crossings, found by barycenters and by swapping neighbours."""

from bisect import bisect_right, insort
from collections.abc import Sequence

from compiler.report.layering import Layers

SWEEPS = 12
SWEEPS_WITHOUT_GAIN = 4
# Swapping neighbours is worth its time only in graphs that a person can read.
MOST_VERTICES_TO_SWAP = 4_000

Neighbours = Sequence[Sequence[int]]


def order_rows(layers: Layers) -> None:
    """Fill `layers.rows`: each vertex in its row, with few crossings between the rows."""
    position = [0] * len(layers.rank)
    rows = _first_order(layers)
    _number(rows, position)
    best, fewest, without_gain = rows, _crossings(rows, layers.down, position), 0
    for sweep in range(SWEEPS):
        if not fewest or without_gain >= SWEEPS_WITHOUT_GAIN:
            break
        rows = [list(row) for row in rows]
        _sweep(rows, layers, position, downwards=sweep % 2 == 0)
        if len(layers.rank) <= MOST_VERTICES_TO_SWAP:
            _swap_neighbours(rows, layers, position)
        crossings = _crossings(rows, layers.down, position)
        without_gain += 1
        if crossings < fewest:
            best, fewest, without_gain = [list(row) for row in rows], crossings, 0
    layers.rows = best


def _first_order(layers: Layers) -> list[list[int]]:
    """Follow the edges depth first, so that what hangs together starts side by side."""
    rows: list[list[int]] = [[] for _ in layers.rows]
    seen = [False] * len(layers.rank)
    starts = [v for v in range(len(layers.rank)) if not layers.up[v]]
    stack = list(reversed(starts))
    while stack:
        vertex = stack.pop()
        if not seen[vertex]:
            seen[vertex] = True
            rows[layers.rank[vertex]].append(vertex)
            stack.extend(reversed(layers.down[vertex]))
    return rows


def _number(rows: Sequence[Sequence[int]], position: list[int]) -> None:
    for row in rows:
        for i, vertex in enumerate(row):
            position[vertex] = i


def _sweep(rows: list[list[int]], layers: Layers, position: list[int], *, downwards: bool) -> None:
    """Sort each row by where its vertices' neighbours stand in the row before it."""
    neighbours = layers.up if downwards else layers.down
    for row in rows if downwards else reversed(rows):
        key = {
            v: sum(position[n] for n in neighbours[v]) / len(neighbours[v])
            for v in row
            if neighbours[v]
        }
        # A vertex without neighbours keeps its place; only the others are sorted among theirs.
        moving = iter(sorted((v for v in row if v in key), key=key.__getitem__))
        row[:] = [next(moving) if v in key else v for v in row]
        for i, vertex in enumerate(row):
            position[vertex] = i


def _swap_neighbours(rows: list[list[int]], layers: Layers, position: list[int]) -> None:
    """Swap two that stand side by side for as long as that removes crossings."""
    for row in rows:
        gained = True
        while gained:
            gained = False
            for i in range(len(row) - 1):
                left, right = row[i], row[i + 1]
                before = after = 0
                for side in (layers.up, layers.down):
                    a = sorted(position[n] for n in side[left])
                    b = sorted(position[n] for n in side[right])
                    before += _inversions(a, b)
                    after += _inversions(b, a)
                if after < before:
                    row[i], row[i + 1] = right, left
                    position[left], position[right] = i + 1, i
                    gained = True


def _inversions(left: Sequence[int], right: Sequence[int]) -> int:
    """Count the crossings between the edges of two vertices that stand side by side."""
    return sum(len(left) - bisect_right(left, end) for end in right)


def _crossings(rows: Sequence[Sequence[int]], down: Neighbours, position: Sequence[int]) -> int:
    total = 0
    for row in rows:
        seen: list[int] = []
        for vertex in row:
            ends = sorted(position[n] for n in down[vertex])
            total += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return total
