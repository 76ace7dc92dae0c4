"""The step types that can run on this machine, and the question whether a definition can."""

from collections.abc import Iterator, Mapping

from compiler.local.condition import CONDITION
from compiler.local.fail import FAIL
from compiler.local.graph import Graph, InvalidDefinition
from compiler.local.processing import PROCESSING
from compiler.local.register_model import REGISTER_MODEL
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


class CannotRunHere(InvalidDefinition):
    """The definition has steps that this machine cannot run, one message for each reason."""


def check_runnable(graph: Graph) -> None:
    """Raise `CannotRunHere` unless every step, in every branch, can run on this machine."""
    if refusals := tuple(_refusals(graph)):
        raise CannotRunHere(refusals)


def _refusals(graph: Graph) -> Iterator[str]:
    types = by_type()
    for node in graph.nodes:
        if node.type not in types:
            known = ", ".join(types)
            yield (f"step `{node.name}`: type {node.type} cannot run on this machine; {known} can")
            continue
        for reason in types[node.type].refusals(node.step):
            yield f"step `{node.name}` ({node.type}) cannot run on this machine: {reason}"
