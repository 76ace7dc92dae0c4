"""What a step says held against the contract of its template."""

from collections.abc import Iterator, Mapping

from compiler.checks.template_hyperparameters import check_hyperparameters, described
from compiler.checks.template_metrics import check_metrics
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.expressions.bound import (
    ConstantValue,
    JoinedValue,
    PropertyValue,
)
from compiler.expressions.syntax import InterpolationTerm
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.spec.fields import Table
from compiler.spec.step import StepSpec
from compiler.spec.template import TemplateSpec
from compiler.steps import STEP_TYPES


def check_templates(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Hold each step against the contract of its template."""
    for name, template in resolved.templates.items():
        spec = resolved.pipeline.steps[name]
        yield from _check_inputs(spec, template)
        for job in STEP_TYPES[str(spec.type.value)].jobs(spec):
            if hasattr(job, "hyperparameters"):
                yield from check_hyperparameters(job, template, resolved)
                yield from check_metrics(job.metrics, template)
        yield from _check_outputs(spec, template)


def _check_inputs(spec: StepSpec, template: TemplateSpec) -> Iterator[Diagnostic]:
    given: Mapping[str, Span] = STEP_TYPES[str(spec.type.value)].inputs(spec)
    known = list(template.channels.entries)
    meant = set()
    for name, span in given.items():
        if name not in template.channels:
            hint = did_you_mean(name, known)
            meant.add(near_name(name, known))
            yield Diagnostic(
                code=codes.UNKNOWN_INPUT,
                message=f"the template reads no input `{name}`",
                span=span,
                hint=hint or f"it reads {listing(known) or 'nothing'}",
            )
    for name, channel in template.channels:
        required = channel.required is None or channel.required.value is True
        if required and name not in given and name not in meant:
            yield Diagnostic(
                code=codes.MISSING_INPUT,
                message=f"the template needs the input `{name}`",
                span=_place_of_inputs(spec),
                hint=described(channel.description),
            )


def _place_of_inputs(spec: StepSpec) -> Span:
    inputs: Table[object] = getattr(spec, "inputs", Table({}, {}))
    return inputs.span or spec.span


def _check_outputs(spec: StepSpec, template: TemplateSpec) -> Iterator[Diagnostic]:
    step_type = STEP_TYPES[str(spec.type.value)]
    known = list(template.outputs.entries)
    if not known:
        return
    spans: Mapping[str, Span] = getattr(getattr(spec, "outputs", None), "key_spans", {})
    for name in step_type.named_outputs(spec):
        if name not in template.outputs:
            yield Diagnostic(
                code=codes.UNKNOWN_OUTPUT,
                message=f"the template writes no output `{name}`",
                span=spans[name],
                hint=did_you_mean(name, known) or f"it writes {listing(known)}",
            )
    for file in step_type.files(spec).values():
        declared = template.outputs.get(file.output)
        files = declared.files.members if declared is not None and declared.files else {}
        if declared is not None and file.path not in files:
            yield Diagnostic(
                code=codes.UNKNOWN_OUTPUT,
                message=f"the template writes no `{file.path}` into `{file.output}`",
                span=file.span,
                hint=did_you_mean(file.path, files) or f"it writes {listing(files)}",
            )


def check_files_by_path(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find JSON files that are named below an output whose template writes no such file."""
    for name in resolved.pipeline.steps:
        for expression, bound in resolved.uses(name):
            match bound, expression.root:
                case (
                    JoinedValue("", (PropertyValue() as output, ConstantValue(str() as end))),
                    InterpolationTerm(parts=(_, part)),
                ) if end.startswith("/") and end.endswith(".json"):
                    yield from _check_file(resolved, output, end[1:], expression.place(part))


def _check_file(
    resolved: ResolvedPipeline, output: PropertyValue, path: str, place: Span
) -> Iterator[Diagnostic]:
    template, step = resolved.templates.get(output.step), resolved.pipeline.steps[output.step]
    named = STEP_TYPES[str(step.type.value)].named_outputs(step)
    name = next((name for name, each in named.items() if each.path == output.path), "")
    declared = template.outputs.get(name) if template is not None else None
    files = declared.files.members if declared is not None and declared.files else {}
    if files and path not in files:
        yield Diagnostic(
            code=codes.UNKNOWN_OUTPUT,
            message=f"the template writes no `{path}` into `{name}`",
            span=place,
            hint=did_you_mean(path, files) or f"it writes {listing(files)}",
        )
