"""Names in property paths held against the requests of the steps that they lead into."""

import re
from collections.abc import Iterator, Mapping

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, near_or_known
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, SequenceNode, node_at, text_of
from compiler.expressions.bound import PathValue, PropertyValue, parts
from compiler.expressions.syntax import Expression, PathTerm, Segment
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.sagemaker.properties import NAMED_LISTS

INDEXED = re.compile(r"^(?P<owner>[A-Za-z.]+)\[(?P<index>\d+)\]")
# Of the jobs of a tuning, only so many can be asked for.
LISTED = {"TrainingJobSummaries": 50}
NAMED = re.compile(r"\['(?P<name>[^']*)'\]")
ITERATION = re.compile(r"^(?:IterationOutputs\[\d+\]\.(?P<step>[^.\[]+)|Selected)\.(?P<path>.+)$")
COMPARED = re.compile(r"^IterationOutput\.(?P<step>[^.\[]+)\.(?P<path>.+)$")
# Where Describe answers with names that stand elsewhere in the request.
ELSEWHERE: Mapping[str, str] = {
    "FinalMetricDataList": "AlgorithmSpecification.MetricDefinitions",
    "ActionArns": "Actions", "ArtifactArns": "Artifacts", "ContextArns": "Contexts",
}  # fmt: skip
# What Describe answers just as the request has it.
ASKED_FOR: Mapping[str, tuple[str, ...]] = {
    "Processing": ("ProcessingInputs", "ProcessingOutputConfig.Outputs", "Environment"),
    "Training": ("InputDataConfig", "Environment", "HyperParameters"),
    "Transform": ("Environment",),
}
NAME_MEMBERS = {"Actions": "ActionName", "Artifacts": "ArtifactName", "Contexts": "ContextName"}


def check_names(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find names of outputs, channels and the like that the step asked for them does not have."""
    resolved = lowered.resolved
    for user in resolved.pipeline.steps:
        for expression, bound in resolved.uses(user):
            for part in parts(bound):
                if isinstance(part, PropertyValue):
                    step, path = _entered(part.step, part.path, lowered)
                elif isinstance(part, PathValue) and (match := COMPARED.match(part.path)):
                    step, path = lowered.steps.get(match["step"]), match["path"]
                else:
                    continue
                if step is not None:
                    yield from _check_path(step, path, expression)


def _entered(name: str, path: str, lowered: LoweredPipeline) -> tuple[LoweredStep | None, str]:
    """Return the step that a path is about, which may be one in the body of a loop."""
    step = lowered.steps.get(name)
    match = ITERATION.match(path)
    if step is None or match is None or "body" not in step.type.holds(step.spec):
        return step, path
    return lowered.steps.get(match["step"] or step.type.selected(step.spec) or ""), match["path"]


def _check_path(step: LoweredStep, path: str, expression: Expression) -> Iterator[Diagnostic]:
    for found in NAMED.finditer(path):
        owner = path[: found.start()]
        known = _names_at(step, owner)
        if known is not None and found["name"] not in known:
            yield Diagnostic(
                code=codes.UNKNOWN_NAME,
                message=f"`{found['name']}` is not one of the `{owner}` of `{step.name}`",
                span=_place(expression, found["name"]),
                hint=near_or_known(found["name"], known, "none is declared"),
            )
    yield from _check_index(step, path, expression)


def _check_index(step: LoweredStep, path: str, expression: Expression) -> Iterator[Diagnostic]:
    found = INDEXED.match(path)
    if found is None:
        return
    owner, index = found["owner"], int(found["index"])
    node = node_at(step.arguments, owner)
    count = len(node.items) if isinstance(node, SequenceNode) else LISTED.get(owner)
    if node is None and _absent(step, owner) is not None:
        count = 0
    if count is not None and index >= count:
        yield Diagnostic(
            code=codes.UNKNOWN_NAME,
            message=f"there is no item {index} of `{owner}` of `{step.name}`: it has {count},"
            " counted from 0",
            span=_place(expression, index),
        )


def _place(expression: Expression, name: str | int) -> Span:
    def named(path: PathTerm) -> Segment | None:
        return next((segment for segment in path.segments if segment.value == name), None)

    return expression.place_of(named)


def _names_at(step: LoweredStep, owner: str) -> list[str] | None:
    """Return the names in a list or map of the step's request; None if they can't be known."""
    where = ELSEWHERE.get(owner, owner)
    node = step.beside.get(where) or node_at(step.arguments, where)
    last = where.rpartition(".")[2]
    key = NAME_MEMBERS.get(last) or NAMED_LISTS.get(last)
    if isinstance(node, SequenceNode) and key is not None:
        named = [each.get(key) for each in node.items if isinstance(each, MappingNode)]
        names = [text_of(name) for name in named]
        return [n for n in names if n is not None] if None not in names else None
    if isinstance(node, MappingNode):
        return list(node.members)
    return _absent(step, owner)


def _absent(step: LoweredStep, owner: str) -> list[str] | None:
    """Return that there are none where a request without a list or map has none of its names."""
    return [] if owner in ASKED_FOR.get(step.sagemaker_type, ()) else None
