"""What a test gives, held against the definition: parameters, and what each step does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.file import read_regular
from compiler.document.node import MappingNode, Node, ScalarNode, mapping_of, plain, text_of
from compiler.local.graph import Node as Step
from compiler.local.parameters import convert
from compiler.local.resolve import Json
from compiler.local.strict_json import read_json
from compiler.spec.declared import declared_fields
from compiler.trial.outputs import Named, Outputs
from compiler.trial.paths import Token, tokens_of
from compiler.trial.spec import GivenExecutionSpec, GivenStepSpec, TrialSpec
from compiler.trial.values import check_member, check_path

# Steps that SageMaker carries out itself, from what is given elsewhere.
DECIDED_HERE = frozenset({"Condition", "Fail", "ForEach"})
Placed: TypeAlias = tuple[tuple[Token, ...], Json]
FIELDS = frozenset(name for name in declared_fields(GivenStepSpec) if name != "span")


@dataclass(frozen=True, kw_only=True, slots=True)
class GivenStep:
    """What a step does; a property file that is null has not been written."""

    properties: tuple[Placed, ...] = ()
    files: Mapping[str, Json] = field(default_factory=dict)
    failure: str | None = None
    stopped: bool = False
    cached: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What a test gives."""

    parameters: Mapping[str, Json] = field(default_factory=dict)
    steps: Mapping[str, GivenStep] = field(default_factory=dict)
    objects: Mapping[str, Json] = field(default_factory=dict)
    execution: Mapping[str, str] = field(default_factory=dict)

    def step(self, name: str, iteration: int | None = None) -> GivenStep:
        """Return what a step does; in a ForEach, what it does in this iteration goes first."""
        given = self.steps.get(name, GivenStep())
        if iteration is None or (own := self.steps.get(f"{name}-{iteration}")) is None:
            return given
        ends_otherwise = own.failure is not None or own.stopped or own.cached
        ended = own if ends_otherwise else given
        return replace(
            ended,
            properties=given.properties + own.properties,
            files={**given.files, **own.files},
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reader:
    """Reads what a test gives; what the definition knows nothing of is reported.

    Files are looked for in `folder`, and not outside of `root`: a test may be a stranger's.
    """

    definition: Mapping[str, Json]
    steps: Mapping[str, Step]
    outputs: Outputs
    folder: Path
    root: Path
    diagnostics: Diagnostics

    def read(self, spec: TrialSpec, place: Span) -> Given:
        """Return what the test gives."""
        steps = spec.steps.members if spec.steps is not None else {}
        given: dict[str, GivenStep] = {}
        for name, node in steps.items():
            span = spec.steps.key_span(name) if spec.steps is not None else place
            step = find_step(name, span, self.steps, self.diagnostics)
            if step is not None and isinstance(node, MappingNode):
                given[name] = self._step(step, name, node)
        objects = spec.s3 or MappingNode({}, {}, place)
        return Given(
            parameters=self._parameters(spec.parameters, place),
            steps=given,
            objects=dict(self._documents(objects)),
            execution=dict(_execution(spec.execution)),
        )

    def _parameters(self, given: MappingNode | None, place: Span) -> dict[str, Json]:
        declared = {each["Name"]: each for each in self.definition.get("Parameters") or ()}
        given = given or MappingNode({}, {}, place)
        for name in given.members:
            if name not in declared:
                self.diagnostics.add(
                    codes.UNKNOWN_TEST_PARAMETER,
                    f"the pipeline has no parameter `{name}`",
                    given.key_span(name),
                    hint=did_you_mean(name, declared) or f"it has {_known(declared)}",
                )
        values: dict[str, Json] = {}
        for name, declaration in declared.items():
            node = given.get(name)
            if node is None:
                if "DefaultValue" in declaration:
                    values[name] = declaration["DefaultValue"]
                else:
                    message = f"the parameter `{name}` needs a value: it has no default"
                    span = given.span if given.members else place
                    self.diagnostics.add(codes.TEST_PARAMETER_VALUE, message, span.first_line())
                continue
            values[name] = self._parameter(name, declaration, node, given.key_span(name))
        return values

    def _parameter(
        self, name: str, declaration: Mapping[str, Json], node: Node, place: Span
    ) -> Json:
        value: Json = plain(node)
        span = node.span if isinstance(node, ScalarNode) else place
        try:
            value = convert(value, declaration.get("Type", "String"))
        except ValueError as error:
            message = f"the parameter `{name}`: {error}"
            self.diagnostics.add(codes.TEST_PARAMETER_VALUE, message, span)
            return value
        allowed = declaration.get("EnumValues")
        if allowed and value not in allowed:
            message = f"the parameter `{name}`: `{value}` is not one of {listing(allowed)}"
            hint = did_you_mean(str(value), map(str, allowed))
            self.diagnostics.add(codes.TEST_PARAMETER_VALUE, message, span, hint=hint)
        return value

    def _step(self, step: Step, name: str, node: MappingNode) -> GivenStep:
        if step.type in DECIDED_HERE:
            what = f"`{name}` is a {step.type} step: what it does follows from the rest"
            hint = "give what the steps in its body do" if step.type == "ForEach" else None
            place = next(iter(node.key_spans.values()), node.span)
            self.diagnostics.add(codes.TEST_CONTRADICTION, what, place, hint=hint)
            return GivenStep()
        self._contradictions(step, node)
        return GivenStep(
            properties=tuple(
                (tuple(tokens_of(path) or ()), value) for path, value in self._paths(step, node)
            ),
            files=self._files(step, mapping_of(node.get("files"))),
            failure=text_of(node.get("failure")),
            stopped=_is_true(node.get("stopped")),
            cached=_is_true(node.get("cached")),
        )

    def _contradictions(self, step: Step, node: MappingNode) -> None:
        chosen = [name for name in ("failure", "stopped", "cached") if _is_given(node.get(name))]
        if len(chosen) > 1:
            message = f"`{chosen[0]}` and `{chosen[1]}` both say how the step ends"
            self.diagnostics.add(codes.TEST_CONTRADICTION, message, node.key_span(chosen[1]))
        elif chosen == ["cached"] and not (step.step.get("CacheConfig") or {}).get("Enabled"):
            message = f"the step `{step.name}` is not cached: its result can't be from the cache"
            self.diagnostics.add(codes.TEST_CONTRADICTION, message, node.key_span("cached"))

    def _paths(self, step: Step, node: MappingNode) -> Iterator[tuple[str, Json]]:
        """Yield the paths that are given values, after a look at both."""
        for path, value in (mapping_of(node.get("properties")) or _nothing(node)).members.items():
            span = node.members["properties"].key_span(path)  # type: ignore[union-attr]
            if check_path(self.outputs.shape_of(step), path, value, span, self.diagnostics):
                yield path, plain(value)
        outputs = mapping_of(node.get("outputs")) or _nothing(node)
        known = self.outputs.named(step)
        for name, value in outputs.members.items():
            yield from self._output(step, name, value, outputs.key_span(name), known)
        short = self.outputs.short(step)
        for name, value in node.members.items():
            if name not in FIELDS:
                yield from self._output(step, name, value, node.key_span(name), short)

    def _output(
        self, step: Step, name: str, node: Node, span: Span, known: Mapping[str, Named]
    ) -> Iterator[tuple[str, Json]]:
        if name not in known:
            self.diagnostics.add(
                codes.UNKNOWN_TEST_PROPERTY,
                f"the step `{step.name}` has no output `{name}`",
                span,
                hint=did_you_mean(name, known) or f"it has {_known(known)}",
            )
            return
        path, kind = known[name]
        if check_member(name, kind, node, span, self.diagnostics):
            yield path, plain(node)

    def _files(self, step: Step, files: MappingNode | None) -> dict[str, Json]:
        if files is None:
            return {}
        declared = [each["PropertyFileName"] for each in step.step.get("PropertyFiles") or ()]
        for name in files.members:
            if name not in declared:
                self.diagnostics.add(
                    codes.UNKNOWN_TEST_PROPERTY,
                    f"the step `{step.name}` has no property file `{name}`",
                    files.key_span(name),
                    hint=did_you_mean(name, declared) or f"it has {_known(declared)}",
                )
        return {name: each for name, each in self._documents(files) if name in declared}

    def _documents(self, files: MappingNode) -> Iterator[tuple[str, Json]]:
        """Yield JSON by name: what stands in the test, or in the file that it names."""
        for name, node in files.members.items():
            path = text_of(node)
            if path is None:
                yield name, plain(node)
                continue
            file = (self.folder / path).resolve()
            if not file.is_relative_to(self.root):
                message = f"`{path}` lies outside of the project"
                self.diagnostics.add(codes.TEST_FILE, message, node.span)
                continue
            try:
                yield name, read_json(read_regular(file))
            except OSError as error:
                reason = (error.strerror or type(error).__name__).lower()
                message = f"can't read `{path}`: {reason}"
                self.diagnostics.add(
                    codes.TEST_FILE, message, node.span,
                    hint="a text is the path of a JSON file, from the test's folder",
                )  # fmt: skip
            except ValueError as error:
                self.diagnostics.add(codes.TEST_FILE, f"`{path}` {error}", node.span)


def find_step(
    name: str, span: Span, steps: Mapping[str, Step], diagnostics: Diagnostics
) -> Step | None:
    """Return the step of a name, `fit-0` being `fit` in an iteration; report one unknown."""
    if name in steps:
        return steps[name]
    body, _, index = name.rpartition("-")
    inner = {each.name for outer in steps.values() for each in outer.body}
    if index.isdigit() and body in inner:
        return steps[body]
    diagnostics.add(
        codes.UNKNOWN_TEST_STEP,
        f"the pipeline has no step `{name}`",
        span,
        hint=did_you_mean(name, steps) or f"it has {_known(steps)}",
    )
    return None


def _execution(spec: GivenExecutionSpec | None) -> Iterator[tuple[str, str]]:
    if spec is None:
        return
    for variable, node in (
        ("PipelineExecutionId", spec.pipeline_execution_id),
        ("StartDateTime", spec.start_date_time),
        ("CurrentDateTime", spec.current_date_time),
    ):
        if node is not None:
            yield variable, str(node.value)


def _nothing(node: Node) -> MappingNode:
    return MappingNode({}, {}, node.span)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.value is True


def _is_given(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.value not in (None, False)


def _known(names: Mapping[str, object] | list[str]) -> str:
    return listing(names, limit=30) or "none"
