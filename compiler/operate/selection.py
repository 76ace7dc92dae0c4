"""The steps that a selective execution runs, held against the graph of the definition.

https://docs.aws.amazon.com/sagemaker/latest/dg/pipelines-selective-ex.html admits steps of all
types, conditions among them, as long as they are connected; the API wants all steps on all paths
between two of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from compiler.diagnostics.diagnostic import listing, near_or_known
from compiler.local.graph import ADMITTED, Graph, InvalidDefinitionError, read_graph
from compiler.local.resolve import Json
from compiler.operate.refusal import NotDoneError

MOST = 50
ALL = "+"


@dataclass(frozen=True, kw_only=True, slots=True)
class Selection:
    """The steps that run, in the definition's order, and the others that they wait for.

    `needs` has the statuses with which each of the others must have ended.
    """

    steps: tuple[str, ...]
    needs: Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Links:
    """Who waits for whom, in both directions, and which ForEach holds a step of a body."""

    names: tuple[str, ...]
    before: Mapping[str, Mapping[str, frozenset[str]]]
    after: Mapping[str, frozenset[str]]
    holders: Mapping[str, str]

    def beyond(self, names: Iterable[str], *, upstream: bool) -> set[str]:
        """Return the steps with all before them, or all after them."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.before[name] if upstream else self.after[name]
        return found

    def between(self, names: Iterable[str]) -> set[str]:
        """Return the steps with those on all paths between two of them."""
        names = list(names)
        return self.beyond(names, upstream=True) & self.beyond(names, upstream=False)

    def beside(self, name: str) -> list[str]:
        """Return the steps right before and right after one, in order."""
        return [
            each for each in self.names if each in self.before[name] or each in self.after[name]
        ]

    def ordered(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return steps in the definition's order."""
        wanted = set(names)
        return tuple(name for name in self.names if name in wanted)


def select(definition: Json, words: Sequence[str]) -> Selection:
    """Return the selection that words such as `train`, `train+` and `+train` mean.

    Raises NotDoneError if SageMaker would not take it.
    """
    try:
        links = _links(read_graph(definition))
    except InvalidDefinitionError as error:
        raise NotDoneError(f"the definition can't be understood: {error}") from error
    chosen: set[str] = set()
    for word in words:
        chosen |= _meant(word, links)
    steps = links.ordered(chosen)
    _check_whole(steps, links)
    if len(steps) > MOST:
        raise NotDoneError(f"a selective execution takes {MOST} steps at most, not {len(steps)}")
    needs: dict[str, frozenset[str]] = {}
    for name in steps:
        for other, admitted in links.before[name].items():
            if other not in chosen:
                needs[other] = needs.get(other, admitted) & admitted
    return Selection(steps=steps, needs=needs)


def _meant(word: str, links: _Links) -> set[str]:
    name = word.removeprefix(ALL).removesuffix(ALL)
    if name in links.holders:
        holder = links.holders[name]
        raise NotDoneError(f"`{name}` runs for each item of `{holder}`: select `{holder}`")
    if name not in links.names:
        hint = near_or_known(name, links.names)
        raise NotDoneError(f"the pipeline has no step `{name}`" + (f": {hint}" if hint else ""))
    found = {name}
    if word.startswith(ALL):
        found |= links.beyond([name], upstream=True)
    if word.endswith(ALL):
        found |= links.beyond([name], upstream=False)
    return found


def _check_whole(steps: tuple[str, ...], links: _Links) -> None:
    whole = links.ordered(links.between(steps))
    missing = [name for name in whole if name not in steps]
    if missing:
        raise NotDoneError(
            f"the selection leaves out {listing(missing)}, between steps that are selected:"
            f" {_options(whole)} would do"
        )
    parts = _parts(steps, links)
    if len(parts) == 1:
        return
    said = " and ".join(listing(links.ordered(part)) for part in parts)
    linked = _linked(parts, links)
    hint = f"{_options(links.ordered(linked))} would do" if linked else "no steps link them"
    raise NotDoneError(f"the selected steps are not connected, {said}: {hint}")


def _parts(steps: Iterable[str], links: _Links) -> list[set[str]]:
    """Return the steps in groups, each of which is connected."""
    left = list(steps)
    parts = []
    while left:
        part = _reached(left[0], set(left), links)
        parts.append(part)
        left = [name for name in left if name not in part]
    return parts


def _reached(start: str, among: set[str], links: _Links) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [each for each in links.beside(name) if each in among]
    return found


def _linked(parts: list[set[str]], links: _Links) -> set[str] | None:
    """Return a selection that holds all parts and is connected, None if there is none."""
    found = set(parts[0])
    for part in parts[1:]:
        way = _way(found, part, links)
        if way is None:
            return None
        found = links.between(found | part | way)
    return found


def _way(start: set[str], end: set[str], links: _Links) -> set[str] | None:
    """Return the steps on a shortest way from one set of steps to another, in any direction."""
    came: dict[str, str | None] = dict.fromkeys(links.ordered(start))
    waiting = list(came)
    for name in waiting:
        if name in end:
            way = {name}
            before = came[name]
            while before is not None:
                way.add(before)
                before = came[before]
            return way
        for each in links.beside(name):
            if each not in came:
                came[each] = name
                waiting.append(each)
    return None


def _options(steps: Iterable[str]) -> str:
    return "`" + " ".join(f"--select {name}" for name in steps) + "`"


def _links(graph: Graph) -> _Links:
    holders = {inner.name: node.name for node in graph.nodes for inner in node.body}
    before: dict[str, dict[str, frozenset[str]]] = {}
    for node in graph.nodes:
        found: dict[str, frozenset[str]] = {}
        for need in node.needs:
            admitted = ADMITTED[need.trigger]
            found[need.step] = found.get(need.step, admitted) & admitted
        if node.branch is not None:
            found[node.branch.condition] = frozenset({"Succeeded"})
        before[node.name] = found
    names = tuple(node.name for node in graph.nodes)
    after = {name: frozenset(other for other in names if name in before[other]) for name in names}
    return _Links(names=names, before=before, after=after, holders=holders)
