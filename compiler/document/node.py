"""Located values: what the reader makes, what every later phase points at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from compiler.diagnostics.span import SourceFile, Span
from compiler.expressions.syntax import Expression

Literal: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A text that stands elsewhere and was put into a value."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class ScalarNode:
    """A single value; `via` is the place of the reference that brought the value from elsewhere.

    `pieces` are what references in a text brought into it.
    """

    value: Literal | Expression
    span: Span
    via: Span | None = None
    quoted: bool = False
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SequenceNode:
    """A list of values."""

    items: tuple["Node", ...]
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class MappingNode:
    """Named values in the order of the text; `key_spans` holds the place of each name.

    A key that the compiler made and not a person has no span of its own.
    """

    members: dict[str, "Node"]
    key_spans: dict[str, Span]
    span: Span

    def get(self, name: str) -> "Node | None":
        """Return the value of a name."""
        return self.members.get(name)

    def key_span(self, name: str) -> Span:
        """Return the place of a name, or that of the mapping."""
        return self.key_spans.get(name, self.span)


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """The one document of a source file."""

    source: SourceFile
    root: MappingNode


def mapping_of(node: Node | None) -> MappingNode | None:
    """Return the node if it is a mapping."""
    return node if isinstance(node, MappingNode) else None


def text_of(node: Node | None) -> str | None:
    """Return the value of the node if it is a literal string."""
    if isinstance(node, ScalarNode) and isinstance(node.value, str):
        return node.value
    return None


# Texts that are right wherever an account, a region or a name is expected.
SAMPLES = ("111122223333", "us-east-1", "name")


def brought_by(node: ScalarNode, is_right: Callable[[str], bool]) -> Span | None:
    """Return where the part of a wrong text stands without which the text would be right."""
    for piece in node.pieces:
        for sample in SAMPLES:
            if piece.text and is_right(str(node.value).replace(piece.text, sample)):
                return piece.span
    return None


def node_at(node: Node | None, path: str) -> Node | None:
    """Return what stands below a node at a path such as `AppSpecification.ImageUri`."""
    for name in path.split("."):
        node = node.get(name) if isinstance(node, MappingNode) else None
    return node


def literal_of(node: ScalarNode) -> Literal:
    """Return the literal value; an expression counts as none."""
    return None if isinstance(node.value, Expression) else node.value


def scalars(node: Node) -> Iterator[ScalarNode]:
    """Iterate over all scalars in and below a node, in order."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, ScalarNode):
            yield here
        elif isinstance(here, SequenceNode):
            waiting.extend(reversed(here.items))
        else:
            waiting.extend(reversed(here.members.values()))


class ExpressionText(str):
    """The text of an expression, told apart from a literal that was written with `$${{`."""

    __slots__ = ()


def plain(node: Node) -> object:
    """Return the node as plain Python data, an expression as its text."""
    match node:
        case ScalarNode(value=Expression() as expression):
            return ExpressionText(expression.text)
        case ScalarNode():
            return node.value
        case SequenceNode():
            return [plain(item) for item in node.items]
        case MappingNode():
            return {key: plain(value) for key, value in node.members.items()}


def merge(base: MappingNode, over: MappingNode) -> MappingNode:
    """Return `base` with `over` laid on it: mappings merge, all else replaces, null removes."""
    members = dict(base.members)
    key_spans = dict(base.key_spans)
    for name, value in over.members.items():
        below = members.get(name)
        if isinstance(value, ScalarNode) and value.value is None:
            members.pop(name, None)
            continue
        if isinstance(below, MappingNode) and isinstance(value, MappingNode):
            value = merge(below, value)  # noqa: PLW2901
        members[name] = value
        if not isinstance(below, MappingNode):
            key_spans[name] = over.key_span(name)
    return MappingNode(members, key_spans, base.span)
