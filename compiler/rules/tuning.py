"""What must go together in a tuning job."""

import math
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, text_of
from compiler.rules.part import Part

RANGES = ("IntegerParameterRanges", "ContinuousParameterRanges", "CategoricalParameterRanges")
NUMERIC_RANGES = RANGES[:2]
CONFIG = "HyperParameterTuningJobConfig"
HYPERBAND = "StrategyConfig.HyperbandStrategyConfig"


def check_objectives(part: Part) -> Iterator[Diagnostic]:
    """Find an objective that is none of the metrics of its training job."""
    only = part.get("TrainingJobDefinition")
    if isinstance(only, MappingNode):
        objective = part.get(f"{CONFIG}.HyperParameterTuningJobObjective")
        yield from _check_objective(only, objective)
    for row in part.rows("TrainingJobDefinitions"):
        yield from _check_objective(row, row.get("TuningObjective"))


def _check_objective(job: MappingNode, objective: Node | None) -> Iterator[Diagnostic]:
    algorithm = job.get("AlgorithmSpecification")
    metrics = algorithm.get("MetricDefinitions") if isinstance(algorithm, MappingNode) else None
    wanted = objective.get("MetricName") if isinstance(objective, MappingNode) else None
    name = text_of(wanted)
    if not isinstance(metrics, SequenceNode) or name is None or not isinstance(wanted, ScalarNode):
        return
    known = [text_of(row.get("Name")) for row in metrics.items if isinstance(row, MappingNode)]
    names = [each for each in known if each is not None]
    if names and len(names) == len(known) and name not in names:
        yield Diagnostic(
            code=codes.OBJECTIVE_METRIC,
            message=f"the objective `{name}` is none of the metrics of the training job",
            span=wanted.span,
            hint=did_you_mean(name, names) or f"it has {listing(names)}",
        )


def check_range(part: Part) -> Iterator[Diagnostic]:
    """Find a range that ends before it begins, or whose ends are no numbers."""
    ends = {}
    for member in ("MinValue", "MaxValue"):
        text = part.text(member)
        number = _number(text) if text is not None else None
        if text is not None and number is None:
            yield Diagnostic(
                code=codes.EMPTY_RANGE,
                message=f"{part.word(member)} is `{text}`, which is no number",
                span=part.span(member),
            )
        if number is not None:
            ends[member] = number
            if part.kind == "IntegerParameterRange" and number % 1:
                yield Diagnostic(
                    code=codes.EMPTY_RANGE,
                    message=f"{part.word(member)} is `{text}`, which is no whole number",
                    span=part.span(member),
                )
    yield from _check_scaling(part, ends)
    if len(ends) == 2 and ends["MinValue"] > ends["MaxValue"]:
        yield Diagnostic(
            code=codes.EMPTY_RANGE,
            message=f"the range begins at {part.text('MinValue')} and ends at"
            f" {part.text('MaxValue')}, so there is nothing in it",
            span=part.span("MaxValue"),
            related=(Related(span=part.span("MinValue"), message="it begins here"),),
        )


def _check_scaling(part: Part, ends: dict[str, float]) -> Iterator[Diagnostic]:
    scaling, low, high = part.text("ScalingType"), ends.get("MinValue"), ends.get("MaxValue")
    problem, member = None, "MinValue"
    if scaling == "Logarithmic" and low is not None and low <= 0:
        problem = "begins above 0"
    elif scaling == "ReverseLogarithmic" and low is not None and low < 0:
        problem = "begins at 0 or above"
    elif scaling == "ReverseLogarithmic" and high is not None and high >= 1:
        problem, member = "ends below 1", "MaxValue"
    if problem is not None:
        yield Diagnostic(
            code=codes.EMPTY_RANGE,
            message=f"a range of scaling `{scaling}` {problem}, and {part.word(member)} is"
            f" {part.text(member)}",
            span=part.span(member),
        )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def check_static_values(part: Part) -> Iterator[Diagnostic]:
    """Find hyperparameters that are tuned and given."""
    only = part.get("TrainingJobDefinition")
    if isinstance(only, MappingNode):
        ranges = part.get(f"{CONFIG}.ParameterRanges")
        yield from _check_static(only, ranges)
    for row in (only, *part.rows("TrainingJobDefinitions")):
        if isinstance(row, MappingNode):
            yield from _check_static(row, row.get("HyperParameterRanges"))


