"""Structures that travel as JSON text, with references inside of their strings."""

import json
from collections.abc import Iterator
from typing import Any

from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.parse import ExpressionError, parse
from compiler.expressions.syntax import (
    CallTerm,
    Expression,
    InterpolationTerm,
    LiteralTerm,
    Term,
)
from compiler.expressions.write import escaped, text_of_term
from compiler.steps.codecs import NOTHING, Codec, Reference
from compiler.steps.request import RequestValue

MARK = "<reference-{}>"


def document(node: Node) -> RequestValue:
    """Return a structure as JSON text; a reference in it becomes a part of a string."""
    parts: list[Term] = []
    for part in _parts(node):
        if isinstance(part, str) and parts and isinstance(parts[-1], LiteralTerm):
            parts[-1] = LiteralTerm(f"{parts[-1].value}{part}", 0, 0)
        else:
            parts.append(LiteralTerm(part, 0, 0) if isinstance(part, str) else part)
    first = parts[0]
    if len(parts) == 1 and isinstance(first, LiteralTerm):
        return ScalarNode(first.value, node.span)
    root = InterpolationTerm(tuple(parts), 0, 0)
    return ScalarNode(Expression("", root, node.span), node.span)


def _parts(node: Node) -> Iterator[str | Term]:
    match node:
        case ScalarNode(value=Expression() as expression):
            root = expression.root
            yield '"'
            for term in root.parts if isinstance(root, InterpolationTerm) else (root,):
                is_text = isinstance(term, LiteralTerm) and isinstance(term.value, str)
                yield json.dumps(term.value)[1:-1] if is_text else term  # type: ignore[union-attr]
            yield '"'
        case ScalarNode(value=value):
            yield json.dumps(value)
        case SequenceNode():
            yield "["
            for index, item in enumerate(node.items):
                yield ", " if index else ""
                yield from _parts(item)
            yield "]"
        case MappingNode():
            yield "{"
            for index, (name, item) in enumerate(node.members.items()):
                yield f"{', ' if index else ''}{json.dumps(name)}: "
                yield from _parts(item)
            yield "}"


def structure(text: Any) -> Any:
    """Return the structure that is written as exactly this text, NOTHING if there is none."""
    if not isinstance(text, str):
        return NOTHING
    if not isinstance(text, Reference):
        return _read(text)
    try:
        root = parse(text)
    except ExpressionError:
        return NOTHING
    terms = _terms(root)
    if MARK[:5] in "".join(str(term.value) for term in terms if isinstance(term, LiteralTerm)):
        return NOTHING
    references: list[Term] = []
    written = ""
    for term in terms:
        if isinstance(term, LiteralTerm):
            written += str(term.value)
        else:
            written += MARK.format(len(references))
            references.append(term)
    return _with_references(_read(written), references)


def _terms(root: Term) -> tuple[Term, ...]:
    match root:
        case InterpolationTerm(parts=parts):
            return parts
        case CallTerm(name="join", arguments=(LiteralTerm(value=""), *parts)):
            return tuple(parts)
        case _:
            return (root,)


def _read(text: str) -> Any:
    try:
        found = json.loads(text)
        is_exact = isinstance(found, dict) and json.dumps(found) == text
    except (ValueError, RecursionError):
        return NOTHING
    return found if is_exact else NOTHING


def _with_references(value: Any, references: list[Term]) -> Any:
    match value:
        case dict():
            if any(MARK[:5] in name for name in value):
                return NOTHING
            members = {name: _with_references(each, references) for name, each in value.items()}
            return NOTHING if NOTHING in members.values() else members
        case list():
            items = [_with_references(each, references) for each in value]
            return NOTHING if NOTHING in items else items
        case str():
            return _text(value, references)
        case _:
            return value


def _text(text: str, references: list[Term]) -> str:
    """Return a string of a spec for a text in which references are marked."""
    parts: list[Term] = []
    for index, reference in enumerate(references):
        before, mark, after = text.partition(MARK.format(index))
        if mark:
            parts += [LiteralTerm(before, 0, 0)] if before else []
            parts.append(reference)
            text = after
    if not parts:
        return escaped(text)
    parts += [LiteralTerm(text, 0, 0)] if text else []
    is_bare = len(parts) == 1 and not isinstance(parts[0], LiteralTerm)
    return text_of_term(parts[0] if is_bare else InterpolationTerm(tuple(parts), 0, 0))


def _lift(value: Any) -> tuple[Any, Any]:
    found = structure(value)
    return (NOTHING, value) if found is NOTHING else (found, NOTHING)


DOCUMENT = Codec(document, _lift)
