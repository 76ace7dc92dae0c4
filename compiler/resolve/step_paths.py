"""Bind paths into the results of steps: outputs, property files, and what Describe answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing, near_or_known
from compiler.expressions.bound import Bound, FileValue, PropertyValue, Unknown
from compiler.expressions.syntax import Expression, Segment
from compiler.expressions.types import ANY, SCALARS
from compiler.resolve.advice import (
    below,
    best_model,
    declared_paths,
    is_misspelt_output,
    json_path,
    members,
)
from compiler.resolve.iterations import body_step, iteration_path
from compiler.resolve.scope import Scope, StepScope
from compiler.sagemaker.properties import PropertyPathError, property_type, written

UNKNOWN = Unknown(ANY)


@dataclass(frozen=True, slots=True)
class StepPaths:
    """Binds paths that begin with the name of a step."""

    scope: Scope
    diagnostics: Diagnostics

    def bind(self, segments: Sequence[Segment], whole: Expression) -> Bound:
        """Return what a path stands for whose second segment is the name of a step."""
        name = segments[1]
        step = self.scope.steps.get(str(name.value))
        if step is None:
            if name.value not in self.scope.broken:
                known = [*self.scope.steps, *self.scope.broken]
                self.diagnostics.add(
                    codes.UNKNOWN_STEP,
                    f"there is no step `{name.value}`",
                    whole.place(name),
                    hint=near_or_known(str(name.value), known),
                )
            return UNKNOWN
        if len(segments) == 2:
            self.diagnostics.add(
                codes.UNKNOWN_PROPERTY,
                f"the step `{name.value}` alone is no value",
                whole.place(name),
                hint=f"a {step.type.name} step has {listing(members(step))}",
            )
            return UNKNOWN
        member = str(segments[2].value)
        if member in ("iterations", "selected") and step.type.name == "for_each":
            return self._iteration(step, segments, whole)
        if member == "properties" and step.type.describe_shape is not None:
            return self._properties(step, segments, whole)
        if member == "outputs" and step.outputs:
            return self._output(step, segments, whole)
        if member == "files" and step.files:
            return self._file(step, segments, whole)
        output = step.type.outputs.get(member)
        if output is None:
            self._unknown_member(step, segments[2], whole)
            return UNKNOWN
        if len(segments) > 3:
            self.nothing_below(f"steps.{name.value}.{member}", segments[3], whole)
            return UNKNOWN
        return PropertyValue(step.spec.name, output.path, output.type)

    def _unknown_member(self, step: StepScope, segment: Segment, whole: Expression) -> None:
        known = members(step)
        owner = f"the {step.type.name} step `{step.spec.name}`"
        hint = below(step, str(segment.value)) or did_you_mean(str(segment.value), known)
        if step.type.name == "tuning" and segment.value in ("model", "best_model"):
            hint = best_model(step.spec.name)
        if (
            hint is None
            and step.type.describe_shape is not None
            and str(segment.value)[:1].isupper()
        ):
            hint = f"SageMaker's own names stand below `properties`: `properties.{segment.value}`"
        self.diagnostics.add(
            codes.UNKNOWN_PROPERTY,
            f"{owner} has no `{segment.value}`",
            whole.place(segment),
            hint=hint or (f"it has {listing(known)}" if known else "it has no outputs"),
        )

    def _properties(self, step: StepScope, segments: Sequence[Segment], whole: Expression) -> Bound:
        path = segments[3:]
        if not path or step.type.describe_shape is None:
            message = "`properties` alone is no value"
            self.diagnostics.add(codes.UNKNOWN_PROPERTY, message, whole.place(segments[2]))
            return UNKNOWN
        inner = body_step(step, path)
        if inner is not None:
            return self._body_properties(step, inner, segments, whole)
        try:
            found = property_type(step.type.describe_shape, path)
        except PropertyPathError as mistake:
            self.diagnostics.add(
                codes.UNKNOWN_PROPERTY,
                mistake.message,
                whole.place(mistake.segment),
                hint=did_you_mean(str(mistake.segment.value), mistake.known),
            )
            return UNKNOWN
        if found not in SCALARS:
            message = f"`{written(path)}` is a {found}, expected a single value in it"
            self.diagnostics.add(codes.UNKNOWN_PROPERTY, message, whole.place(path[-1]))
            return UNKNOWN
        return PropertyValue(step.spec.name, written(path), found)

    def _iteration(self, step: StepScope, segments: Sequence[Segment], whole: Expression) -> Bound:
        """Bind `steps.F.iterations[0].<body step>.…` and `steps.F.selected.…`."""
        found = iteration_path(step, segments)
        if isinstance(found, str):
            self.diagnostics.add(codes.UNKNOWN_PROPERTY, found, whole.place(segments[2]))
            return UNKNOWN
        prefix, inner = found
        bound = self.bind((segments[0], *inner), whole)
        if not isinstance(bound, PropertyValue):
            return bound
        return replace(bound, step=step.spec.name, path=f"{prefix}{bound.path}")

    def _body_properties(
        self, step: StepScope, name: str, segments: Sequence[Segment], whole: Expression
    ) -> Bound:
        """Bind `steps.F.properties.IterationOutputs[0].<body step>.…`, and the same of Selected."""
        is_selected = segments[3].value == "Selected"
        outer = 4 if is_selected else 6
        named = replace(segments[outer - 1], value=name)
        inner = (segments[0], named, segments[2], *segments[outer:])
        bound = self.bind(inner, whole)
        if not isinstance(bound, PropertyValue):
            return bound
        return replace(bound, step=step.spec.name, path=written(segments[3:]))

    def _output(self, step: StepScope, segments: Sequence[Segment], whole: Expression) -> Bound:
        if len(segments) == 3:
            self.diagnostics.add(
                codes.UNKNOWN_PROPERTY,
                "`outputs` alone is no value",
                whole.place(segments[2]),
                hint=f"name one: {listing(step.outputs)}",
            )
            return UNKNOWN
        name = segments[3]
        output = step.outputs.get(str(name.value))
        if output is None and is_misspelt_output(step, str(name.value)):
            return UNKNOWN
        if output is None:
            self.unknown(f"an output of `{step.spec.name}`", name, step.outputs, whole)
            return UNKNOWN
        if len(segments) > 4:
            self.nothing_below(f"outputs.{name.value}", segments[4], whole)
            return UNKNOWN
        return PropertyValue(step.spec.name, output.path, output.type)

    def _file(self, step: StepScope, segments: Sequence[Segment], whole: Expression) -> Bound:
        if len(segments) == 3:
            self.diagnostics.add(
                codes.UNKNOWN_PROPERTY,
                "`files` alone is no value",
                whole.place(segments[2]),
                hint=f"name one: {listing(step.files)}",
            )
            return UNKNOWN
        name = segments[3]
        file = step.files.get(str(name.value))
        if file is None:
            self.unknown(f"a property file of `{step.spec.name}`", name, step.files, whole)
            return UNKNOWN
        if len(segments) == 4:
            self.diagnostics.add(
                codes.UNKNOWN_JSON_PATH,
                f"`{name.value}` is a file, expected a value in it",
                whole.place(name),
                hint=f'write `files.{name.value}["path.to.value"]`',
            )
            return UNKNOWN
        path = json_path(segments[4:])
        if not path:
            message = f"no value of `{name.value}` is named, the path is empty"
            self.diagnostics.add(codes.UNKNOWN_JSON_PATH, message, whole.place(segments[4]))
            return UNKNOWN
        known = declared_paths(step, file.output, file.path)
        if known and path not in known:
            self.diagnostics.add(
                codes.UNKNOWN_JSON_PATH,
                f"the template writes no `{path}` into `{file.path}`",
                whole.place(segments[4]),
                hint=did_you_mean(path, known) or f"it writes {listing(known)}",
            )
            return UNKNOWN
        return FileValue(step.spec.name, str(name.value), path, ANY)

    def unknown(self, what: str, segment: Segment, known: Iterable[str], whole: Expression) -> None:
        """Report a name that is not among those known."""
        names = list(known)
        hint = near_or_known(str(segment.value), names, "none is declared")
        message = f"`{segment.value}` is not {what}"
        self.diagnostics.add(codes.UNKNOWN_NAME, message, whole.place(segment), hint=hint)

    def nothing_below(self, owner: str, segment: Segment, whole: Expression) -> None:
        """Report a segment behind a single value."""
        message = f"`{owner}` is a single value, it has no `{segment.value}`"
        self.diagnostics.add(codes.UNKNOWN_PROPERTY, message, whole.place(segment))
