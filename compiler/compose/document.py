"""A document as written to the document that is meant for one target."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.compose.target import choose_target, lay_over
from compiler.compose.variables import substitute
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, Node, ScalarNode


@dataclass(frozen=True, kw_only=True, slots=True)
class Composed:
    """The document for one target; only run-time references are left open in it."""

    root: MappingNode
    target: str


def compose(
    root: MappingNode,
    *,
    target: str | None,
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
) -> Composed | None:
    """Return the document for a target, or None after reporting why there is none."""
    name = choose_target(root, target, diagnostics)
    if name is None:
        return None
    laid = lay_over(root, name, diagnostics)
    context: dict[str, Node] = {"name": ScalarNode(name, root.span, None, quoted=True)}
    for key in ("account", "region"):
        node = laid.get(key)
        if node is not None:
            context[key] = node
    substituted = substitute(laid, context, environment, diagnostics)
    return Composed(root=substituted, target=name) if substituted is not None else None
