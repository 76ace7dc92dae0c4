"""Evaluate the graph of a definition as SageMaker would, with what a test gives.

There is no time here: all steps that can start, start in one round, and end before the next. A
failure that no step handles lets those of its round end and no other start.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from compiler.local.conditions import Evaluated, evaluate_conditions
from compiler.local.graph import (
    Node,
    Status,
    decide,
    failure_of,
    handles,
    own_part,
    read_graph,
    status_at_end,
)
from compiler.local.resolve import Json, Scope, UnresolvedReferenceError, resolve, step_of
from compiler.trial.given import Given, GivenStep
from compiler.trial.iterations import Iteration, Iterations, iterations_of, outcome_of
from compiler.trial.outputs import Outputs
from compiler.trial.paths import put, tokens_of, written
from compiler.trial.stand_ins import (
    Path,
    Scene,
    gets,
    invent,
    known_properties,
    output_parameters,
    references_by_step,
    selected_body,
)

# What every step may have, and what says how it is run: nothing in it is resolved.
COMMON = frozenset(
    {
        "Name", "Type", "Arguments", "DependsOn", "DisplayName", "Description", "CacheConfig",
        "RetryPolicies", "PropertyFiles", "OutputParameters",
    }
)  # fmt: skip
# The execution variable with the name of the job that a step launches.
JOB_VARIABLES = {"Training": "TrainingJobName", "Processing": "ProcessingJobName"}


class NotGivenError(Exception):
    """Something depends on a value that the test does not give; `lacking` is what to write."""

    def __init__(self, step: str | None, message: str, lacking: str) -> None:
        super().__init__(message)
        self.step = step
        self.lacking = lacking


@dataclass(frozen=True, kw_only=True, slots=True)
class StepOutcome:
    """What became of a step; `name` has the number of the iteration, `node` is the definition's."""

    name: str
    node: Node
    status: Status
    failure: str | None = None
    arguments: Mapping[str, Json] = field(default_factory=dict)
    members: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)
    invented: frozenset[Path] = frozenset()
    files: Mapping[str, Json] = field(default_factory=dict)
    outcome: str | None = None
    conditions: tuple[Evaluated, ...] = ()
    cached: bool = False
    inner: tuple["StepOutcome", ...] = ()

    @property
    def has_run(self) -> bool:
        """Whether the step has started, or a result from the cache stands for it."""
        return self.status not in ("Skipped", "NotStarted")

    @property
    def branch(self) -> str | None:
        """The branch that a condition step took."""
        return {"true": "then", "false": "else"}.get(self.outcome or "")


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """How the execution ended; steps in the definition's order, iterations after their ForEach."""

    status: str
    failure: str | None
    steps: Mapping[str, StepOutcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """How some steps that wait for each other have ended."""

    steps: Mapping[str, StepOutcome]
    failure: str | None
    halted: bool
    stopped: bool


def evaluate(
    definition: Mapping[str, Json], given: Given, outputs: Outputs, scene: Scene, pipeline: str
) -> Evaluation:
    """Return how the execution ends; raises `NotGivenError` if a value is missing."""
    evaluator = _Evaluator(
        given=given,
        outputs=outputs,
        scene=scene,
        references=references_by_step(definition),
        roots=_roots(definition, given, scene, pipeline),
    )
    run = evaluator.run(read_graph(definition).nodes, {}, None)
    steps = {each.name: each for outer in run.steps.values() for each in (outer, *outer.inner)}
    statuses = (each.status for each in run.steps.values())
    return Evaluation(
        status=status_at_end(statuses, halted=run.halted, stopped=run.stopped),
        failure=run.failure,
        steps=steps,
    )


def _roots(
    definition: Mapping[str, Json], given: Given, scene: Scene, pipeline: str
) -> dict[str, Json]:
    arn = scene.arn(f"pipeline/{pipeline.lower()}")
    roots: dict[str, Json] = {
        "Parameters": given.parameters,
        "Execution": {
            "StartDateTime": scene.moment,
            "CurrentDateTime": scene.moment,
            "PipelineName": pipeline,
            "PipelineArn": arn,
            "PipelineExecutionId": scene.execution_id,
            "PipelineExecutionArn": f"{arn}/execution/{scene.execution_id}",
            **given.execution,
        },
    }
    experiment = definition.get("PipelineExperimentConfig") or {}
    defaults = {"ExperimentName": pipeline, "TrialName": scene.execution_id}
    return roots | {"PipelineExperimentConfig": defaults | resolve(experiment, Scope(roots=roots))}


@dataclass(frozen=True, kw_only=True, slots=True)
class _Evaluator:
    given: Given
    outputs: Outputs
    scene: Scene
    references: Mapping[str, tuple[Path, ...]]
    roots: Mapping[str, Json]

    def run(
        self,
        nodes: tuple[Node, ...],
        outer: Mapping[str, StepOutcome],
        iteration: Iteration | None,
    ) -> _Run:
        """Let the nodes start round by round, until none can."""
        done: dict[str, StepOutcome] = {}
        failure, halted, stopped = None, False, False
        while not (halted or stopped) and (ready := _ready(nodes, done)):
            for node in ready:
                ended = self._step(node, {**outer, **done}, iteration)
                done[node.name] = ended
                is_handled = handles(nodes, node.name, ended.status)
                if ended.status == "Failed":
                    failure = failure or failure_of(replace(node, name=ended.name), ended.failure)
                    halted = halted or not is_handled
                stopped = stopped or (ended.status == "Stopped" and not is_handled)
        _ready(nodes, done)
        for node in nodes:
            name = iteration.name_of(node.name) if iteration else node.name
            done.setdefault(node.name, StepOutcome(name=name, node=node, status="NotStarted"))
        steps = {node.name: done[node.name] for node in nodes}
        return _Run(steps=steps, failure=failure, halted=halted, stopped=stopped)

    def _step(
        self, node: Node, seen: Mapping[str, StepOutcome], iteration: Iteration | None
    ) -> StepOutcome:
        """Carry out one step; a reference without a value lets it fail."""
        name = iteration.name_of(node.name) if iteration else node.name
        started = StepOutcome(name=name, node=node, status="Executing")
        scope = self._scope(node, name, seen, iteration)
        try:
            own = own_part(node.step)
            started = replace(
                started,
                arguments=resolve(own.get("Arguments") or {}, scope),
                members=resolve({k: v for k, v in own.items() if k not in COMMON}, scope),
            )
            match node.type:
                case "Condition":
                    return self._condition(started, seen, scope)
                case "Fail":
                    message = str(started.arguments.get("ErrorMessage", ""))
                    properties = {"ErrorMessage": message}
                    return replace(started, status="Failed", failure=message, properties=properties)
                case "ForEach":
                    return self._for_each(started, seen)
                case _:
                    index = iteration.index if iteration else None
                    return self._ended(started, self.given.step(node.name, index))
        except UnresolvedReferenceError as error:
            return replace(started, status="Failed", failure=str(error))

    def _condition(
        self, started: StepOutcome, seen: Mapping[str, StepOutcome], scope: Scope
    ) -> StepOutcome:
        conditions = started.node.step["Arguments"].get("Conditions") or []
        self._refuse_invented(started, conditions, seen)
        holds, evaluated = evaluate_conditions(conditions, scope)
        outcome = "true" if holds else "false"
        return replace(
            started,
            status="Succeeded",
            properties={"Outcome": outcome},
            outcome=outcome,
            conditions=evaluated,
        )

    def _for_each(self, started: StepOutcome, seen: Mapping[str, StepOutcome]) -> StepOutcome:
        self._refuse_invented(started, started.node.step["Arguments"].get("IterableItems"), seen)
        iterations = iterations_of(started.arguments)
        runs = [self.run(started.node.body, seen, each) for each in iterations]
        result = outcome_of(
            started.node,
            Iterations(
                count=len(iterations),
                properties=tuple(_properties(run) for run in runs),
                invented=tuple(_invented(run) for run in runs),
                statuses=tuple(_statuses(run) for run in runs),
            ),
        )
        if result.undecided is not None:
            field = next(gets(started.node.step["Arguments"]["Selector"]))
            compared = field.removeprefix("IterationOutput.")
            message = f"the selector of `{started.name}` compares `{compared}`"
            body = next(each for each in started.node.body if each.name == result.undecided)
            lacking = self._lacking(body, tuple((tokens_of(compared) or ())[1:]))
            raise NotGivenError(body.name, message, lacking)
        status: Status = "Succeeded"
        if result.failure is not None or any(run.halted for run in runs):
            status = "Failed"
        elif any(run.stopped for run in runs):
            status = "Stopped"
        return replace(
            started,
            status=status,
            failure=result.failure or next((run.failure for run in runs if run.halted), None),
            properties={**result.properties, "Status": status},
            invented=result.invented,
            inner=tuple(each for run in runs for each in run.steps.values()),
        )

    def _ended(self, started: StepOutcome, given: GivenStep) -> StepOutcome:
        """Let a step end as the test says, well if it says nothing."""
        node = started.node
        status: Status = "Succeeded"
        if given.failure is not None:
            status = "Failed"
        elif given.stopped:
            status = "Stopped"
        properties = known_properties(node, started.name, started.arguments, status, self.scene)
        for path, value in given.properties:
            properties = put(properties, path, value)
        invented: frozenset[Path] = frozenset()
        if status == "Succeeded":
            said = {path for path, _ in given.properties}
            for path, value in output_parameters(node):
                if path not in said:
                    properties = put(properties, path, value)
                    invented |= {path}
            paths = self.references.get(node.name, ())
            shape_name = self.outputs.shape_of(node)
            properties, others = invent(node.name, paths, shape_name, properties, self.scene)
            invented |= others
        return replace(
            started,
            status=status,
            failure=given.failure if status == "Failed" else None,
            properties=properties,
            invented=invented,
            files=given.files if status == "Succeeded" else {},
            cached=given.cached,
        )

    def _scope(
        self,
        node: Node,
        name: str,
        seen: Mapping[str, StepOutcome],
        iteration: Iteration | None,
    ) -> Scope:
        execution = dict(self.roots["Execution"])
        if node.type in JOB_VARIABLES:
            execution[JOB_VARIABLES[node.type]] = self.scene.job_name(name)
        roots = {**self.roots, "Execution": execution}
        if iteration is not None:
            roots["ForEach"] = {"CurrentItem": iteration.item}

        def why_no_file(step: str, file: str) -> str:
            if file in seen[step].files:
                return f"step `{step}` wrote no JSON file for it"
            message = f"`{name}` reads the property file `{file}` of `{step}`"
            raise NotGivenError(step, message, f"files: {{{file}: …}}")

        def read(uri: str) -> Json:
            if uri in self.given.objects:
                if (document := self.given.objects[uri]) is not None:
                    return document
                raise KeyError("there is no such object")
            message = f"`{name}` reads the object `{uri}` from S3"
            raise NotGivenError(None, message, f's3: {{"{uri}": …}}')

        return Scope(
            roots=roots,
            steps={each: ended.properties for each, ended in seen.items() if ended.has_run},
            files={
                each: {file: found for file, found in ended.files.items() if found is not None}
                for each, ended in seen.items()
            },
            objects=read,
            why_no_file=why_no_file,
        )

    def _refuse_invented(
        self, started: StepOutcome, value: Json, seen: Mapping[str, StepOutcome]
    ) -> None:
        for reference in gets(value):
            step = step_of(reference) if reference.startswith("Steps.") else ""
            path = tuple((tokens_of(reference) or ())[2:])
            if step in seen and path in seen[step].invented:
                message = f"`{started.name}` decides by `{reference.removeprefix('Steps.')}`"
                owner, member = _owner(seen[step].node, path)
                raise NotGivenError(owner.name, message, self._lacking(owner, member))

    def _lacking(self, step: Node, member: Path) -> str:
        """Return what to write for a property of a step: its short output, if it has one."""
        for form, outputs in (
            ("{}: …", self.outputs.short(step)),
            ("outputs: {{{}: …}}", self.outputs.named(step)),
        ):
            for name, (path, _) in outputs.items():
                if tuple(tokens_of(path) or ()) == member:
                    return form.format(name)
        return f'properties: {{"{written(member)}": …}}'


def _owner(node: Node, path: Path) -> tuple[Node, Path]:
    """Return the step that has a property; of a ForEach, the one in its body."""
    match path:
        case ("IterationOutputs", int(), str(body), *member):
            name = body
        case ("Selected", *member):
            name = selected_body(node.step["Arguments"]) or node.name
        case _:
            return node, path
    return next((each for each in node.body if each.name == name), node), tuple(member)


def _ready(nodes: Iterable[Node], done: dict[str, StepOutcome]) -> list[Node]:
    """Skip what will not run, as far as one skip decides over the next; return what can start."""
    while True:
        statuses: dict[str, Status] = {
            node.name: done[node.name].status if node.name in done else "NotStarted"
            for node in nodes
        }
        outcomes = {name: ended.outcome for name, ended in done.items()}
        waiting = [node for node in nodes if node.name not in done]
        decisions = [(node, decide(node, statuses, outcomes)) for node in waiting]
        skipped = [node for node, decision in decisions if decision == "skip"]
        if not skipped:
            return [node for node, decision in decisions if decision == "run"]
        for node in skipped:
            done[node.name] = StepOutcome(name=node.name, node=node, status="Skipped")


def _properties(run: _Run) -> dict[str, Json]:
    return {name: each.properties for name, each in run.steps.items() if each.has_run}


def _invented(run: _Run) -> dict[str, frozenset[Path]]:
    return {name: each.invented for name, each in run.steps.items()}


def _statuses(run: _Run) -> dict[str, Status]:
    return {name: each.status for name, each in run.steps.items()}
