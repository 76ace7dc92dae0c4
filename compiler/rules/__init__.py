"""Rules about the requests that steps send, whether short fields or `request` wrote them."""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.graph import PipelineGraph
from compiler.lower import LoweredPipeline
from compiler.rules.names import check_names

Rule: TypeAlias = Callable[[LoweredPipeline, PipelineGraph], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (check_names,)


def check_rules(lowered: LoweredPipeline, graph: PipelineGraph, diagnostics: Diagnostics) -> None:
    """Apply every rule."""
    for rule in RULES:
        diagnostics.extend(rule(lowered, graph))
