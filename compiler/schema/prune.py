"""Take what is malformed out of a document, so that the rest can be checked."""

from collections.abc import Iterable
from typing import TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode
from compiler.expressions.syntax import Expression, UnknownTerm
from compiler.schema.messages import SchemaError

Path: TypeAlias = tuple[object, ...]

# What a step must have or the compiler computes with: something unknown stands for it.
NEEDED = frozenset(
    {("name",), ("storage",), ("defaults", "image"), ("defaults", "role"), ("defaults", "instance")}
)


def unknown_scalar(span: Span) -> ScalarNode:
    """Return a value that stands for one that is wrong or missing, which has been reported."""
    return ScalarNode(Expression("", UnknownTerm(0, 0), span), span)


def without_malformed(root: MappingNode, errors: Iterable[SchemaError]) -> MappingNode:
    """Return a pipeline without what the errors speak of, outside of its steps."""
    for error in errors:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties" or "propertyNames" in error.schema_path:
            continue  # a name too many, or a wrong one, does no harm
        if error.validator == "required" and path[:1] != ("defaults",):
            continue
        if path and path[0] != "steps":
            depth = 3 if path[0] == "parameters" else 2 if path[0] in SECTIONS else 1
            root = _without(root, path[:depth], ())
    return root


SECTIONS = frozenset({"defaults", "tags", "env"})


def _without(node: MappingNode, path: Path, above: Path) -> MappingNode:
    name = str(path[0])
    here = (*above, name)
    child = node.members.get(name)
    if child is None:
        return node
    members: dict[str, Node] = dict(node.members)
    if here == ("defaults",) and len(path) == 1:
        needed = [field for section, *field in NEEDED if section == "defaults"]
        brought: dict[str, Node] = {field: unknown_scalar(child.span) for [field] in needed}
        members[name] = MappingNode(brought, {}, child.span)
    elif len(path) > 1 and isinstance(child, MappingNode):
        members[name] = _without(child, path[1:], here)
    elif here in NEEDED:
        members[name] = unknown_scalar(child.span)
    elif here[0] == "parameters" and len(here) == 2:
        members[name] = MappingNode({}, {}, child.span)
    else:
        del members[name]
    return MappingNode(members, node.key_spans, node.span)
