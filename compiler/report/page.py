"""A run record as one HTML page that needs nothing else: no script, no font, no network."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from compiler.report import curve, timeline
from compiler.report.artefacts import Artefact, artefacts_of
from compiler.report.comparison import BarGroup, compare
from compiler.report.drawing import Drawing
from compiler.report.evaluation import Evaluation, read_evaluation
from compiler.report.excerpts import LogTail, json_text, leaves, log_tail
from compiler.report.figures import (
    difference,
    duration,
    elapsed,
    figure,
    moment,
    plain,
    plural,
    score,
)
from compiler.report.from_definition import drawing_of_definition
from compiler.report.from_run import drawing_of_run
from compiler.report.json_value import Json
from compiler.report.lettering import visible
from compiler.report.markup import element
from compiler.report.palette import palette_style
from compiler.report.record import RunRecord, StepRecord, read_record
from compiler.report.statuses import status_look
from compiler.report.step_kinds import step_kind
from compiler.report.summary import branch_taken, tiles_of, version
from compiler.report.svg import Picture, picture_of, status_sign

MOST_CURVES = 60
# A graph of more than this width gets a row of its own.
WIDE_GRAPH = 680
# With so many steps a page is only useful if it opens; long texts are then left out.
MOST_DETAILED_STEPS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class CurveView:
    """A metric's chart with its name and what it came to."""

    step: str
    name: str
    count: str
    chart: str
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileView:
    """A property file: as an evaluation where it is one, otherwise leaf by leaf."""

    step: str
    name: str
    evaluation: Evaluation | None
    groups: tuple[BarGroup, ...]
    leaves: list[tuple[str, str]]
    cut: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class StepView:
    """A step's row in the table and its section."""

    record: StepRecord
    anchor: str
    kind: str
    family: str
    icon: str
    sign: str
    word: str
    tone: str
    duration: str
    bar: str
    notes: tuple[str, ...]
    facts: tuple[str, ...]
    started: str | None
    taken: str | None
    artefacts: tuple[Artefact, ...]
    log: LogTail | None
    arguments: str | None
    properties: str | None


def page_of_run(folder: Path) -> str:
    """Return the page of the run in a folder: of its run.json, definition.json and logs."""
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    path = folder / "definition.json"
    definition = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None
    return render_page(record, folder, definition)


