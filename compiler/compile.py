"""The straight line from a source to a definition and scripts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from compiler.assemble import assemble
from compiler.checks import CHECKS, unused_names
from compiler.code.gather import PipelineCode, gather_code
from compiler.code.project import Project, project_of
from compiler.code.settings import Settings, settings_of
from compiler.compose.defaults import apply_defaults
from compiler.compose.document import compose
from compiler.compose.target import choose_target, has_too_many_targets, target_names
from compiler.definition import Json, definition_line, definition_text
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.diagnostics.ignore import Judgement
from compiler.diagnostics.masking import masked
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.comments import ignores_in
from compiler.document.file import document_in
from compiler.document.node import (
    Document,
    MappingNode,
    ScalarNode,
    literal_of,
    mapping_of,
    text_of,
)
from compiler.document.read import read_document
from compiler.graph import PipelineGraph, build_graph
from compiler.lower import LoweredPipeline, lower
from compiler.resolve.images import resolve_images
from compiler.resolve.pipeline import resolve
from compiler.rules import check_rules
from compiler.schema.spelling import mend_names
from compiler.schema.validate import Validated, validate_pipeline
from compiler.spec.build import build
from compiler.spec.pipeline import Pipeline, PipelineSpec
from compiler.spec.shape import fields_of
from compiler.spec.step import StepSpec
from compiler.starts import schedules, triggers
from compiler.steps import STEP_TYPES


@dataclass(frozen=True, kw_only=True, slots=True)
class CompiledPipeline:
    """What a spec became for one target."""

    spec: PipelineSpec
    target: str
    is_default_target: bool
    graph: PipelineGraph
    step_types: Mapping[str, str]
    definition: dict[str, Json]
    code: PipelineCode

    @property
    def name(self) -> str:
        """The name of the pipeline in SageMaker."""
        return str(self.spec.name.value)

    @property
    def storage(self) -> str:
        """The S3 prefix below which code and outputs are kept."""
        return str(self.spec.storage.value) if self.spec.storage is not None else ""

    @property
    def role(self) -> str | None:
        """The role of the pipeline itself: its own, or that of the defaults."""
        defaults = self.spec.defaults
        role = self.spec.role or (defaults.role if defaults is not None else None)
        value = literal_of(role) if role is not None else None
        return str(value) if value is not None else None

    @property
    def definition_json(self) -> str:
        """The definition as text, the same bytes for the same sources."""
        return definition_text(self.definition)

    @property
    def definition_line(self) -> str:
        """The definition as it is sent."""
        return definition_line(self.definition)

    @property
    def manifest(self) -> dict[str, Json]:
        """What belongs to the definition: names, tags, and each artefact with its hash and key."""
        artifacts: dict[str, Json] = {}
        for step, code in self.code.by_step.items():
            artifacts[step] = {
                "sha256": code.artifact.sha256,
                "uri": code.artifact.uri(self.storage, self.name),
                "files": list[Json](sorted(code.artifact.files)),
            }
        return {
            "version": 1,
            "name": self.name,
            "target": self.target,
            "description": _value(self.spec.description),
            "account": _value(self.spec.account),
            "region": _value(self.spec.region),
            "role": self.role,
            "parallelism": _value(self.spec.parallelism),
            "tags": {name: _tag(node.value) for name, node in self.spec.tags},
            "schedules": schedules(self.spec),
            "triggers": triggers(self.spec),
            "artifacts": artifacts,
        }

    @property
    def manifest_json(self) -> str:
        """The manifest as text."""
        return json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n"

    def uploads(self) -> dict[str, bytes]:
        """Return what the definition needs to find in S3, by URI."""
        return {
            code.artifact.prefix(self.storage, self.name) + name: content
            for code in self.code.by_step.values()
            for name, content in code.artifact.uploads().items()
        }


def _value(node: ScalarNode | None) -> Json:
    return literal_of(node) if node is not None else None


def _tag(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


@dataclass(frozen=True, kw_only=True, slots=True)
class Compilation:
    """What came of a source: diagnostics, and the pipeline unless an error stands among them.

    What a comment in the source says to ignore is among `ignored` and not among `diagnostics`.
    """

    source: SourceFile | None
    project: Project
    diagnostics: tuple[Diagnostic, ...]
    ignored: tuple[Diagnostic, ...]
    pipeline: CompiledPipeline | None

    @property
    def has_errors(self) -> bool:
        """Whether the source can't be compiled."""
        return any(diagnostic.is_error for diagnostic in self.diagnostics)


