"""Given values held against the shapes of what Describe answers."""

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, plain
from compiler.expressions.types import ANY, STRING, Type, fits, type_of
from compiler.local.resolve import kind_of
from compiler.sagemaker.api import Shape, shape
from compiler.sagemaker.properties import (
    NAMED_LISTS,
    PropertyPathError,
    property_type,
    scalar_type,
)
from compiler.trial.paths import Token, segments_of, tokens_of

CONTAINERS = frozenset({"structure", "list", "map"})


def check_path(
    shape_name: str | None, path: str, node: Node, span: Span, diagnostics: Diagnostics
) -> bool:
    """Report a path that leads nowhere, or a value of another type than is there."""
    tokens = tokens_of(path)
    if tokens is None:
        message = f"`{path}` is no path such as `ModelArtifacts.S3ModelArtifacts`"
        diagnostics.add(codes.UNKNOWN_TEST_PROPERTY, message, span)
        return False
    if shape_name is None:
        return True
    try:
        property_type(shape_name, segments_of(path))
    except PropertyPathError as error:
        word = str(error.segment.value)
        hint = did_you_mean(word, error.known)
        known = f"it has {listing(error.known, limit=30)}" if error.known else None
        diagnostics.add(codes.UNKNOWN_TEST_PROPERTY, error.message, span, hint=hint or known)
        return False
    found = shape_at(shape_name, tokens)
    return found is None or _check(found, str(tokens[-1]), node, span, diagnostics)


def shape_at(shape_name: str, tokens: list[Token]) -> Shape | None:
    """Return the shape at the end of a path, or None where no shape is known."""
    here = shape(shape_name)
    for token in tokens:
        match here.kind:
            case "structure" if token in here.members:
                here = here.member(str(token))
            case "list" | "map":
                here = here.element()
            case _:
                return None
    return here


def check_member(
    name: str, expected: Type, node: Node, span: Span, diagnostics: Diagnostics
) -> bool:
    """Report a value of another type than an output has."""
    value = plain(node)
    if isinstance(node, ScalarNode) and fits(type_of(value), expected):
        return True
    _report(name, expected, node, span, diagnostics)
    return False


def _check(expected: Shape, name: str, node: Node, span: Span, diagnostics: Diagnostics) -> bool:
    match node:
        case MappingNode() if expected.kind == "structure":
            return _check_members(expected, node, diagnostics)
        case MappingNode() if expected.kind == "map" or _is_named(expected, name):
            item = expected.element()
            checked = [
                _check(item, key, each, node.key_span(key), diagnostics)
                for key, each in node.members.items()
            ]
            return all(checked)
        case SequenceNode() if expected.kind == "list":
            item = expected.element()
            checked = [_check(item, name, each, each.span, diagnostics) for each in node.items]
            return all(checked)
        case ScalarNode() if expected.kind not in CONTAINERS:
            return check_member(name, scalar_type(expected.kind), node, span, diagnostics)
        case _ if scalar_type(expected.kind) is ANY:
            return True
    _report(name, scalar_type(expected.kind), node, span, diagnostics)
    return False


def _check_members(expected: Shape, node: MappingNode, diagnostics: Diagnostics) -> bool:
    sound = True
    for key, each in node.members.items():
        span = node.key_span(key)
        if key not in expected.members:
            diagnostics.add(
                codes.UNKNOWN_TEST_PROPERTY,
                f"`{expected.name}` has no member `{key}`",
                span,
                hint=did_you_mean(key, expected.members)
                or f"it has {listing(expected.members, limit=30)}",
            )
            sound = False
        elif not _check(expected.member(key), key, each, span, diagnostics):
            sound = False
    return sound


def _is_named(expected: Shape, member: str) -> bool:
    return expected.kind == "list" and member in NAMED_LISTS


def _report(name: str, expected: Type, node: Node, span: Span, diagnostics: Diagnostics) -> None:
    value = plain(node)
    shown = f"`{value}`" if isinstance(value, str) else kind_of(value)
    hint = None
    if expected == STRING and isinstance(value, int | float):
        hint = f'put quotes around it: "{node.span.text}"'
    diagnostics.add(
        codes.TEST_VALUE_TYPE,
        f"`{name}` is {shown}, expected a value of type {expected}",
        node.span if isinstance(node, ScalarNode) else span,
        hint=hint,
    )