def render_page(
    record: Mapping[str, Json],
    folder: Path | None = None,
    definition: Mapping[str, Json] | None = None,
) -> str:
    """Return the page of a run record (the parsed run.json).

    Log tails are read from the run's `folder`. With the pipeline's `definition` the graph says on
    its edges what is handed over. The same record and logs give the same page.
    """
    run = read_record(record)
    anchors = _anchors(run)
    axis = timeline.axis_of(run)
    steps = [_step_view(step, anchors[step.name], axis, folder, run) for step in run.steps]
    files = [_file_view(step, name) for step in run.steps for name in step.files]
    curves, more_curves = _curves(run)
    graph = _graph(run, anchors, definition)
    return visible(
        _environment()
        .get_template("page.html.j2")
        .render(
            run=run,
            status=status_look(run.status),
            status_sign=_sign(run.status),
            tiles=tiles_of(run),
            started=moment(run.started),
            graph=graph.svg,
            graph_is_wide=graph.width > WIDE_GRAPH,
            steps=steps,
            axis=timeline.axis_labels(axis) if axis else "",
            evaluations=[file for file in files if file.evaluation],
            files=[file for file in files if file.leaves],
            curves=curves,
            more_curves=more_curves,
            decisions=[step for step in steps if step.record.conditions],
            packages=[step for step in steps if step.record.model_package],
            style=palette_style(":root") + timeline.STYLE + curve.STYLE,
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        figure=figure,
        score=score,
        difference=difference,
        plain=plain,
        plural=plural,
        version=version,
    )
    return environment


def _anchors(run: RunRecord) -> dict[str, str]:
    """Name each step's section; a name that is no good as an id gives way to a number."""
    anchors: dict[str, str] = {}
    for i, step in enumerate(run.steps, start=1):
        plain_name = re.fullmatch(r"[A-Za-z0-9_-]{1,64}", step.name)
        anchors[step.name] = f"step-{step.name}" if plain_name else f"step.{i}"
    return anchors


def _graph(
    run: RunRecord, anchors: Mapping[str, str], definition: Mapping[str, Json] | None
) -> Picture:
    known = drawing_of_definition(definition) if definition is not None else None
    drawing: Drawing = drawing_of_run(run, known)
    linked = tuple(
        replace(node, link=f"#{anchors[node.name]}") if node.name in anchors else node
        for node in drawing.nodes
    )
    return picture_of(replace(drawing, nodes=linked), prefix="graph", standalone=False)


def _sign(status: str) -> str:
    return element(
        "svg",
        {"class": "sign", "viewBox": "0 0 16 16", "width": 16, "height": 16, "aria-hidden": "true"},
        status_sign(status),
    )


def _step_view(
    step: StepRecord,
    anchor: str,
    axis: timeline.Axis | None,
    folder: Path | None,
    run: RunRecord,
) -> StepView:
    look, kind = status_look(step.status), step_kind(step.type)
    seconds = elapsed(step.started, step.ended)
    detailed = len(run.steps) <= MOST_DETAILED_STEPS or step.status in ("Failed", "Stopped")
    notes: list[str] = []
    if step.cache_hit:
        notes.append("from cache")
    if step.attempts > 1:
        notes.append(f"{step.attempts} attempts")
    taken = branch_taken(step)
    if taken:
        notes.append(f"took {taken}")
    return StepView(
        record=step,
        anchor=anchor,
        kind=kind.title,
        family=kind.family,
        icon=kind.icon,
        sign=_sign(step.status),
        word=look.word,
        tone=look.tone,
        duration=duration(seconds) if seconds is not None else "\N{EN DASH}",
        bar=timeline.bar_of(step, axis) if axis else "",
        notes=tuple(notes),
        facts=_facts(step),
        started=timeline.when(step, axis) if axis else None,
        taken=taken,
        artefacts=artefacts_of(step),
        log=log_tail(folder, step.log) if folder and step.log and detailed else None,
        arguments=json_text(step.arguments) if step.arguments and detailed else None,
        properties=json_text(step.properties) if step.properties and detailed else None,
    )


def _facts(step: StepRecord) -> tuple[str, ...]:
    """Say where the step stands in the pipeline."""
    facts = []
    if step.cache_hit:
        facts.append(f"results taken over from run {step.cache_hit}")
    if step.depends_on:
        facts.append(f"needs {', '.join(step.depends_on)}")
    if step.branch:
        facts.append(f"stands on the {step.branch.outcome} side of {step.branch.condition}")
    return tuple(facts)


def _file_view(step: StepRecord, name: str) -> FileView:
    content = step.files[name]
    evaluation = read_evaluation(content)
    rest = evaluation.rest if evaluation else content
    rows, cut = leaves(rest) if rest or not evaluation else ([], False)
    return FileView(
        step=step.name,
        name=name,
        evaluation=evaluation,
        groups=compare(evaluation) if evaluation else (),
        leaves=rows,
        cut=cut,
    )


def _curves(run: RunRecord) -> tuple[list[CurveView], int]:
    """Return the charts of all metrics, and how many are left out."""
    all_series = [(step.name, m) for step in run.steps for m in step.metrics if m.values]
    views = []
    for step, series in all_series[:MOST_CURVES]:
        values = [value for _, value in series.values]
        notes = [("last", figure(values[-1]))]
        if len(values) > 1:
            notes += [("least", figure(min(values))), ("most", figure(max(values)))]
        if series.odd_values:
            notes.append(("not a number", f"{series.odd_values:,}"))
        chart = curve.curve(series, f"{series.name} of {step}")
        count = plural(len(values), "value")
        if len(values) > curve.MOST_POINTS:
            count += f", drawn with {curve.MOST_POINTS}"
        views.append(
            CurveView(step=step, name=series.name, count=count, chart=chart, notes=tuple(notes))
        )
    return views, max(len(all_series) - MOST_CURVES, 0)
