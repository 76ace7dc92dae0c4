"""What must go together in steps that call EMR and Bedrock."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import ScalarNode
from compiler.expressions.bound import ParameterValue, Unknown
from compiler.expressions.syntax import Expression
from compiler.rules.part import Part

CHOSEN_BY_CALLERS = ("ModelName", "ModelDeploymentName")


def check_cluster_role(part: Part) -> Iterator[Diagnostic]:
    """Find a role for a step on a cluster that is made for it."""
    if part.has("ExecutionRoleArn") and part.has("ClusterConfig"):
        yield Diagnostic(
            code=codes.EMR_ROLE,
            message=f"{part.word('ExecutionRoleArn')} is only for a cluster that is there already",
            span=part.span("ExecutionRoleArn"),
            hint="give the role in `ClusterConfig`, or name a cluster by `ClusterId`",
        )


def check_bedrock_names(part: Part) -> Iterator[Diagnostic]:
    """Find names of models and deployments that are no parameter of the pipeline."""
    for member in CHOSEN_BY_CALLERS:
        node = part.get(member)
        if member not in part.shape.members or not isinstance(node, ScalarNode):
            continue
        if isinstance(node.value, Expression):
            bound = part.resolved.bind(node.value)
            if isinstance(bound, ParameterValue | Unknown):
                continue
        elif not isinstance(node.value, str):
            continue
        word = part.word(member)
        yield Diagnostic(
            code=codes.NOT_A_PARAMETER,
            message=f"{word} must be a parameter of the pipeline",
            span=node.span,
            hint=f"declare a parameter and write `{word[1:-1]}: ${{{{ parameters.… }}}}`",
        )
