"""The step types that can run on this machine, and the question whether a definition can."""

from collections.abc import Iterator, Mapping

from compiler.local.cache import duration
from compiler.local.condition import CONDITION
from compiler.local.fail import FAIL
from compiler.local.graph import Graph, InvalidDefinitionError
from compiler.local.processing import PROCESSING
from compiler.local.register_model import REGISTER_MODEL
from compiler.local.resolve import Json
from compiler.local.step_type import LocalStepType
from compiler.local.training import TRAINING

LOCAL_STEP_TYPES: tuple[LocalStepType, ...] = (
    PROCESSING,
    TRAINING,
    CONDITION,
    REGISTER_MODEL,
    FAIL,
)


def by_type() -> Mapping[str, LocalStepType]:
    """Return the step types by the word in the definition."""
    return {each.type: each for each in LOCAL_STEP_TYPES}


class CannotRunHereError(InvalidDefinitionError):
    """The definition has steps that this machine cannot run, one message for each reason."""


def check_runnable(graph: Graph) -> None:
    """Raise `CannotRunHereError` unless every step, in every branch, can run on this machine."""
    if refusals := tuple(_refusals(graph)):
        raise CannotRunHereError(refusals)


def _expiry(step: Mapping[str, Json]) -> str | None:
    """Return what is wrong with the duration for which a result may be taken over."""
    try:
        duration((step.get("CacheConfig") or {}).get("ExpireAfter", "P1D"))
    except ValueError as error:
        return f"ExpireAfter: {error}"
    return None


def _refusals(graph: Graph) -> Iterator[str]:
    types = by_type()
    for node in graph.nodes:
        if node.type not in types:
            known = ", ".join(types)
            yield (f"step `{node.name}`: type {node.type} cannot run on this machine; {known} can")
            continue
        if reason := _expiry(node.step):
            yield f"step `{node.name}`: {reason}"
        for reason in types[node.type].refusals(node.step):
            yield f"step `{node.name}` ({node.type}) cannot run on this machine: {reason}"
