"""Build instances of spec classes from a document, following their type hints.

The document has passed the schema, so what does not fit here has been reported; the builder only
refuses run-time references where a value is needed when compiling.
"""

from typing import Any, TypeVar

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.syntax import Expression, has_unknown, paths
from compiler.spec.declared import declared_fields
from compiler.spec.fields import Table
from compiler.spec.shape import (
    Field,
    FreeShape,
    ListShape,
    ObjectShape,
    ScalarShape,
    Shape,
    TableShape,
    fields_of,
)

T = TypeVar("T")


def build(spec: type[T], node: Node, diagnostics: Diagnostics, **given: object) -> T:
    """Return an instance of `spec`; `given` are fields that do not stand in the mapping."""
    values: dict[str, Any] = dict(given)
    if not isinstance(node, MappingNode):
        shorthand = getattr(spec, "SHORTHAND", None)
        members: dict[str, Node] = {} if shorthand is None else {str(shorthand): node}
        node = MappingNode(members, {}, node.span)
    declaration: type = spec
    for field in fields_of(declaration):
        if field.name in values:
            continue
        child = node.members.get(field.key)
        if child is None or (isinstance(child, ScalarNode) and child.value is None):
            if (field.is_required and not field.unless) or _always_built(field):
                values[field.name] = _empty(field.shape, node.span)
            continue
        if _is_refused(field.shape, child, field.key, diagnostics):
            if field.is_required or _always_built(field):
                values[field.name] = _empty(field.shape, node.span)
            continue
        values[field.name] = _value(field, child, diagnostics)
    if "span" in declared_fields(spec):
        values.setdefault("span", node.span)
    return spec(**values)


def _always_built(field: Field) -> bool:
    return isinstance(field.shape, TableShape)


def _empty(shape: Shape, span: Span) -> object:
    match shape:
        case TableShape():
            return Table({}, {})
        case ListShape():
            return ()
        case ObjectShape():
            return build(shape.spec, MappingNode({}, {}, span), Diagnostics())
        case FreeShape(mapping_only=True):
            return MappingNode({}, {}, span)
        case _:
            return ScalarNode(None, span)


def _takes_no_reference(shape: Shape) -> bool:
    """Return whether a value has parts, so that no reference can stand for it."""
    match shape:
        case ScalarShape():
            return False
        case FreeShape(mapping_only=mapping_only):
            return mapping_only
        case ObjectShape(spec=spec, shorthand=shorthand):
            short = (each.shape for each in fields_of(spec) if each.key == shorthand)
            return all(_takes_no_reference(each) for each in short)
        case ListShape(item=item, or_one=or_one):
            return not or_one or _takes_no_reference(item)
        case TableShape():
            return True


def _is_refused(shape: Shape, node: Node, label: str, diagnostics: Diagnostics) -> bool:
    """Report a reference that stands for something with parts; return whether there is one."""
    if not isinstance(node, ScalarNode) or not isinstance(node.value, Expression):
        return False
    if not _takes_no_reference(shape):
        return False
    if not has_unknown(node.value.root):
        noun = "a list" if isinstance(shape, ListShape) else "a mapping"
        diagnostics.add(
            codes.REFERENCE_PLACE,
            f"`{label}` takes {noun}, where no reference may stand",
            node.span,
            hint="a reference stands for a single value; use `vars` for the whole",
        )
    return True


def _value(field: Field, node: Node, diagnostics: Diagnostics) -> object:
    return _of_shape(field.shape, node, field.key, diagnostics)


def _of_shape(shape: Shape, node: Node, label: str, diagnostics: Diagnostics) -> object:
    match shape:
        case ScalarShape():
            if shape.is_static and isinstance(node, ScalarNode):
                refuse_run_time(node, label, diagnostics)
            return node
        case FreeShape():
            return node
        case ObjectShape():
            return build(shape.spec, node, diagnostics)
        case ListShape():
            items = node.items if isinstance(node, SequenceNode) else (node,)
            return tuple(
                _of_shape(shape.item, item, label, diagnostics)
                for item in items
                if not _is_refused(shape.item, item, label, diagnostics)
            )
        case TableShape():
            return _table(shape, node, label, diagnostics)


def _table(shape: TableShape, node: Node, label: str, diagnostics: Diagnostics) -> Table[object]:
    if isinstance(node, SequenceNode):
        entries: dict[str, object] = {}
        key_spans: dict[str, Span] = {}
        for item in node.items:
            if isinstance(item, ScalarNode) and isinstance(item.value, str):
                empty = MappingNode({}, {}, item.span)
                entries[item.value] = _of_shape(shape.item, empty, item.value, diagnostics)
                key_spans[item.value] = item.span
        return Table(entries, key_spans, node.span)
    if not isinstance(node, MappingNode):
        return Table({}, {})
    entries = {}
    for name, value in node.members.items():
        if isinstance(value, ScalarNode) and value.value is None:
            if not shape.or_names:
                continue
            value = MappingNode({}, {}, node.key_span(name))  # noqa: PLW2901
        if not _is_refused(shape.item, value, name, diagnostics):
            entries[name] = _of_shape(shape.item, value, f"{label}.{name}", diagnostics)
    return Table(entries, {name: node.key_span(name) for name in entries}, node.span)


def refuse_run_time(node: ScalarNode, label: str, diagnostics: Diagnostics) -> None:
    """Report a run-time reference that stands where a value is needed when compiling."""
    if not isinstance(node.value, Expression) or has_unknown(node.value.root):
        return
    expression = node.value
    path = next(paths(expression.root), None)
    span = expression.place(path) if path is not None else node.span
    name = ".".join(str(segment.value) for segment in path.segments[:2]) if path else "this"
    diagnostics.add(
        codes.WRONG_TIME,
        f"`{label}` is needed when compiling, but `{name}` is known only when running",
        span,
        hint="use a literal or `vars`",
    )
