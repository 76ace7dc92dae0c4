"""Limits of the items that a loop goes through."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import SequenceNode, text_of
from compiler.lower import LoweredStep

LONGEST_ITEM = 12_800


def check_items(step: LoweredStep) -> Iterator[Diagnostic]:
    """Find items with more characters than one may have."""
    items = step.arguments.get("IterableItems")
    for item in items.items if isinstance(items, SequenceNode) else ():
        text = text_of(item)
        if text is not None and len(text) > LONGEST_ITEM:
            yield Diagnostic(
                code=codes.MEMBER_LENGTH,
                message=f"an item has {len(text):,} characters, expected at most {LONGEST_ITEM:,}",
                span=item.span,
            )
