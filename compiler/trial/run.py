"""Run the tests of a file: compile for each target once, evaluate, compare."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from compiler.code.project import Project, project_of
from compiler.compile import Compilation, CompiledPipeline, compile_pipeline
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode
from compiler.local.graph import Graph, InvalidDefinitionError, read_graph
from compiler.local.graph import Node as Step
from compiler.local.naming import ACCOUNT, REGION
from compiler.local.resolve import Json
from compiler.trial.evaluate import Evaluation, NotGivenError, evaluate
from compiler.trial.expect import Comparison, check_expected
from compiler.trial.given import Reader
from compiler.trial.outputs import Outputs
from compiler.trial.read import Trial, TrialFile, read_trials
from compiler.trial.spec import TrialSpec
from compiler.trial.stand_ins import EXECUTION_ID, MOMENT, Scene

Verdict = Literal["passed", "failed", "error"]
# That something else was found than expected; all other codes say that a test makes no sense.
DIFFERENCES = frozenset(
    {codes.WRONG_STEPS, codes.WRONG_STATUS, codes.WRONG_ENDING, codes.WRONG_VALUE}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TrialResult:
    """What came of one test, for one target."""

    name: str
    target: str | None
    span: Span
    verdict: Verdict
    diagnostics: tuple[Diagnostic, ...]
    evaluation: Evaluation | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FileResult:
    """What came of a test file; `diagnostics` are of the file and of the spec, not of one test."""

    path: Path
    project: Project
    diagnostics: tuple[Diagnostic, ...]
    results: tuple[TrialResult, ...]

    @property
    def has_passed(self) -> bool:
        """Whether there was nothing wrong."""
        found = any(diagnostic.is_error for diagnostic in self.diagnostics)
        return not found and all(result.verdict == "passed" for result in self.results)


def run_file(
    path: Path,
    *,
    target: str | None = None,
    environment: Mapping[str, str] | None = None,
    is_chosen: Callable[[str], bool] = lambda _: True,
) -> FileResult:
    """Run the chosen tests of a file; `target` is that of the tests which name none."""
    project = project_of(path)
    diagnostics = Diagnostics()
    file = read_trials(path, project, diagnostics)
    results: list[TrialResult] = []
    if file is not None:
        bench = _Bench(
            file=file, project=project, environment=environment or {}, diagnostics=diagnostics
        )
        for trial in file.trials:
            if is_chosen(trial.name):
                results += bench.run(trial, target)
    return FileResult(
        path=path, project=project, diagnostics=tuple(diagnostics), results=tuple(results)
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Bench:
    """What the tests of a file share: the spec, compiled once for each target."""

    file: TrialFile
    project: Project
    environment: Mapping[str, str]
    diagnostics: Diagnostics
    compiled: dict[str | None, Compilation] = field(default_factory=dict)

    def run(self, trial: Trial, target: str | None) -> Iterable[TrialResult]:
        """Run one test, for each of its targets."""
        spec = trial.spec
        if spec is None:
            yield _result(trial, target, Diagnostics(), None, trial.diagnostics)
            return
        for node in spec.target or (None,):
            diagnostics = Diagnostics()
            named = str(node.value) if node is not None else target
            pipeline = self._compile(named, node, diagnostics)
            evaluation = None
            if pipeline is not None:
                subject = _subject(pipeline, self.file.path.parent, self.project.root)
                evaluation = try_out(trial, spec, subject, diagnostics)
                named = pipeline.target if len(pipeline.spec.targets) else None
            yield _result(trial, named, diagnostics, evaluation, trial.diagnostics)

    def _compile(
        self, target: str | None, node: ScalarNode | None, diagnostics: Diagnostics
    ) -> CompiledPipeline | None:
        if target not in self.compiled:
            self.compiled[target] = compile_pipeline(
                self.file.pipeline, target=target, environment=self.environment
            )
        compilation = self.compiled[target]
        if compilation.pipeline is None:
            for each in compilation.diagnostics:
                if each.code == codes.UNKNOWN_TARGET and node is not None:
                    diagnostics.append(replace(each, span=node.span, related=()))
                else:
                    self.diagnostics.append(each)
        return compilation.pipeline


@dataclass(frozen=True, kw_only=True, slots=True)
class Subject:
    """What is tested: a definition, the step types that its spec names, and where it runs.

    `folder` is where the paths in the test begin, and `root` what they do not leave.
    """

    definition: Mapping[str, Json]
    pipeline: str
    step_types: Mapping[str, str]
    folder: Path
    root: Path
    account: str = ACCOUNT
    region: str = REGION


def try_out(
    trial: Trial, spec: TrialSpec, subject: Subject, diagnostics: Diagnostics
) -> Evaluation | None:
    """Evaluate the definition as one test says, and report what is not as it expects."""
    try:
        graph = read_graph(subject.definition)
    except InvalidDefinitionError as error:
        for mistake in error.mistakes:
            diagnostics.add(codes.TEST_WITHOUT_SPEC, f"this can't be run: {mistake}", trial.span)
        return None
    steps, outputs = _steps(graph), Outputs(step_types=subject.step_types)
    reader = Reader(
        definition=subject.definition,
        steps=steps,
        outputs=outputs,
        folder=subject.folder,
        root=subject.root,
        diagnostics=diagnostics,
    )
    given = reader.read(spec, trial.span)
    check_expected(spec.expect, steps, diagnostics)
    if diagnostics.has_errors:
        return None
    scene = Scene(
        account=subject.account,
        region=subject.region,
        execution_id=given.execution.get("PipelineExecutionId", EXECUTION_ID),
        moment=given.execution.get("StartDateTime", MOMENT),
    )
    try:
        evaluation = evaluate(subject.definition, given, outputs, scene, subject.pipeline)
    except NotGivenError as missing:
        _report(missing, spec, trial.span, diagnostics)
        return None
    comparison = Comparison(evaluation=evaluation, diagnostics=diagnostics)
    comparison.compare(spec.expect, trial.runs)
    return evaluation


def _steps(graph: Graph) -> dict[str, Step]:
    return {node.name: node for outer in graph.nodes for node in (outer, *outer.body)}


def _subject(pipeline: CompiledPipeline, folder: Path, root: Path) -> Subject:
    place = pipeline.spec.targets.get(pipeline.target)
    account = place.account if place is not None else None
    region = place.region if place is not None else None
    return Subject(
        definition=pipeline.definition,
        pipeline=pipeline.name,
        step_types=pipeline.step_types,
        folder=folder,
        root=root,
        account=str(account.value) if account is not None else ACCOUNT,
        region=str(region.value) if region is not None else REGION,
    )


def _report(missing: NotGivenError, spec: TrialSpec, place: Span, diagnostics: Diagnostics) -> None:
    """Report that a value is needed; where the test speaks of the step, there."""
    span, hint = place, f"give `{missing.lacking}`"
    if missing.step is not None:
        hint += f" under `steps.{missing.step}`"
        if spec.steps is not None and missing.step in spec.steps.members:
            span = spec.steps.key_span(missing.step)
    diagnostics.add(codes.NOT_GIVEN, f"{missing}, which the test does not give", span, hint=hint)


def _result(
    trial: Trial,
    target: str | None,
    diagnostics: Diagnostics,
    evaluation: Evaluation | None,
    shape: Diagnostics,
) -> TrialResult:
    found = (*shape, *diagnostics)
    verdict: Verdict = "passed"
    if evaluation is None or any(each.code not in DIFFERENCES for each in found):
        verdict = "error"
    elif found:
        verdict = "failed"
    return TrialResult(
        name=trial.name,
        target=target,
        span=trial.span,
        verdict=verdict,
        diagnostics=found,
        evaluation=evaluation,
    )
