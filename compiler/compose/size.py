"""How much of a document a value makes, so that small specs stay small."""

from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode

MAX_DEPTH = 100


class TooLargeError(Exception):
    """The variables, put in their places, make too much of the document."""


def size_of(node: Node, depth: int = 0) -> int:
    """Return how much a value adds to the document; a long text counts as several."""
    if depth > MAX_DEPTH:
        raise TooLargeError(f"a value is nested more than {MAX_DEPTH} deep")
    match node:
        case ScalarNode(value=str() as text):
            return 1 + len(text) // 100
        case ScalarNode():
            return 1
        case SequenceNode():
            return 1 + sum(size_of(item, depth + 1) for item in node.items)
        case MappingNode():
            return 1 + sum(size_of(item, depth + 1) for item in node.members.values())
