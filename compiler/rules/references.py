"""Mappings that look like references of a definition, where anything may stand."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import MappingNode, Node, SequenceNode
from compiler.lower import LoweredStep

WORDS = {"Get": "get('Parameters.x')", "Std:Join": "join('/', a, b)", "Std:JsonGet": "json(a, 'b')"}


def check_references(step: LoweredStep) -> Iterator[Diagnostic]:
    """Find them in requests without a shape; in others, and for a Lambda, no mapping may stand."""
    if step.type.request_shape is None and step.sagemaker_type != "Lambda":
        yield from _check(step.arguments)


def _check(node: Node) -> Iterator[Diagnostic]:
    match node:
        case SequenceNode(items=items):
            for item in items:
                yield from _check(item)
        case MappingNode(members=members):
            for name, value in members.items():
                if name in WORDS or name.startswith("Std:"):
                    yield Diagnostic(
                        code=codes.MALFORMED_REFERENCE,
                        message=f"SageMaker takes a mapping with `{name}` for a reference",
                        span=node.key_span(name),
                        hint=f"write references as `${{{{ {WORDS.get(name, WORDS['Get'])} }}}}`",
                    )
                    return
                yield from _check(value)
        case _:
            return
