"""What must go together in steps that call EMR and Bedrock, and in jobs described by a document."""

import json
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
    is_new = part.has("ClusterConfig") and not part.has("ClusterId")
    if part.has("ExecutionRoleArn") and is_new:
        yield Diagnostic(
            code=codes.EMR_ROLE,
            message=f"{part.word('ExecutionRoleArn')} is only for a cluster that is there already",
            span=part.span("ExecutionRoleArn"),
            hint="give the role in `ClusterConfig`, or name a cluster by `ClusterId`",
        )


def check_said_twice(part: Part) -> Iterator[Diagnostic]:
    """Find an application or a role that is not the one which the job itself names."""
    for member in ("ApplicationId", "ExecutionRoleArn"):
        inner = f"JobConfig.{member[0].lower()}{member[1:]}"
        one, other = part.text(member), part.text(inner)
        if one is not None and other is not None and one != other:
            yield Diagnostic(
                code=codes.CONFLICTING_MEMBERS,
                message=f"{part.word(member)} is `{one}`, but `{inner}` is `{other}`",
                span=part.span(inner),
                hint="both name the same",
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


def check_job_document(part: Part) -> Iterator[Diagnostic]:
    """Find a document of a job that is no JSON object."""
    yield from _check_json(part, "JobConfigDocument", "the document of the job")


def check_model_card(part: Part) -> Iterator[Diagnostic]:
    """Find a model card whose content is no JSON object."""
    yield from _check_json(part, "ModelCardContent", "the content of the model card")


def _check_json(part: Part, member: str, noun: str) -> Iterator[Diagnostic]:
    text = part.text(member)
    if text is None:
        return
    try:
        problem = None if isinstance(json.loads(text), dict) else "is no object"
    except json.JSONDecodeError as error:
        problem = f"is no JSON: {error.msg.lower()}, character {error.pos + 1}"
    except (ValueError, RecursionError):
        problem = "is no JSON that can be read"
    if problem is not None:
        yield Diagnostic(
            code=codes.JOB_DOCUMENT, message=f"{noun} {problem}", span=part.span(member)
        )
