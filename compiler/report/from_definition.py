"""The drawing of a pipeline definition: its steps, what they hand on, and what they wait for."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from compiler.report.drawing import Branch, Drawing, Edge, Node, Outcome
from compiler.report.json_value import Json

# Where a step holds other steps, and the side of the condition that they are.
NESTED: tuple[tuple[str, Outcome | None], ...] = (
    ("IfSteps", "then"),
    ("ElseSteps", "else"),
    ("ForEachBody", None),
)
LABELS: Mapping[str, str] = {"S3ModelArtifacts": "model", "Outcome": "outcome"}
QUOTED_KEY = re.compile(r"\[(['\"])(.*?)\1\]")
MOST_LABELS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Placed:
    """A step and the step that holds it."""

    step: Mapping[str, Json]
    holder: str | None = None
    outcome: Outcome | None = None


def drawing_of_definition(definition: Mapping[str, Json], title: str | None = None) -> Drawing:
    """Return the graph of a definition. Parts that are not as they should be are left out."""
    placed: dict[str, _Placed] = {
        p.step["Name"]: p for p in _steps(definition.get("Steps"), None, None)
    }
    nodes = tuple(_node(here) for here in placed.values())
    edges: dict[tuple[str, str], Edge] = {}
    for name, here in placed.items():
        for source, label in _references(here.step):
            _add(edges, placed, Edge(source=source, target=name, label=label))
        for source, when in _waits(here.step):
            _add(edges, placed, Edge(source=source, target=name, kind="order", label=when))
    for entry in _branch_edges(placed, edges):
        edges[entry.source, entry.target] = entry
    return Drawing(nodes=nodes, edges=tuple(edges.values()), title=title)


def _steps(steps: Json, holder: str | None, outcome: Outcome | None) -> Iterator[_Placed]:
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, dict) or not isinstance(step.get("Name"), str):
            continue
        yield _Placed(step=step, holder=holder, outcome=outcome)
        arguments = step.get("Arguments")
        if isinstance(arguments, dict):
            for key, side in NESTED:
                yield from _steps(arguments.get(key), step["Name"], side)


def _node(placed: _Placed) -> Node:
    step = placed.step
    display = step.get("DisplayName")
    branch = None
    if placed.holder and placed.outcome:
        branch = Branch(condition=placed.holder, outcome=placed.outcome)
    return Node(
        name=step["Name"],
        step_type=str(step.get("Type", "")),
        display_name=display if isinstance(display, str) else None,
        branch=branch,
    )


def _references(value: Json) -> Iterator[tuple[str, str]]:
    """Yield the step that each reference names, and a short name of what it hands over.

    The steps that this one holds make their own references.
    """
    if isinstance(value, dict):
        json_get = value.get("Std:JsonGet")
        if isinstance(json_get, dict):
            for step, file in _references(json_get.get("PropertyFile")):
                path = json_get.get("Path")
                yield step, path if isinstance(path, str) else file
            yield from _references(json_get.get("S3Uri"))
            return
        path = value.get("Get")
        if isinstance(path, str) and path.startswith("Steps."):
            step, _, rest = path.removeprefix("Steps.").partition(".")
            yield step, _label(rest)
            return
        nested = {key for key, _ in NESTED}
        for key, child in value.items():
            if key not in nested:
                yield from _references(child)
    elif isinstance(value, list):
        for child in value:
            yield from _references(child)


def _label(path: str) -> str:
    keys = QUOTED_KEY.findall(path)
    if keys:
        return str(keys[-1][1])
    member = re.sub(r"\[\d+\]", "", path).rsplit(".", 1)[-1]
    return LABELS.get(member, member)


def _waits(step: Mapping[str, Json]) -> Iterator[tuple[str, str | None]]:
    depends_on = step.get("DependsOn")
    for entry in depends_on if isinstance(depends_on, list) else ():
        if isinstance(entry, str):
            yield entry, None
        elif isinstance(entry, dict) and isinstance(entry.get("Step"), str):
            trigger = entry.get("Trigger")
            yield entry["Step"], f"when {trigger}".lower() if isinstance(trigger, str) else None


def _add(edges: dict[tuple[str, str], Edge], placed: Mapping[str, _Placed], edge: Edge) -> None:
    """Keep one edge for two steps: data says more than order, and collects its labels."""
    if edge.source not in placed or edge.source == edge.target:
        return
    known = edges.get((edge.source, edge.target))
    if known is None:
        edges[edge.source, edge.target] = edge
    elif edge.kind == known.kind == "data" and edge.label:
        labels = dict.fromkeys([*(known.label or "").split(", "), edge.label])
        if len(labels) <= MOST_LABELS:
            merged = ", ".join(label for label in labels if label)
            edges[edge.source, edge.target] = Edge(
                source=edge.source, target=edge.target, label=merged
            )


def _branch_edges(
    placed: Mapping[str, _Placed], edges: Mapping[tuple[str, str], Edge]
) -> Sequence[Edge]:
    """Join each condition with the first steps of its branches."""
    later = {
        target
        for source, target in edges
        if placed[target].holder is not None
        and (placed[source].holder, placed[source].outcome)
        == (placed[target].holder, placed[target].outcome)
    }
    return [
        Edge(
            source=here.holder,
            target=name,
            kind="branch",
            outcome=here.outcome,
            label=None if here.outcome else "each",
        )
        for name, here in placed.items()
        if here.holder is not None and name not in later
    ]
