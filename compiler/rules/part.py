"""A part of a step's request, with the shape that the API gives it: what most rules look at."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.diagnostics.span import Span
from compiler.document.node import (
    Literal,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    literal_of,
    node_at,
)
from compiler.expressions.syntax import Expression
from compiler.lower import LoweredStep
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.sagemaker.api import Shape, shape
from compiler.steps.members import paths_of

# Other services have shapes of the same names.
UNQUALIFIED = frozenset({"sagemaker", "pipeline"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A structure in a request; `place` is where its name stands, `path` how one gets there."""

    shape: Shape
    node: MappingNode
    place: Span
    path: str
    step: LoweredStep
    resolved: ResolvedPipeline

    @property
    def kind(self) -> str:
        """The name of the shape, with the service before it unless that is SageMaker."""
        own = self.shape.service in UNQUALIFIED
        return self.shape.name if own else f"{self.shape.service}:{self.shape.name}"

    def get(self, path: str) -> Node | None:
        """Return what stands at a path below this part."""
        return node_at(self.node, path)

    def has(self, path: str) -> bool:
        """Return whether something stands at a path; an empty list or mapping is nothing."""
        match self.get(path):
            case None | ScalarNode(value=None):
                return False
            case SequenceNode(items=items):
                return bool(items)
            case _:
                return True

    def literal(self, path: str) -> Literal:
        """Return the literal at a path; a reference, or nothing, is none."""
        node = self.get(path)
        return literal_of(node) if isinstance(node, ScalarNode) else None

    def text(self, path: str) -> str | None:
        """Return the literal text at a path."""
        value = self.literal(path)
        return value if isinstance(value, str) else None

    def number(self, path: str) -> float | None:
        """Return the literal number at a path."""
        value = self.literal(path)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    def is_reference(self, path: str) -> bool:
        """Return whether what stands at a path is known only when the pipeline runs."""
        node = self.get(path)
        return isinstance(node, ScalarNode) and isinstance(node.value, Expression)

    def rows(self, path: str) -> tuple[MappingNode, ...]:
        """Return the structures of the list at a path."""
        node = self.get(path)
        items = node.items if isinstance(node, SequenceNode) else ()
        return tuple(item for item in items if isinstance(item, MappingNode))

    def span(self, path: str) -> Span:
        """Return the place of the value at a path; of a mapping or list, that of its name."""
        owner, _, name = path.rpartition(".")
        node = self.get(path)
        if isinstance(node, ScalarNode):
            return node.span
        above = self.get(owner) if owner else self.node
        return above.key_span(name) if isinstance(above, MappingNode) else self.place

    def word(self, path: str) -> str:
        """Return what the user calls the member at a path: the field, or the member's own name."""
        owner, _, name = path.rpartition(".")
        above = self.get(owner) if owner else self.node
        if isinstance(above, MappingNode) and above.key_span(name).text.strip("\"'") == name:
            return f"`{name}`"
        full = f"{self.path}.{path}" if self.path else path
        field = dict(paths_of(self.step.type.members)).get(full)
        return f"`{field.rpartition('.')[2]}`" if field is not None else f"`{name}`"

    def shown(self, path: str) -> str:
        """Return the scalar at a path as it was written."""
        node = self.get(path)
        if not isinstance(node, ScalarNode):
            return "nothing"
        written = node.span.text.strip().strip("\"'")
        is_own = written[:1].isdigit() or written == str(node.value)
        return written if is_own else str(node.value)


def parts_of(step: LoweredStep, resolved: ResolvedPipeline) -> Iterator[Part]:
    """Iterate over all structures in a request, the outer ones first."""
    if step.type.request_shape is None:
        return
    whole = Part(
        shape=shape(step.type.request_shape),
        node=step.arguments,
        place=step.spec.span,
        path="",
        step=step,
        resolved=resolved,
    )
    yield from _parts(whole)


def _parts(part: Part) -> Iterator[Part]:
    yield part
    for name, value in part.node.members.items():
        if name in part.shape.members:
            path = f"{part.path}.{name}" if part.path else name
            yield from _below(part, part.shape.member(name), value, part.node.key_span(name), path)


def _below(owner: Part, expected: Shape, node: Node, place: Span, path: str) -> Iterator[Part]:
    match node:
        case MappingNode() if expected.kind == "structure":
            yield from _parts(
                Part(
                    shape=expected,
                    node=node,
                    place=place,
                    path=path,
                    step=owner.step,
                    resolved=owner.resolved,
                )
            )
        case MappingNode() if expected.kind == "map":
            for name, value in node.members.items():
                yield from _below(owner, expected.element(), value, node.key_span(name), path)
        case SequenceNode() if expected.kind == "list":
            for item in node.items:
                yield from _below(owner, expected.element(), item, item.span, f"{path}[]")
        case _:
            return
