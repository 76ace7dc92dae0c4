"""The drawing of a run: the pipeline's graph with what became of each step."""

from dataclasses import replace

from compiler.report.drawing import Drawing, Edge, Node
from compiler.report.figures import duration, elapsed
from compiler.report.record import RunRecord, StepRecord


def drawing_of_run(run: RunRecord, definition: Drawing | None = None) -> Drawing:
    """Return the graph of a run; the definition's drawing knows its edges better."""
    nodes = tuple(_node(step) for step in run.steps)
    names = {node.name for node in nodes}
    if definition is not None:
        states = {node.name: node for node in nodes}
        return replace(
            definition,
            title=run.pipeline,
            nodes=tuple(states.get(n.name, n) for n in definition.nodes)
            + tuple(n for n in nodes if n.name not in {d.name for d in definition.nodes}),
        )
    edges: dict[tuple[str, str], Edge] = {}
    for step in run.steps:
        for source in step.depends_on:
            if step.branch is None or source != step.branch.condition:
                edges[source, step.name] = Edge(source=source, target=step.name)
    for step in run.steps:
        if step.branch and not _follows_own_branch(step, run):
            key = (step.branch.condition, step.name)
            edges[key] = Edge(
                source=key[0], target=key[1], kind="branch", outcome=step.branch.outcome
            )
    kept = tuple(
        e for e in edges.values() if {e.source, e.target} <= names and e.source != e.target
    )
    return Drawing(nodes=nodes, edges=kept, title=run.pipeline)


def _follows_own_branch(step: StepRecord, run: RunRecord) -> bool:
    return any(other.branch == step.branch for other in run.steps if other.name in step.depends_on)


def _node(step: StepRecord) -> Node:
    return Node(
        name=step.name,
        step_type=step.type,
        display_name=step.display_name,
        status=step.status,
        detail=_detail(step),
        branch=step.branch,
    )


def _detail(step: StepRecord) -> str | None:
    if step.cache_hit:
        return "from cache"
    if step.outcome:
        return step.outcome
    seconds = elapsed(step.started, step.ended)
    return duration(seconds) if seconds is not None else None
