"""A pipeline as a graph to be drawn: nodes and edges, no coordinates."""

from collections import Counter
from dataclasses import dataclass
from typing import Literal

EdgeKind = Literal["data", "order", "branch"]
Outcome = Literal["then", "else"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """The side of a condition that a step stands on."""

    condition: str
    outcome: Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """One step. `status` and `detail` are for a drawn run; `link` is where a click leads."""

    name: str
    step_type: str
    display_name: str | None = None
    status: str | None = None
    detail: str | None = None
    branch: Branch | None = None
    link: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """One arrow: `target` needs something of `source`, waits for it, or is chosen by it."""

    source: str
    target: str
    kind: EdgeKind = "data"
    outcome: Outcome | None = None
    label: str | None = None

    @property
    def caption(self) -> str | None:
        """What is written on the arrow: the side of a condition, or what is handed over."""
        return self.outcome or self.label


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """A graph whose edges join nodes that it has."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...] = ()
    title: str | None = None

    def __post_init__(self) -> None:
        """Refuse what no format could draw."""
        counts = Counter(node.name for node in self.nodes)
        twice = sorted(name for name, count in counts.items() if count > 1)
        if twice:
            raise ValueError(f"two nodes have the name `{twice[0]}`")
        for edge in self.edges:
            for name in (edge.source, edge.target):
                if name not in counts:
                    raise ValueError(f"an edge names `{name}`, which is not a node")
            if edge.source == edge.target:
                raise ValueError(f"an edge leads from `{edge.source}` to itself")
