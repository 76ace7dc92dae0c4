"""What must go together in steps that check data and models."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import MappingNode, Node, SequenceNode, text_of
from compiler.lower import LoweredStep

NAMED = (
    ("ProcessingInputs", "InputName", ("analysis_config", "dataset")),
    ("ProcessingOutputConfig.Outputs", "OutputName", ("analysis_result",)),
)


def check_names_of_analysis(step: LoweredStep) -> Iterator[Diagnostic]:
    """Find a check that lacks an input or output of the name that SageMaker looks for."""
    for path, key, expected in NAMED:
        node: Node | None = step.arguments
        for member in path.split("."):
            node = node.get(member) if isinstance(node, MappingNode) else None
        rows = node.items if isinstance(node, SequenceNode) else ()
        names = {text_of(row.get(key)) for row in rows if isinstance(row, MappingNode)}
        if None in names:
            continue
        for name in expected:
            if name not in names:
                noun = "input" if key == "InputName" else "output"
                yield Diagnostic(
                    code=codes.CHECK_INPUTS,
                    message=f"a Clarify check needs the {noun} `{name}`",
                    span=node.span if rows and node is not None else step.spec.span,
                )
