"""The few things about a run that come first: how it ended, how long it took, what it decided."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from compiler.report.evaluation import DECIDING, read_evaluation
from compiler.report.figures import duration, elapsed, plural, score
from compiler.report.record import RunRecord, StepRecord
from compiler.report.statuses import status_look


@dataclass(frozen=True, kw_only=True, slots=True)
class Tile:
    """One headline: a term, its value, and a note below it."""

    term: str
    value: str
    note: str = ""


def tiles_of(run: RunRecord) -> tuple[Tile, ...]:
    """Return the headlines in the order in which they are shown."""
    return (*_time(run), _steps(run), *_scores(run), *_decisions(run), *_packages(run))


def _time(run: RunRecord) -> Iterator[Tile]:
    seconds = elapsed(run.started, run.ended)
    busy = sum(elapsed(step.started, step.ended) or 0.0 for step in run.steps)
    if seconds is not None:
        note = f"{duration(busy)} in steps" if busy else ""
        yield Tile(term="Duration", value=duration(seconds), note=note)


def _steps(run: RunRecord) -> Tile:
    counts = Counter(status_look(step.status).word for step in run.steps)
    cached = sum(step.cache_hit is not None for step in run.steps)
    ran = len(run.steps) - counts["skipped"] - counts["not started"]
    notes = [f"{n} {word}" for word, n in counts.items()]
    if cached:
        notes.append(f"{cached} from cache")
    return Tile(term="Steps", value=f"{ran} of {len(run.steps)}", note=", ".join(notes))


def _scores(run: RunRecord) -> Iterator[Tile]:
    for step in run.steps:
        for content in step.files.values():
            evaluation = read_evaluation(content)
            if evaluation is None:
                continue
            name = next((n for n in DECIDING if n in evaluation.scores), None)
            name = name or next(iter(evaluation.scores))
            behind = [v for v in evaluation.verdicts if v.ahead is not True]
            beaten = len(evaluation.verdicts) - len(behind)
            note = f"beats {beaten} of {plural(len(evaluation.verdicts), 'baseline')}"
            yield Tile(
                term=name,
                value=score(evaluation.scores[name]),
                note=note if evaluation.verdicts else "",
            )
            return


def _decisions(run: RunRecord) -> Iterator[Tile]:
    for step in run.steps:
        taken = branch_taken(step)
        if taken:
            yield Tile(
                term=step.name,
                value=taken,
                note=", ".join(condition.text for condition in step.conditions[:2]),
            )


def branch_taken(step: StepRecord) -> str | None:
    """Return the side that a condition chose."""
    return {"true": "then", "false": "else"}.get((step.outcome or "").lower())


def _packages(run: RunRecord) -> Iterator[Tile]:
    for step in run.steps:
        package = step.model_package
        if package:
            yield Tile(
                term="Registered",
                value=f"{package.get('group', 'model')} {version(package.get('version'))}",
                note=str(package.get("approval", "")),
            )


def version(value: object) -> str:
    """Write a package version."""
    return f"v{value}" if isinstance(value, int) else str(value or "")
