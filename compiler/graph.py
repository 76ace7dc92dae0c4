"""Who needs whom: the steps as a graph, with its cycles and branches checked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal, TypeAlias

import networkx as nx

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, near_or_known
from compiler.diagnostics.span import Span
from compiler.expressions.bound import FileValue, PropertyValue, parts
from compiler.expressions.syntax import Expression, PathTerm
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.steps import STEP_TYPES
from compiler.steps.step_type import Side

EdgeKind: TypeAlias = Literal["data", "order", "branch", "loop"]

MOST_NESTED = 20
REASONS = {
    "data": "`{0}` uses a result of `{1}` here",
    "order": "`{0}` waits for `{1}` here",
    "branch": "`{1}` decides here whether `{0}` runs",
    "loop": "a step in the body of `{0}` needs `{1}` here",
}
SELF_REASONS = {
    "data": "`{0}` uses a result of itself",
    "order": "`{0}` waits for itself",
    "branch": "`{0}` decides whether itself runs",
    "loop": "a step in the body of `{0}` needs `{0}`, which ends after it",
}
NOT_IN_BODIES = frozenset({"condition", "fail", "for_each"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Edge:
    """One step that another needs, for what reason, and where that is written."""

    upstream: str
    downstream: str
    kind: EdgeKind
    written: Span | Expression
    label: str

    @property
    def span(self) -> Span:
        """The place, which in an expression is looked for only when it must be shown."""
        if isinstance(self.written, Expression):
            step = self.upstream
            return self.written.place_of(lambda path: path if _is_into(path, step) else None)
        return self.written


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """The step that holds a step, a condition or a for_each, and on which of its sides."""

    condition: str
    side: Side
    span: Span

    @property
    def words(self) -> str:
        """The branch as messages name it."""
        what = "the body" if self.side == "body" else "a branch"
        return f"{what} of `{self.condition}`"


@dataclass(frozen=True, kw_only=True, slots=True)
class PipelineGraph:
    """The steps in an order in which they can run, and why they need each other."""

    order: tuple[str, ...]
    edges: tuple[Edge, ...]
    branches: Mapping[str, Branch]

    def by_side(self) -> dict[tuple[str, Side], list[str]]:
        """Return the steps directly on each side of a condition, in order."""
        found: dict[tuple[str, Side], list[str]] = {}
        for name in self.order:
            branch = self.branches.get(name)
            if branch is not None:
                found.setdefault((branch.condition, branch.side), []).append(name)
        return found

    @property
    def outermost(self) -> tuple[str, ...]:
        """The steps that no other step holds, in order."""
        return tuple(name for name in self.order if name not in self.branches)


def build_graph(resolved: ResolvedPipeline, diagnostics: Diagnostics) -> PipelineGraph:
    """Return the graph of the steps; cycles and references across branches are reported."""
    branches = _branches(resolved, diagnostics)
    edges = (
        *_data_edges(resolved),
        *_order_edges(resolved, diagnostics),
        *(
            Edge(
                upstream=branch.condition,
                downstream=name,
                kind="branch",
                written=branch.span,
                label=branch.side,
            )
            for name, branch in branches.items()
        ),
    )
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(resolved.pipeline.steps)
    edges = (*edges, *_edges_of_loops(edges, branches))
    graph.add_edges_from((edge.upstream, edge.downstream) for edge in edges)
    if _report_cycles(graph, edges, diagnostics):
        order = tuple(resolved.pipeline.steps)
    else:
        position = {name: index for index, name in enumerate(resolved.pipeline.steps)}
        order = tuple(nx.lexicographical_topological_sort(graph, key=position.__getitem__))
        _report_nesting(resolved, branches, diagnostics)
        _report_hidden_steps(edges, branches, diagnostics)
    edges = tuple(edge for edge in edges if edge.kind != "loop")
    return PipelineGraph(order=order, edges=edges, branches=branches)


def _report_nesting(
    resolved: ResolvedPipeline, branches: Mapping[str, Branch], diagnostics: Diagnostics
) -> None:
    """Warn of conditions in branches; too many in each other are one mistake."""
    for name, branch in branches.items():
        if len(_chain(name, branches)) > MOST_NESTED:
            diagnostics.add(
                codes.NESTED_TOO_DEEP,
                f"`{name}` stands in branches of more than {MOST_NESTED} conditions",
                branch.span,
                hint="join conditions with `and`",
            )
            return
    for name, branch in branches.items():
        kinds = {resolved.pipeline.steps[each].type.value for each in (name, branch.condition)}
        if kinds == {"condition"}:
            diagnostics.add(
                codes.NESTED_CONDITION,
                f"`{name}` is a condition in a branch, which SageMaker rules out",
                branch.span,
            )


def _edges_of_loops(edges: Sequence[Edge], branches: Mapping[str, Branch]) -> Iterator[Edge]:
    """Yield what a for_each needs because a step in its body does: it ends when that has ended."""
    for edge in edges:
        inner = branches.get(edge.downstream)
        if inner is None or inner.side != "body" or edge.kind == "branch":
            continue
        outer = branches.get(edge.upstream)
        if outer is None or outer.condition != inner.condition:
            yield replace(edge, downstream=inner.condition, kind="loop")


def _data_edges(resolved: ResolvedPipeline) -> Iterator[Edge]:
    seen = set()
    for name in resolved.pipeline.steps:
        for expression, bound in resolved.uses(name):
            for part in parts(bound):
                if not isinstance(part, PropertyValue | FileValue):
                    continue
                label = (
                    part.path if isinstance(part, PropertyValue) else f"{part.file}: {part.path}"
                )
                if (part.step, name, label) not in seen:
                    seen.add((part.step, name, label))
                    yield Edge(
                        upstream=part.step,
                        downstream=name,
                        kind="data",
                        written=expression,
                        label=label,
                    )


def _is_into(path: PathTerm, step: str) -> bool:
    names = [segment.value for segment in path.segments[:2]]
    return names == ["steps", step]


def _order_edges(resolved: ResolvedPipeline, diagnostics: Diagnostics) -> Iterator[Edge]:
    for name, spec in resolved.pipeline.steps.items():
        awaits = STEP_TYPES[str(spec.type.value)].awaits(spec)
        places = [(str(after.step.value), after.step.span) for after in spec.after]
        for awaited, place in (*places, *awaits.items()):
            other = resolved.pipeline.steps.get(awaited)
            if other is None:
                _report_unknown(awaited, place, resolved, diagnostics)
                continue
            if STEP_TYPES[str(other.type.value)].ends_execution:
                message = f"nothing can wait for `{awaited}`: a fail step ends the execution"
                diagnostics.add(codes.AFTER_FAIL, message, place)
                continue
            if other.type.value == "condition":
                diagnostics.add(
                    codes.AFTER_CONDITION,
                    f"`{awaited}` is a condition, and SageMaker may refuse to wait for one",
                    place,
                    hint="name the step in `then` or `else`, or wait for a step in a branch",
                )
            yield Edge(
                upstream=awaited,
                downstream=name,
                kind="order",
                written=place,
                label="after",
            )


def _report_unknown(
    name: str, span: Span, resolved: ResolvedPipeline, diagnostics: Diagnostics
) -> None:
    known = [*resolved.pipeline.steps, *resolved.pipeline.broken]
    if name not in known:
        hint = near_or_known(name, known)
        diagnostics.add(codes.UNKNOWN_STEP, f"there is no step `{name}`", span, hint=hint)


def _branches(resolved: ResolvedPipeline, diagnostics: Diagnostics) -> dict[str, Branch]:
    branches: dict[str, Branch] = {}
    for name, spec in resolved.pipeline.steps.items():
        held = STEP_TYPES[str(spec.type.value)].holds(spec)
        for side, listed in held.items():
            for node in listed:
                step = str(node.value)
                if step not in resolved.pipeline.steps:
                    _report_unknown(step, node.span, resolved, diagnostics)
                elif step in branches:
                    first = branches[step]
                    diagnostics.add(
                        codes.STEP_IN_TWO_BRANCHES,
                        f"`{step}` is in {first.words} already",
                        node.span,
                        related=[Related(span=first.span, message="first here")],
                    )
                else:
                    branches[step] = Branch(condition=name, side=side, span=node.span)
                    kind = str(resolved.pipeline.steps[step].type.value)
                    if step != name:
                        _check_held(step, kind, branches[step], diagnostics)
    return branches


def _check_held(step: str, kind: str, branch: Branch, diagnostics: Diagnostics) -> None:
    if branch.side == "body" and kind in NOT_IN_BODIES:
        diagnostics.add(
            codes.NOT_IN_BODY,
            f"`{step}` is a {kind} step, which no body of a for_each can hold",
            branch.span,
        )


def _report_cycles(
    graph: "nx.DiGraph[str]", edges: tuple[Edge, ...], diagnostics: Diagnostics
) -> bool:
    why = {(edge.upstream, edge.downstream): edge for edge in reversed(edges)}
    position = {name: index for index, name in enumerate(graph)}
    found = False
    for component in nx.strongly_connected_components(graph):
        if len(component) == 1 and not any(graph.has_edge(name, name) for name in component):
            continue
        found = True
        # People write steps in their order, so what points upwards is probably the mistake.
        inner = graph.subgraph(component).edges
        back = next(
            (upstream, downstream)
            for upstream, downstream in sorted(inner, key=lambda e: position[e[1]])
            if position[upstream] >= position[downstream]
        )
        names = nx.shortest_path(graph.subgraph(component), back[1], back[0])
        cycle = [why[back], *(why[pair] for pair in pairwise(names))]
        path = " → ".join([cycle[0].upstream, *(edge.downstream for edge in cycle)])
        message = f"the steps wait for each other: {path}"
        if len(names) == 1:
            message = SELF_REASONS[cycle[0].kind].format(names[0])
        diagnostics.add(
            codes.CYCLE,
            message,
            cycle[0].span,
            related=[
                Related(
                    span=edge.span,
                    message=REASONS[edge.kind].format(edge.downstream, edge.upstream),
                )
                for edge in cycle[1:]
            ],
        )
    return found


def _report_hidden_steps(
    edges: tuple[Edge, ...], branches: Mapping[str, Branch], diagnostics: Diagnostics
) -> None:
    for edge in edges:
        if edge.kind in ("branch", "loop"):
            continue
        own = {branch.condition: branch.side for branch in _chain(edge.downstream, branches)}
        # Those that decide on both first: on other sides, the two never run together.
        for branch in sorted(_chain(edge.upstream, branches), key=lambda b: b.condition not in own):
            side = own.get(branch.condition)
            if side == branch.side:
                continue
            related = [Related(span=branch.span, message=f"`{edge.upstream}` is in this branch")]
            if branch.side == "body":
                _report_iterated(edge, branch, diagnostics)
            elif side is not None:
                message = (
                    f"`{edge.upstream}` never runs together with `{edge.downstream}`:"
                    f" it is in the other branch of `{branch.condition}`"
                )
                diagnostics.add(codes.OTHER_BRANCH, message, edge.span, related=related)
            elif edge.kind == "data":
                message = (
                    f"`{edge.upstream}` runs only in a branch of `{branch.condition}`,"
                    f" so `{edge.downstream}` outside of it can't use its results"
                )
                hint = f"put `{edge.downstream}` into `{branch.side}` of `{branch.condition}` too"
                diagnostics.add(
                    codes.OUTSIDE_BRANCH, message, edge.span, hint=hint, related=related
                )
            else:
                continue
            break


def _report_iterated(edge: Edge, branch: Branch, diagnostics: Diagnostics) -> None:
    loop, step = branch.condition, edge.upstream
    message = f"`{step}` runs once for each item of `{loop}`, so `{edge.downstream}` outside"
    hint = f"wait for `{loop}`, which ends when all of them have ended"
    if edge.kind == "data":
        hint = f"write `steps.{loop}.iterations[0].{step}.…`, or `selected` for the best one"
    diagnostics.add(
        codes.OUTSIDE_BRANCH,
        message + (" of it can't use its results" if edge.kind == "data" else " can't wait for it"),
        edge.span,
        hint=hint,
        related=[Related(span=branch.span, message=f"`{step}` is in this body")],
    )


def _chain(step: str, branches: Mapping[str, Branch]) -> list[Branch]:
    """Return the branches that a step is in, the innermost first."""
    chain: list[Branch] = []
    while (branch := branches.get(step)) is not None and branch not in chain:
        chain.append(branch)
        step = branch.condition
    return chain
