"""Steps in the body of a loop, which run once for each of its items."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.bound import ExecutionValue, FileValue, PathValue, PropertyValue, parts
from compiler.expressions.syntax import Expression
from compiler.graph import PipelineGraph
from compiler.lower import LoweredPipeline

# Type -> where in its arguments the places stand that it writes to. A training adds its
# own name to the model's, and not to that of its checkpoints.
PLACES: Mapping[str, str] = MappingProxyType(
    {
        "Processing": "ProcessingOutputConfig.Outputs.*.S3Output.S3Uri",
        "Transform": "TransformOutput.S3OutputPath",
        "Training": "CheckpointConfig.S3Uri",
    }
)
OWN_NAMES = frozenset({"ProcessingJobName", "TrainingJobName"})


def check_places(lowered: LoweredPipeline, graph: PipelineGraph) -> Iterator[Diagnostic]:
    """Warn of outputs that are at the same place in each iteration."""
    sides = graph.by_side()
    for name, branch in graph.branches.items():
        step = lowered.steps.get(name)
        loop = lowered.steps.get(branch.condition)
        if step is None or loop is None or branch.side != "body":
            continue
        items = loop.arguments.get("IterableItems")
        if isinstance(items, SequenceNode) and len(items.items) < 2:
            continue
        body = set(sides[loop.name, "body"])
        path = PLACES.get(step.sagemaker_type)
        for node in _at(step.arguments, path.split(".")) if path is not None else ():
            if not _changes(node, body, lowered):
                yield Diagnostic(
                    code=codes.SAME_PLACE,
                    message=f"`{name}` writes to the same place for each item of `{loop.name}`",
                    span=node.span,
                    hint="write something of the `item` into the `uri`",
                    related=(Related(span=branch.span, message="it runs once for each here"),),
                )


def _at(node: Node | None, path: list[str]) -> Iterator[ScalarNode]:
    if not path:
        if isinstance(node, ScalarNode):
            yield node
    elif path[0] == "*":
        for item in node.items if isinstance(node, SequenceNode) else ():
            yield from _at(item, path[1:])
    elif isinstance(node, MappingNode):
        yield from _at(node.get(path[0]), path[1:])


def _changes(node: ScalarNode, body: set[str], lowered: LoweredPipeline) -> bool:
    """Return whether a place is another one in each iteration, or one that nobody can know."""
    if not isinstance(node.value, Expression):
        return False
    for part in parts(lowered.resolved.bind(node.value)):
        match part:
            case PathValue(path=path) if path.startswith("ForEach."):
                return True
            case ExecutionValue(name=name) if name in OWN_NAMES:
                return True
            case PropertyValue(step=step) | FileValue(step=step) if step in body:
                return True
            case _:
                pass
    return False
