"""Who waits for whom in a definition, and which steps may start next; nothing is run here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from compiler.local.resolve import Json, step_of

Status = Literal["NotStarted", "Executing", "Succeeded", "Failed", "Stopped", "Skipped"]
Decision = Literal["run", "skip", "wait"]

# How a step must have ended for one that waits for it; `Completed` is SageMaker's default.
ADMITTED: Mapping[str, frozenset[str]] = {
    "Completed": frozenset({"Succeeded"}),
    "Failed": frozenset({"Failed"}),
    "Stopped": frozenset({"Stopped"}),
    "Any": frozenset({"Succeeded", "Failed", "Stopped"}),
}

# The arguments that hold other steps, or what is looked at when those have ended.
INNER_STEPS: Mapping[str, frozenset[str]] = {
    "Condition": frozenset({"IfSteps", "ElseSteps"}),
    "ForEach": frozenset({"ForEachBody", "Selector"}),
}


class InvalidDefinitionError(Exception):
    """A definition that cannot be run as it stands, one message for each mistake."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("; ".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, kw_only=True, slots=True)
class Need:
    """That a step waits for another one, and for which end of it."""

    step: str
    trigger: str = "Completed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """The outcome of a condition that a step belongs to."""

    condition: str
    outcome: Literal["then", "else"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A step of the definition with its place in the graph."""

    name: str
    type: str
    step: Mapping[str, Json]
    branch: Branch | None
    needs: tuple[Need, ...]
    body: tuple["Node", ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Graph:
    """The steps in the definition's order, branch steps following their condition.

    The steps in the body of a ForEach are not among them: its node has them, as `body`. They wait
    only for each other; what else they need, the ForEach needs.
    """

    nodes: tuple[Node, ...]

    def node(self, name: str) -> Node:
        """Return the step called `name`."""
        return next(node for node in self.nodes if node.name == name)

    def handles_failure_of(self, name: str) -> bool:
        """Say whether some step is there to run when the step `name` fails."""
        return handles(self.nodes, name, "Failed")


def handles(nodes: Iterable[Node], name: str, status: Status) -> bool:
    """Say whether one of the nodes is there to run when the step `name` has not ended well."""
    needs = (need for node in nodes for need in node.needs)
    return any(need.step == name and status in ADMITTED[need.trigger] for need in needs)


def failure_of(node: Node, reason: str | None) -> str:
    """Return what the execution says when a step fails; a Fail step speaks for itself."""
    reason = reason or "failed"
    return reason if node.type == "Fail" else f"step `{node.name}`: {reason}"


def status_at_end(statuses: Iterable[Status], *, halted: bool, stopped: bool) -> str:
    """Return the status of an execution in which nothing runs any more.

    It is `halted` by the failure of a step that no other handles, and `stopped` from outside.
    """
    if stopped:
        return "Stopped"
    if halted:
        return "Failed"
    return "CompletedWithFailures" if {"Failed", "Stopped"} & set(statuses) else "Succeeded"


def read_graph(definition: Mapping[str, Json]) -> Graph:
    """Read the graph of a definition, or raise `InvalidDefinitionError`."""
    nodes = tuple(_nodes(definition.get("Steps") or [], None))
    names = [node.name for outer in nodes for node in (outer, *outer.body)]
    mistakes = [f"two steps are called `{name}`" for name in _repeated(names)]
    for node in (inner for outer in nodes for inner in (outer, *outer.body)):
        for need in node.needs:
            if need.step not in names:
                mistakes.append(f"step `{node.name}` needs `{need.step}`, which does not exist")
            if need.trigger not in ADMITTED:
                mistakes.append(f"step `{node.name}`: unknown trigger `{need.trigger}`")
    if not mistakes and (stuck := [each for group in _groups(nodes) for each in _stuck(group)]):
        mistakes.append(f"steps wait for each other: {', '.join(f'`{name}`' for name in stuck)}")
    if mistakes:
        raise InvalidDefinitionError(tuple(mistakes))
    return Graph(nodes=nodes)


def decide(
    node: Node, statuses: Mapping[str, Status], outcomes: Mapping[str, str | None]
) -> Decision:
    """Say whether a step that has not started can run now, is skipped, or has to wait.

    A step that waits for one that ended otherwise waits for ever: it does not start any more.
    """
    decision: Decision = "run"
    if node.branch is not None:
        status, outcome = statuses[node.branch.condition], outcomes.get(node.branch.condition)
        chosen = "then" if outcome == "true" else "else"
        if status == "Skipped" or (status == "Succeeded" and chosen != node.branch.outcome):
            return "skip"
        if status != "Succeeded":
            decision = "wait"
    for need in node.needs:
        if statuses[need.step] == "Skipped":
            return "skip"
        if statuses[need.step] not in ADMITTED[need.trigger]:
            decision = "wait"
    return decision


def references(value: Json) -> Iterator[str]:
    """Yield the names of the steps whose properties or files `value` refers to."""
    match value:
        case {"Get": str(path)}:
            if path.startswith("Steps."):
                yield step_of(path)
        case dict():
            for each in value.values():
                yield from references(each)
        case list():
            for each in value:
                yield from references(each)


def own_part(step: Mapping[str, Json]) -> dict[str, Json]:
    """Return a step without the steps in its branches or its body."""
    own = dict(step)
    if step.get("Type") in INNER_STEPS:
        arguments = step.get("Arguments", {})
        inner = INNER_STEPS[step["Type"]]
        own["Arguments"] = {name: each for name, each in arguments.items() if name not in inner}
    return own


def _nodes(steps: list[Json], branch: Branch | None) -> Iterator[Node]:
    for step in steps:
        name = step["Name"]
        inner = step["Arguments"].get("ForEachBody") or () if step["Type"] == "ForEach" else ()
        body = tuple(_nodes(list(inner), None))
        own = {node.name for node in body}
        brought = (need for node in body for need in node.needs if need.step not in own)
        yield Node(
            name=name,
            type=step["Type"],
            step=step,
            branch=branch,
            needs=tuple(dict.fromkeys((*_needs(step), *brought))),
            body=tuple(
                replace(node, needs=tuple(need for need in node.needs if need.step in own))
                for node in body
            ),
        )
        if step["Type"] == "Condition":
            arguments = step["Arguments"]
            then = Branch(condition=name, outcome="then")
            yield from _nodes(arguments.get("IfSteps") or [], then)
            yield from _nodes(
                arguments.get("ElseSteps") or [], Branch(condition=name, outcome="else")
            )


def _needs(step: Mapping[str, Json]) -> Iterator[Need]:
    own = own_part(step)
    for each in own.pop("DependsOn", None) or ():
        if isinstance(each, str):
            yield Need(step=each)
        else:
            yield Need(step=each["Step"], trigger=each.get("Trigger", "Completed"))
    yield from (Need(step=name) for name in references(own))


def _groups(nodes: tuple[Node, ...]) -> Iterator[tuple[Node, ...]]:
    yield nodes
    yield from (node.body for node in nodes if node.body)


def _repeated(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]


def _stuck(nodes: tuple[Node, ...]) -> list[str]:
    waiting = {
        node.name: {need.step for need in node.needs}
        | ({node.branch.condition} if node.branch else set())
        for node in nodes
    }
    while free := [name for name, needed in waiting.items() if not needed]:
        for name in free:
            del waiting[name]
        for needed in waiting.values():
            needed.difference_update(free)
    return list(waiting)
