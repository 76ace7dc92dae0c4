"""What must go together in steps that check data and models."""

import re
from collections.abc import Iterator, Mapping

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import MappingNode, ScalarNode, SequenceNode, node_at, text_of
from compiler.expressions.syntax import Expression
from compiler.expressions.types import ANY, BOOLEAN, STRING, Type
from compiler.lower import LoweredPipeline, LoweredStep

GROUP = "ModelPackageGroupName"
GROUP_NAME = re.compile(r"(arn:aws[a-z-]*:sagemaker:.+/)?[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}")
BESIDE: Mapping[str, Type] = {
    GROUP: STRING, "ModelName": STRING,
    "SuppliedBaselineConstraints": STRING, "SuppliedBaselineStatistics": STRING,
    "SkipCheck": BOOLEAN, "FailOnViolation": BOOLEAN, "RegisterNewBaseline": BOOLEAN,
}  # fmt: skip
NAMED = (
    ("ProcessingInputs", "InputName", ("analysis_config", "dataset")),
    ("ProcessingOutputConfig.Outputs", "OutputName", ("analysis_result",)),
)


def check_names_of_analysis(step: LoweredStep) -> Iterator[Diagnostic]:
    """Find a check that lacks an input or output of the name that SageMaker looks for."""
    for path, key, expected in NAMED:
        node = node_at(step.arguments, path)
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


def check_beside(step: LoweredStep, lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find references of a wrong type beside the request, and what is no name of a group."""
    for member, wanted in BESIDE.items():
        node = step.beside.get(member)
        if not isinstance(node, ScalarNode):
            continue
        if isinstance(node.value, Expression):
            found = lowered.resolved.type_of(node.value)
            if found not in (wanted, ANY):
                yield Diagnostic(
                    code=codes.TYPE_MISMATCH,
                    message=f"`{member}` is of type {wanted}, this is of type {found}",
                    span=node.span,
                )
        elif member == GROUP and isinstance(node.value, str):
            if GROUP_NAME.fullmatch(node.value) is None:
                yield Diagnostic(
                    code=codes.MEMBER_PATTERN,
                    message=f"`{node.value}` is no name of a model package group, expected at most"
                    " 63 letters and digits, with `-` between them",
                    span=node.span,
                )
