"""Limits of the parts of a pipeline that stand outside of its steps."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode, mapping_of, text_of
from compiler.expressions.bound import FileValue, PropertyValue, parts
from compiler.expressions.syntax import Expression
from compiler.lower import LoweredPipeline
from compiler.spec.job import RETRY_EXCEPTIONS, RetrySpec
from compiler.spec.step import AfterSpec

METADATA_NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")
LONGEST_METADATA = 1024
EXPERIMENT_NAME = re.compile(r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,119}")
LONGEST_TEXT = 4096
# SageMaker has refused longer ones, though its model allows for 256 characters.
SAFE_PIPELINE_NAME = 82


def check_pipeline(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find names and texts of the pipeline that are too long, and metadata that is none."""
    spec = lowered.resolved.pipeline.spec
    name = text_of(spec.name)
    if name is not None and len(name) > SAFE_PIPELINE_NAME:
        yield Diagnostic(
            code=codes.LONG_PIPELINE_NAME,
            message=f"the name has {len(name)} characters, and SageMaker has refused more than"
            f" {SAFE_PIPELINE_NAME}",
            span=spec.name.span,
        )
    for _, parameter in spec.parameters:
        for what, node in (("default", parameter.default), ("description", parameter.description)):
            yield from _check_length(f"`{what}`", node, LONGEST_TEXT)
    yield from _check_metadata(lowered)
    yield from _check_experiment(lowered)
    yield from _check_known_at_start(lowered)


def _check_length(label: str, node: ScalarNode | None, most: int) -> Iterator[Diagnostic]:
    text = text_of(node)
    if node is not None and text is not None and len(text) > most:
        yield Diagnostic(
            code=codes.MEMBER_LENGTH,
            message=f"{label} has {len(text)} characters, expected at most {most}",
            span=node.span,
        )


def _check_metadata(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    metadata = mapping_of(lowered.resolved.pipeline.spec.metadata)
    if metadata is None:
        return
    for name, node in metadata.members.items():
        if METADATA_NAME.fullmatch(name) is None:
            yield _metadata(
                f"`{name}` is no name of metadata, expected at most 128 letters, digits, `-` and"
                " `_`",
                metadata.key_span(name),
            )
        if not isinstance(node, ScalarNode) or not isinstance(node.value, str):
            yield _metadata(f"`{name}` is no text, and metadata is only texts", node.span)
        else:
            yield from _check_length(f"`{name}`", node, LONGEST_METADATA)


def _check_experiment(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    experiment = lowered.resolved.pipeline.spec.experiment
    named = (experiment.name, experiment.trial) if experiment is not None else ()
    for node in named:
        text = text_of(node)
        if node is not None and text is not None and EXPERIMENT_NAME.fullmatch(text) is None:
            yield Diagnostic(
                code=codes.MEMBER_PATTERN,
                message=f"`{text}` is no name of an experiment or trial, expected at most 120"
                " letters and digits, with `-` between them",
                span=node.span,
            )


def _check_known_at_start(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    spec = lowered.resolved.pipeline.spec
    nodes = [spec.experiment.name, spec.experiment.trial] if spec.experiment is not None else []
    if spec.mlflow is not None:
        nodes += [spec.mlflow.arn, spec.mlflow.experiment]
    for node in nodes:
        if node is None or not isinstance(node.value, Expression):
            continue
        for part in parts(lowered.resolved.bind(node.value)):
            if isinstance(part, PropertyValue | FileValue):
                yield Diagnostic(
                    code=codes.REFERENCE_PLACE,
                    message="this is needed when the execution starts, and known only after the"
                    f" step `{part.step}`",
                    span=node.span,
                    hint="use parameters and `execution`",
                )
                break


def check_triggers(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find a step that waits for another in two ways that exclude each other."""
    for spec in lowered.resolved.pipeline.steps.values():
        seen: dict[str, AfterSpec] = {}
        for after in spec.after:
            first = seen.setdefault(str(after.step.value), after)
            if text_of(first.when) != text_of(after.when):
                yield Diagnostic(
                    code=codes.SEVERAL_TRIGGERS,
                    message=f"`{spec.name}` waits for `{after.step.value}` in two ways",
                    span=after.when.span if after.when is not None else after.step.span,
                    hint="`when: any` is for every way to end",
                    related=(Related(span=first.step.span, message="first here"),),
                )


def _metadata(message: str, span: Span) -> Diagnostic:
    return Diagnostic(code=codes.METADATA, message=message, span=span)


def check_retried(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find kinds of failure that two policies of a step speak of."""
    for spec in lowered.resolved.pipeline.steps.values():
        policies: tuple[RetrySpec, ...] = getattr(spec, "retry", ())
        seen: dict[str, ScalarNode] = {}
        for node in (node for policy in policies for node in policy.on):
            failure = str(node.value)
            failure = RETRY_EXCEPTIONS.get(failure, failure)
            if failure in seen:
                yield Diagnostic(
                    code=codes.DUPLICATE_NAME,
                    message=f"`{node.value}` is retried twice",
                    span=node.span,
                    hint="name each kind of failure once",
                    related=(Related(span=seen[failure].span, message="first here"),),
                )
            seen.setdefault(failure, node)