def _check_static(job: MappingNode, ranges: Node | None) -> Iterator[Diagnostic]:
    static = job.get("StaticHyperParameters")
    if not isinstance(static, MappingNode) or not isinstance(ranges, MappingNode):
        return
    for name, span in _named(ranges):
        if name in static.members:
            given = static.members[name].span
            yield Diagnostic(
                code=codes.TUNED_AND_STATIC,
                message=f"the hyperparameter `{name}` is tuned and has a value too",
                span=span,
                hint="take one of them out",
                related=(Related(span=given, message="its value stands here"),),
            )


def _named(ranges: MappingNode) -> Iterator[tuple[str, Span]]:
    for kind in RANGES:
        rows = ranges.get(kind)
        for row in rows.items if isinstance(rows, SequenceNode) else ():
            name = row.get("Name") if isinstance(row, MappingNode) else None
            text = text_of(name)
            if name is not None and text is not None:
                yield text, name.span


def check_limits(part: Part) -> Iterator[Diagnostic]:
    """Find more jobs at a time than there are in all."""
    most, together = "MaxNumberOfTrainingJobs", "MaxParallelTrainingJobs"
    number, parallel = part.number(most), part.number(together)
    if number is not None and parallel is not None and parallel > number >= 1:
        yield Diagnostic(
            code=codes.MORE_AT_A_TIME,
            message=f"{part.word(together)} is {parallel}, more than {part.word(most)},"
            f" which is {number}",
            span=part.span(together),
            related=(Related(span=part.span(most), message="all jobs together"),),
        )


def check_strategy(part: Part) -> Iterator[Diagnostic]:
    """Find what the strategy of a tuning job rules out."""
    strategy = part.text("Strategy")
    if strategy == "Grid":
        for kind in NUMERIC_RANGES:
            if part.has(f"ParameterRanges.{kind}"):
                yield Diagnostic(
                    code=codes.TUNING_STRATEGY,
                    message=f"the strategy `Grid` tries all values, so it takes no `{kind}`",
                    span=part.span("Strategy"),
                    hint="list the values as `CategoricalParameterRanges`",
                )
    early = "TrainingJobEarlyStoppingType"
    if strategy == "Hyperband" and part.text(early) == "Auto":
        yield Diagnostic(
            code=codes.TUNING_STRATEGY,
            message="the strategy `Hyperband` stops jobs by itself, so early stopping must be off",
            span=part.span(early),
            hint=f"set `{early}` to `Off`",
        )
    if strategy in ("Bayesian", "Random", "Grid") and part.has(HYPERBAND):
        yield Diagnostic(
            code=codes.TUNING_STRATEGY,
            message=f"`HyperbandStrategyConfig` is only for the strategy `Hyperband`, this is"
            f" `{strategy}`",
            span=part.span(HYPERBAND),
        )
    low, high = part.number(f"{HYPERBAND}.MinResource"), part.number(f"{HYPERBAND}.MaxResource")
    if low is not None and high is not None and low > high:
        yield Diagnostic(
            code=codes.EMPTY_RANGE,
            message=f"`MinResource` is {low}, more than `MaxResource`, which is {high}",
            span=part.span(f"{HYPERBAND}.MinResource"),
        )


def _check_ranges(part: Part) -> Iterator[Diagnostic]:
    ranges = f"{CONFIG}.ParameterRanges"
    is_tuned = any(part.has(f"{ranges}.{kind}") for kind in (*RANGES, "AutoParameters"))
    if part.has("TrainingJobDefinition") and not is_tuned and not part.has("Autotune"):
        yield Diagnostic(
            code=codes.MISSING_MEMBER,
            message="a tuning needs the range of at least one hyperparameter",
            span=part.span(ranges) if part.has(ranges) else part.place,
            hint="set `ParameterRanges`, or `Autotune` to let SageMaker choose them",
        )


def check_definitions(part: Part) -> Iterator[Diagnostic]:
    """Find what several definitions must say each for itself."""
    rows = part.rows("TrainingJobDefinitions")
    if not rows:
        yield from _check_ranges(part)
        return
    for row in rows:
        for member in ("DefinitionName", "TuningObjective"):
            if member not in row.members:
                yield Diagnostic(
                    code=codes.MISSING_MEMBER,
                    message=f"each of several definitions needs the member `{member}`",
                    span=row.span,
                )
    for member in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        if part.has(f"{CONFIG}.{member}"):
            yield Diagnostic(
                code=codes.CONFLICTING_MEMBERS,
                message=f"`{member}` is for a single definition, and here are several",
                span=part.span(f"{CONFIG}.{member}"),
                hint="say it in each of `TrainingJobDefinitions`",
            )
