"""A test file to its tests; each is held against the schema by itself, so one can be broken."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from compiler.code.project import Project
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.file import document_in
from compiler.document.node import MappingNode, Node, mapping_of, plain, text_of
from compiler.schema.derive import Schema, literals_only
from compiler.schema.messages import report_errors
from compiler.schema.validate import schema_errors
from compiler.spec.build import build
from compiler.trial.schema import file_schema, setting_schema, trial_schema
from compiler.trial.spec import TrialSpec

ENDING = ".test.yaml"
SPEC_ENDINGS = (".yaml", ".yml")
FROM_DEFAULTS = ("target", "parameters", "execution", "s3", "steps")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """One test of a file; `spec` is None where it is malformed, which `diagnostics` tell.

    `runs` is the place of the list of all steps that run, if the test has one.
    """

    name: str
    span: Span
    spec: TrialSpec | None
    runs: Span | None
    diagnostics: Diagnostics


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialFile:
    """The tests of one file, and the spec that they test."""

    path: Path
    source: SourceFile
    pipeline: Path
    trials: tuple[Trial, ...]


def read_trials(path: Path, project: Project, diagnostics: Diagnostics) -> TrialFile | None:
    """Return the tests of a file, or None after reporting why there are none."""
    document = document_in(path, project.name_of(path), diagnostics)
    if document is None:
        return None
    pipeline = _pipeline(path, document.root, project, diagnostics)
    trials = trials_of(document.root, diagnostics)
    if trials is None or pipeline is None:
        return None
    return TrialFile(path=path, source=document.source, pipeline=pipeline, trials=trials)


def trials_of(root: MappingNode, diagnostics: Diagnostics) -> tuple[Trial, ...] | None:
    """Return the tests in a document, or None after reporting what is wrong with all of them."""
    found = Diagnostics()
    _hold_against(_file_schema(), root, None, found)
    defaults = mapping_of(root.get("defaults")) or MappingNode({}, {}, root.span)
    _hold_against(_setting_schema(), defaults, root.key_span("defaults"), found)
    diagnostics.extend(found)
    tests = mapping_of(root.get("tests"))
    if found.has_errors or tests is None:
        return None
    return tuple(
        _trial(name, tests.key_span(name), node, defaults) for name, node in tests.members.items()
    )


def _pipeline(
    path: Path, root: MappingNode, project: Project, diagnostics: Diagnostics
) -> Path | None:
    """Return the spec that a file tests: the one that it names, or the one beside it."""
    named = text_of(root.get("spec"))
    if named is not None:
        found = path.parent / named
        if found.is_file() and found.resolve().is_relative_to(project.root):
            return found
        others = [each.name for each in path.parent.glob("*.y*ml") if each != path]
        diagnostics.add(
            codes.TEST_WITHOUT_SPEC,
            f"there is no spec `{named}` here",
            root.members["spec"].span,
            hint=did_you_mean(named, others),
        )
        return None
    stem = path.name.removesuffix(ENDING)
    for ending in SPEC_ENDINGS:
        found = path.with_name(stem + ending)
        if found.is_file() and found != path:
            return found
    place = next(iter(root.key_spans.values()), root.span)
    message = f"there is no `{stem}.yaml` beside the file, which it would test"
    diagnostics.add(codes.TEST_WITHOUT_SPEC, message, place, hint="name the spec under `spec`")
    return None


def _trial(name: str, span: Span, node: Node, defaults: MappingNode) -> Trial:
    diagnostics = Diagnostics()
    if not isinstance(node, MappingNode):
        message = f"the test `{name}` has no fields, expected a mapping"
        diagnostics.add(codes.WRONG_TYPE, message, span)
    else:
        _hold_against(_trial_schema(), node, span, diagnostics)
    spec, runs = None, None
    if isinstance(node, MappingNode) and not diagnostics.has_errors:
        given = {each: defaults.members[each] for each in FROM_DEFAULTS if each in defaults.members}
        shared = MappingNode(given, defaults.key_spans, node.span)
        spec = build(TrialSpec, laid_over(shared, node), diagnostics)
        expect = mapping_of(node.get("expect"))
        if expect is not None and "runs" in expect.members:
            runs = expect.key_span("runs")
    return Trial(name=name, span=span, spec=spec, runs=runs, diagnostics=diagnostics)


def laid_over(base: MappingNode, over: MappingNode) -> MappingNode:
    """Return `base` with `over` laid on it: mappings merge, all else replaces, null as well."""
    members, key_spans = dict(base.members), {**base.key_spans, **over.key_spans}
    for name, value in over.members.items():
        below = members.get(name)
        if isinstance(below, MappingNode) and isinstance(value, MappingNode):
            members[name] = laid_over(below, value)
        else:
            members[name] = value
    return MappingNode(members, key_spans, over.span)


def _hold_against(
    schema: Schema, node: MappingNode, place: Span | None, diagnostics: Diagnostics
) -> None:
    report_errors(schema_errors(schema, plain(node)), node, diagnostics, place=place)


@cache
def _file_schema() -> Schema:
    return literals_only(file_schema())


@cache
def _setting_schema() -> Schema:
    return literals_only(setting_schema())


@cache
def _trial_schema() -> Schema:
    return literals_only(trial_schema())