def compile_pipeline(
    path: Path, *, target: str | None = None, environment: Mapping[str, str] | None = None
) -> Compilation:
    """Compile the spec in a file; a bad spec gives diagnostics, never an exception."""
    project = project_of(path)
    settings = settings_of(project)
    document, _, diagnostics = _read(path, project, settings)
    return _compiled(document, project, target, environment, diagnostics, settings)


def compile_source(
    source: SourceFile,
    project: Project,
    *,
    target: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Compilation:
    """Compile the text of a spec as if it stood in its file."""
    settings = settings_of(project)
    reading = Diagnostics()
    document = _whole(read_document(source, reading), reading)
    document, _, diagnostics = _judged(document, settings, reading)
    return _compiled(document, project, target, environment, diagnostics, settings)


def _compiled(
    document: Document | None,
    project: Project,
    target: str | None,
    environment: Mapping[str, str] | None,
    diagnostics: Diagnostics,
    settings: Settings,
) -> Compilation:
    pipeline = None
    if document is not None:
        pipeline = compile_document(
            document,
            project,
            target=target,
            environment=environment or {},
            diagnostics=diagnostics,
            policy=settings.policy,
        )
    pipeline = None if diagnostics.has_errors else pipeline
    return _compilation(document, project, diagnostics, pipeline, settings.policy)


def validate_file(path: Path, environment: Mapping[str, str] | None = None) -> Compilation:
    """Compile the spec for each of its targets, and keep only what is wrong."""
    project = project_of(path)
    settings = settings_of(project)
    document, judgement, diagnostics = _read(path, project, settings)
    if document is not None:
        chosen = Diagnostics()
        choose_target(document.root, None, chosen)
        # That there is no default target is a mistake only of who names none.
        diagnostics.extend(each for each in chosen if each.code != codes.UNKNOWN_TARGET)
        for target in target_names(document.root):
            found = Diagnostics(judgement.judge)
            compile_document(
                document,
                project,
                target=target,
                environment=environment or {},
                diagnostics=found,
                policy=settings.policy,
            )
            diagnostics.add_from_another_target(found)
        if not diagnostics.has_errors:
            diagnostics.extend(judgement.stale(each for each in diagnostics if each.is_ignored))
    return _compilation(document, project, diagnostics, None, settings.policy)


def _read(
    path: Path, project: Project, settings: Settings
) -> tuple[Document | None, Judgement, Diagnostics]:
    """Read a file, and what the project and the file say of its diagnostics."""
    reading = Diagnostics()
    document = read_file(path, project, reading)
    return _judged(document, settings, reading)


def _judged(
    document: Document | None, settings: Settings, reading: Diagnostics
) -> tuple[Document | None, Judgement, Diagnostics]:
    ignores = ignores_in(document.source, reading) if document is not None else ()
    judgement = Judgement(levels=settings.levels, ignores=ignores, enforced=settings.enforced)
    diagnostics = Diagnostics(judgement.judge)
    diagnostics.extend(settings.diagnostics)
    diagnostics.extend(reading)
    diagnostics.extend(judgement.refused())
    return document, judgement, diagnostics


def _compilation(
    document: Document | None,
    project: Project,
    diagnostics: Diagnostics,
    pipeline: CompiledPipeline | None,
    policy: object | None,
) -> Compilation:
    found = masked(diagnostics, _hidden(document, policy, diagnostics))
    return Compilation(
        source=document.source if document is not None else None,
        project=project,
        diagnostics=tuple(each for each in found if not each.is_ignored),
        ignored=tuple(each for each in found if each.is_ignored),
        pipeline=pipeline,
    )


def _hidden(
    document: Document | None, policy: object | None, diagnostics: Diagnostics
) -> tuple[Span, ...]:
    """Return the places that no excerpt may show; without a diagnostic there is no excerpt."""
    if document is None or next(iter(diagnostics), None) is None:
        return ()
    found: tuple[Span, ...] = import_module("compiler.policy").hidden_in(document, policy)
    return found


def read_file(path: Path, project: Project, diagnostics: Diagnostics) -> Document | None:
    """Return the document in a file, or None after reporting why there is none."""
    return _whole(document_in(path, project.name_of(path), diagnostics), diagnostics)


def _whole(document: Document | None, diagnostics: Diagnostics) -> Document | None:
    """Return a document with its misspelt names mended, None if it has too many targets."""
    if document is None:
        return None
    if has_too_many_targets(document.root, diagnostics):
        return None
    return Document(document.source, mend_names(document.root, diagnostics))


def compile_document(
    document: Document,
    project: Project,
    *,
    target: str | None,
    environment: Mapping[str, str],
    diagnostics: Diagnostics,
    policy: object | None = None,
) -> CompiledPipeline | None:
    """Take a document through all phases; each reports what it finds and goes on with the rest."""
    composed = compose(
        document.root,
        target=target,
        environment=environment,
        diagnostics=diagnostics,
    )
    if composed is None:
        return None
    validated = validate_pipeline(composed.root, diagnostics)
    if validated is None:
        return None
    root = apply_defaults(validated.root, _fields_of_type)
    steps = mapping_of(root.get("steps")) or validated.steps
    steps = resolve_images(steps, text_of(root.get("region")), diagnostics)
    pipeline = _build(root, steps, validated, composed.target, diagnostics)
    code = gather_code(pipeline, project, document.source.name, diagnostics)
    resolved = resolve(pipeline, steps, code.templates, diagnostics)
    for check in CHECKS:
        diagnostics.extend(check(resolved))
    graph = build_graph(resolved, diagnostics)
    if diagnostics.has_errors:
        graph = PipelineGraph(order=graph.order, edges=graph.edges, branches={})
    lowered = lower(resolved, code, diagnostics)
    check_rules(lowered, graph, diagnostics)
    if policy is not None:
        _check_policy(lowered, policy, diagnostics)
    definition = assemble(lowered, graph, diagnostics)
    if not diagnostics.has_errors:
        diagnostics.extend(unused_names(document.root))
    return CompiledPipeline(
        spec=pipeline.spec,
        target=composed.target,
        is_default_target=choose_target(document.root, None, Diagnostics()) == composed.target,
        graph=graph,
        step_types={name: str(step.type.value) for name, step in pipeline.steps.items()},
        definition=definition,
        code=code,
    )


def _check_policy(lowered: LoweredPipeline, policy: object, diagnostics: Diagnostics) -> None:
    # Most projects have no policy, and need not wait until these modules are loaded.
    import_module("compiler.policy").check_policy(lowered, policy, diagnostics)


def _build(
    root: MappingNode,
    steps: MappingNode,
    validated: Validated,
    target: str,
    diagnostics: Diagnostics,
) -> Pipeline:
    built: dict[str, StepSpec] = {}
    for name, node in steps.members.items():
        kind = node.get("type") if isinstance(node, MappingNode) else None
        if name in validated.broken or kind is None:
            continue
        spec = STEP_TYPES[str(getattr(kind, "value", ""))].spec
        found = Diagnostics()
        step: StepSpec = build(spec, node, found, name=name, span=steps.key_span(name))
        diagnostics.extend(found)
        if not found.has_errors:
            built[name] = step
    whole = build(PipelineSpec, root, diagnostics)
    return Pipeline(
        spec=whole,
        steps=built,
        broken=frozenset(steps.members) - frozenset(built),
        parameters_known=validated.parameters_known,
        target=target,
        region=text_of(whole.region),
    )


@cache
def _fields_of_type(kind: str) -> frozenset[str]:
    if kind not in STEP_TYPES:
        return frozenset()
    return frozenset(field.key for field in fields_of(STEP_TYPES[kind].spec))
