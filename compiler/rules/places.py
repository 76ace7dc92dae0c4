"""Partitions, regions and files that do not go together across the steps of a pipeline."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.document.node import ScalarNode, scalars
from compiler.expressions.bound import ObjectValue, PropertyValue, parts
from compiler.expressions.syntax import Expression
from compiler.lower import LoweredPipeline, LoweredStep

REGISTRY = re.compile(r"\d{12}\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.")
ARN = re.compile(r"arn:(?P<partition>aws[a-z-]*):[a-z0-9-]+:")


def check_partitions(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find ARNs of another partition of AWS than that of the ARN before."""
    first: tuple[str, ScalarNode] | None = None
    for node in _values(lowered):
        found = ARN.match(node.value) if isinstance(node.value, str) else None
        if found is None:
            continue
        partition = found["partition"]
        if first is None:
            first = (partition, node)
        elif partition != first[0]:
            yield Diagnostic(
                code=codes.PARTITION,
                message=f"this is in the partition `{partition}`, and another ARN in `{first[0]}`",
                span=node.span,
                hint="a pipeline lies in one partition",
                related=(Related(span=first[1].span, message=f"`{first[0]}` here"),),
            )


def _values(lowered: LoweredPipeline) -> Iterator[ScalarNode]:
    spec = lowered.resolved.pipeline.spec
    if spec.role is not None:
        yield spec.role
    for step in lowered.steps.values():
        yield from scalars(step.beside)
        yield from scalars(step.arguments)


def check_regions(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find images of another region than that of the image before."""
    first: tuple[str, ScalarNode] | None = None
    for node in _values(lowered):
        found = REGISTRY.match(node.value) if isinstance(node.value, str) else None
        if found is None:
            continue
        region = found["region"]
        if first is None:
            first = (region, node)
        elif region != first[0]:
            yield Diagnostic(
                code=codes.MIXED_REGIONS,
                message=f"this image lies in `{region}`, and another in `{first[0]}`",
                span=node.span,
                hint="a job takes its image from the region that it runs in",
                related=(Related(span=first[1].span, message=f"`{first[0]}` here"),),
            )


def check_files_in_order(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find a JSON file read from S3 by a step that does not wait for the one that writes it."""
    for step in lowered.steps.values():
        awaited = {str(after.step.value) for after in step.spec.after}
        for expression, bound in lowered.resolved.uses(step.name):
            for part in parts(bound):
                if isinstance(part, ObjectValue):
                    yield from _check_order(step, expression, part, awaited)


def _check_order(
    step: LoweredStep, expression: Expression, value: ObjectValue, awaited: set[str]
) -> Iterator[Diagnostic]:
    writers = {part.step for part in parts(value.uri) if isinstance(part, PropertyValue)}
    for name in sorted(writers - awaited):
        yield Diagnostic(
            code=codes.FILE_NOT_AWAITED,
            message=f"`{step.name}` reads a file of `{name}` and may not wait for it: SageMaker"
            " looks for no step in the address of a file",
            span=expression.span,
            hint=f"add `after: {name}`",
        )
