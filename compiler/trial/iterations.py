"""The iterations of a ForEach step, and what they add up to."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.local.graph import Node, Status
from compiler.local.resolve import (
    Json,
    Scope,
    UnresolvedReferenceError,
    described,
    items_of,
    resolve,
)
from compiler.trial.paths import tokens_of
from compiler.trial.stand_ins import Path, gets, selected_body

PICKS = {"MaxBy": max, "MinBy": min}


@dataclass(frozen=True, kw_only=True, slots=True)
class Iteration:
    """One of the items, and its number."""

    index: int
    item: Json

    def name_of(self, step: str) -> str:
        """Return the name under which a step of the body runs."""
        return f"{step}-{self.index}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Iterations:
    """How the steps in the body have ended, by name, one mapping for each item."""

    count: int
    properties: tuple[Mapping[str, Json], ...]
    invented: tuple[Mapping[str, frozenset[Path]], ...]
    statuses: tuple[Mapping[str, Status], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """What the ForEach step itself answers; `undecided` is a step whose value was not given."""

    properties: Mapping[str, Json]
    invented: frozenset[Path] = frozenset()
    failure: str | None = None
    undecided: str | None = None


def iterations_of(arguments: Mapping[str, Json]) -> tuple[Iteration, ...]:
    """Return the iterations, or raise `UnresolvedReferenceError` if there is no list."""
    items = items_of(arguments.get("IterableItems"))
    return tuple(Iteration(index=index, item=item) for index, item in enumerate(items))


def outcome_of(node: Node, ended: Iterations) -> Total:
    """Return the properties of a ForEach step, with what its selector picks."""
    statuses = [status for each in ended.statuses for status in each.values()]
    properties: dict[str, Json] = {
        "InputItemCount": ended.count,
        "TotalStepCount": ended.count * len(node.body),
        "SucceededStepCount": statuses.count("Succeeded"),
        "FailedStepCount": statuses.count("Failed"),
        "StoppedStepCount": statuses.count("Stopped"),
        "IterationOutputs": [dict(each) for each in ended.properties],
    }
    invented = frozenset(
        ("IterationOutputs", index, step, *path)
        for index, each in enumerate(ended.invented)
        for step, paths in each.items()
        for path in paths
    )
    body = selected_body(node.step["Arguments"])
    if body is None:
        return Total(properties=properties, invented=invented)
    return _selected(node, body, ended, Total(properties=properties, invented=invented))


def _selected(node: Node, body: str, ended: Iterations, total: Total) -> Total:
    selector = node.step["Arguments"]["Selector"]
    reference = next(gets(selector["Field"]))
    path = tuple((tokens_of(reference) or ())[2:])
    values: dict[int, Json] = {}
    for index, statuses in enumerate(ended.statuses):
        if statuses.get(body) != "Succeeded":
            continue
        if path in ended.invented[index][body]:
            return Total(properties=total.properties, undecided=body)
        roots = {"IterationOutput": ended.properties[index]}
        try:
            values[index] = _number(reference, resolve(selector["Field"], Scope(roots=roots)))
        except UnresolvedReferenceError as error:
            return Total(properties=total.properties, invented=total.invented, failure=str(error))
    if not values:
        return total
    best = PICKS[selector["Pick"]](values, key=lambda index: values[index])
    chosen = frozenset(("Selected", *each) for each in ended.invented[best][body])
    return Total(
        properties={**total.properties, "Selected": ended.properties[best][body]},
        invented=total.invented | chosen,
    )


def _number(reference: str, value: Json) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnresolvedReferenceError(reference, f"{described(value)} cannot be compared")
    return value
