"""Rules about what starts a pipeline: its schedules and triggers."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode, literal_of
from compiler.expressions.types import fits, type_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.resolve.scope import parameter_type
from compiler.spec.fields import Table, seconds
from compiler.spec.pipeline import ScheduleSpec, TriggerSpec

TIMES = ("cron", "rate", "at")
EVENTS = ("event", "s3", "model_approved")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# Each field with its smallest and largest number, and the names that may stand for numbers.
CRON_FIELDS: Mapping[str, tuple[int, int, tuple[str, ...]]] = MappingProxyType(
    {
        "minutes": (0, 59, ()),
        "hours": (0, 23, ()),
        "day of month": (1, 31, ("L", "W", "LW")),
        "month": (1, 12, MONTHS),
        "day of week": (1, 7, ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "L")),
        "year": (1970, 2199, ()),
    }
)
CRON_WORD = re.compile(r"[0-9]+|[A-Za-z]+")
CRON_FIELD = re.compile(r"[0-9A-Za-z*?,/#-]+")


def check_starts(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find schedules and triggers that can't start the pipeline."""
    spec = resolved.pipeline.spec
    for table in (spec.schedule, spec.triggers):
        for name, start in table:
            place = table.key_spans[name]
            fields = TIMES if isinstance(start, ScheduleSpec) else EVENTS
            yield from _check_one_of(start, fields, place)
            if isinstance(start, ScheduleSpec):
                yield from _check_times(start)
            yield from _check_parameters(start.parameters, place, resolved)


def _check_one_of(
    start: ScheduleSpec | TriggerSpec, fields: tuple[str, ...], place: Span
) -> Iterator[Diagnostic]:
    given = [field for field in fields if getattr(start, field) is not None]
    if not given:
        yield Diagnostic(
            code=codes.MISSING_FIELD,
            message="nothing says when the pipeline is started",
            span=place,
            hint=f"give one of {listing(fields)}",
        )
    elif len(given) > 1:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message=f"`{given[0]}` and `{given[1]}` both say when the pipeline is started",
            span=getattr(start, given[1]).span,
            hint="take one of them out, or give it an entry of its own",
        )


def _check_times(schedule: ScheduleSpec) -> Iterator[Diagnostic]:
    if schedule.rate is not None and seconds(schedule.rate) % 60:
        yield Diagnostic(
            code=codes.OUT_OF_RANGE,
            message=f"`{schedule.rate.value}` is no whole number of minutes",
            span=schedule.rate.span,
        )
    if schedule.at is not None:
        yield from _check_at(schedule.at)
    cron = schedule.cron
    if cron is None or not isinstance(cron.value, str):
        return
    fields = cron.value.split()
    problem = None
    if len(fields) != len(CRON_FIELDS):
        problem = f"has {len(fields)} fields, expected {len(CRON_FIELDS)}"
    elif not all(CRON_FIELD.fullmatch(field) for field in fields):
        problem = "is no cron expression"
    elif [fields[2], fields[4]].count("?") != 1:
        problem = "needs one `?`, as day of month or as day of week"
    else:
        problem = next(filter(None, map(_cron_problem, CRON_FIELDS, fields)), None)
    if problem is not None:
        hint = f"the fields are {', '.join(CRON_FIELDS)}: `0 6 ? * MON-FRI *`"
        if cron.value.startswith("cron("):
            hint = "write the fields alone, without `cron(…)`"
        yield Diagnostic(
            code=codes.INVALID_VALUE,
            message=f"`{cron.value}` {problem}",
            span=cron.span,
            hint=hint,
        )


def _cron_problem(name: str, text: str) -> str | None:
    least, most, words = CRON_FIELDS[name]
    for found in CRON_WORD.findall(text.partition("/")[0]):
        is_known = least <= int(found) <= most if found.isdigit() else found.upper() in words
        is_nearest = name == "day of month" and found.upper().rstrip("W").isdigit()
        if not is_known and not is_nearest:
            return f"has `{found}` as {name}"
    return None


def _check_at(at: ScalarNode) -> Iterator[Diagnostic]:
    try:
        datetime.fromisoformat(str(at.value))
    except ValueError:
        yield Diagnostic(
            code=codes.INVALID_VALUE, message=f"there is no time `{at.value}`", span=at.span
        )


def _check_parameters(
    given: Table[ScalarNode], place: Span, resolved: ResolvedPipeline
) -> Iterator[Diagnostic]:
    declared = resolved.pipeline.spec.parameters
    for name, node in given:
        parameter = declared.get(name)
        if parameter is None:
            if resolved.pipeline.parameters_known:
                yield Diagnostic(
                    code=codes.UNKNOWN_NAME,
                    message=f"`{name}` is not a parameter",
                    span=given.key_spans[name],
                    hint=did_you_mean(name, declared.entries),
                )
        elif literal_of(node) == "":
            yield Diagnostic(
                code=codes.INVALID_VALUE,
                message=f"`{name}` is empty, and EventBridge gives no parameter an empty value",
                span=node.span,
            )
        elif not fits(type_of(literal_of(node)), parameter_type(parameter)):
            yield Diagnostic(
                code=codes.TYPE_MISMATCH,
                message=f"`{name}` takes a value of type {parameter_type(parameter)}",
                span=node.span,
            )
    for name, parameter in declared:
        if parameter.default is None and name not in given:
            yield Diagnostic(
                code=codes.MISSING_FIELD,
                message=f"the parameter `{name}` has no default, and no value here",
                span=place,
                hint=f"give it under `parameters`, or a default where `{name}` is declared",
            )
