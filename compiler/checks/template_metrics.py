"""The regular expressions of a step's metrics, tried on what its template logs."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, did_you_mean
from compiler.document.node import ScalarNode
from compiler.sagemaker.metric_regex import INVALID, compiled, is_number, values_in
from compiler.spec.fields import Table
from compiler.spec.template import TemplateSpec


def check_metrics(metrics: Table[ScalarNode], template: TemplateSpec) -> Iterator[Diagnostic]:
    """Find metrics that are in none of the lines that the template gives as samples."""
    for name, node in metrics if template.logs else ():
        try:
            regex = compiled(str(node.value))
        except INVALID:
            continue  # which the rules about requests report
        if regex.groups != 1:
            continue  # and this too
        found = [(value, line) for line in template.logs for value in _values(regex, line)]
        if any(is_number(value) for value, _ in found):
            continue
        known = template.metrics.get(name)
        hint = did_you_mean(name, template.metrics.entries)
        if known is not None:
            hint = f"without it, the template's own is used: `{known.value}`"
        problem = "no line that the template logs has the metric `{}`"
        place, said = template.logs[0], "it logs lines such as this"
        if found:
            value, place = found[0]
            problem, said = (
                f"the metric `{{}}` is read as `{value}`, which is no number",
                "in this line",
            )
        yield Diagnostic(
            code=codes.UNLOGGED_METRIC,
            message=problem.format(name),
            span=node.span,
            hint=hint,
            related=(Related(span=place.span, message=said),),
        )


def _values(regex: re.Pattern[str], line: ScalarNode) -> list[str]:
    return values_in(regex, str(line.value))
