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
from compiler.steps import STEP_TYPES

LOCAL_STEP_TYPES: tuple[LocalStepType, ...] = (
    PROCESSING,
    TRAINING,
    CONDITION,
    REGISTER_MODEL,
    FAIL,
)


RUNNING = ", ".join(f"`{name}`" for each in LOCAL_STEP_TYPES for name in each.names)
HINT = (
    f"  = help: steps of these types can: {RUNNING}; "
    "`pipec test` plays steps of all types, with results that you give"
)


def by_type() -> Mapping[str, LocalStepType]:
    """Return the step types by the word in the definition."""
    return {each.type: each for each in LOCAL_STEP_TYPES}


class CannotRunHereError(InvalidDefinitionError):
    """The definition has steps that this machine cannot run, one message for each reason."""

    def __str__(self) -> str:
        lines = (f"  {mistake}" for mistake in self.mistakes)
        return "\n".join(("this pipeline cannot run on this machine:", *lines, HINT))


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
            yield f"step `{node.name}`: its type is `{_name_of(node.type)}`"
            continue
        if reason := _expiry(node.step):
            yield f"step `{node.name}`: {reason}"
        for reason in types[node.type].refusals(node.step):
            yield f"step `{node.name}`: {reason}"


def _name_of(sagemaker_type: str) -> str:
    """Return what a spec calls a type of the definition."""
    names = (name for name, each in STEP_TYPES.items() if each.sagemaker_type == sagemaker_type)
    return next(names, sagemaker_type)
