"""The request that a step's fields become: plain dicts and lists with located values in them."""

import json
from typing import TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import (
    Literal,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    plain,
    scalars,
)
from compiler.document.scalars import plain_scalar
from compiler.expressions.syntax import (
    Expression,
    InterpolationTerm,
    LiteralTerm,
    PathTerm,
    Segment,
    Term,
)
from compiler.spec.job import CodeSpec

RequestValue: TypeAlias = "Literal | Node | dict[str, RequestValue] | list[RequestValue]"
Request: TypeAlias = dict[str, RequestValue]


def as_text(node: ScalarNode) -> ScalarNode:
    """Return the value as text, as the string maps of the API want it."""
    value = node.value
    if isinstance(value, Expression):
        if isinstance(value.root, InterpolationTerm):
            return node
        root = InterpolationTerm((value.root,), value.root.start, value.root.end)
        return ScalarNode(Expression(value.text, root, value.span), node.span, node.via)
    if isinstance(value, str):
        return node
    return ScalarNode(json.dumps(value), node.span, node.via, quoted=True)


def as_hyperparameter(node: Node) -> Node:
    """Return the value as the training toolkit wants it, which reads each text as JSON if it can.

    So a text that happens to be JSON, such as `1.10`, is written as a JSON string.
    """
    if not isinstance(node, ScalarNode):
        return as_json(node)
    value = node.value
    if not isinstance(value, str):
        return as_text(node)
    try:
        json.loads(value)
    except (ValueError, RecursionError):
        return node
    return ScalarNode(json.dumps(value), node.span, node.via, quoted=True)


def as_json(node: Node) -> Node:
    """Return a list or a mapping of known values as JSON text; one with references as it is."""
    if isinstance(node, ScalarNode):
        return as_text(node)
    if any(isinstance(each.value, Expression) for each in scalars(node)):
        return node
    return ScalarNode(json.dumps(plain(node)), node.span, quoted=True)


def as_written(node: ScalarNode) -> ScalarNode:
    """Return the value as the text that stands in the YAML: `1.10` keeps its zero."""
    written = node.span.text.strip()
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        if plain_scalar(written) == node.value:
            return ScalarNode(written, node.span, node.via, quoted=True)
    return as_text(node)


def located(value: RequestValue, span: Span) -> Node:
    """Return a request as nodes; what the compiler made is placed at `span`."""
    match value:
        case dict():
            members = {name: located(item, _span_of(item, span)) for name, item in value.items()}
            spans = {name: _span_of(item, span) for name, item in value.items()}
            return MappingNode(members, spans, span)
        case list():
            return SequenceNode(tuple(located(item, span) for item in value), span)
        case ScalarNode() | SequenceNode() | MappingNode():
            return value
        case _:
            return ScalarNode(value, span)


def _span_of(value: RequestValue, default: Span) -> Span:
    return value.span if isinstance(value, ScalarNode | SequenceNode | MappingNode) else default


def joined(span: Span, *parts: str | tuple[str, str]) -> ScalarNode:
    """Return text with references in it; a pair is a context and a name in it."""
    terms: list[Term] = []
    text = ""
    for part in parts:
        written = part if isinstance(part, str) else f"${{{{ {part[0]}.{part[1]} }}}}"
        start, end = len(text), len(text) + len(written)
        text += written
        if isinstance(part, str):
            terms.append(LiteralTerm(part, start, end))
        else:
            segments = tuple(Segment(name, True, start, end) for name in part)
            terms.append(PathTerm(segments, start, end))
    return ScalarNode(Expression(text, InterpolationTerm(tuple(terms), 0, len(text)), span), span)


def put(request: Request, path: str, value: RequestValue) -> None:
    """Put a value at a path of a request, mappings beside what is there already; None is nothing.

    With the path "", the members of the value become members of the request.
    """
    if value is None:
        return
    if not path:
        members = value.members if isinstance(value, MappingNode) else value
        for name, member in members.items() if isinstance(members, dict) else ():
            _put_member(request, name, member)
        return
    *owners, last = path.split(".")
    here = request
    for owner in owners:
        here = here.setdefault(owner, {})  # type: ignore[assignment]
    _put_member(here, last, value)


def _put_member(request: Request, name: str, value: RequestValue) -> None:
    below = request.get(name)
    if isinstance(value, dict) and isinstance(below, dict):
        for inner, member in value.items():
            _put_member(below, inner, member)
    else:
        request[name] = value


def has_code(code: CodeSpec | None) -> bool:
    """Return whether the step brings code of its own."""
    return code is not None and (code.template is not None or code.path is not None)
