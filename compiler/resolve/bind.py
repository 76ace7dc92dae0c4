"""Bind the names of an expression, and find its type."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing
from compiler.expressions.bound import (
    CONDITIONS,
    Bound,
    Comparison,
    ConstantValue,
    ExecutionValue,
    FileValue,
    JoinedValue,
    ListValue,
    Logic,
    Membership,
    Negation,
    ParameterValue,
    PropertyValue,
    Unknown,
)
from compiler.expressions.syntax import (
    CallTerm,
    CompareTerm,
    Expression,
    InTerm,
    InterpolationTerm,
    ListTerm,
    LiteralTerm,
    LogicTerm,
    NotTerm,
    PathTerm,
    Segment,
    Term,
    UnknownTerm,
)
from compiler.expressions.types import ANY, BOOLEAN, NULL, SCALARS, comparable, orderable
from compiler.resolve.advice import (
    below,
    comparison_hint,
    declared_paths,
    is_misspelt_output,
    json_path,
    members,
)
from compiler.resolve.scope import EXECUTION_VARIABLES, Scope, StepScope
from compiler.sagemaker.properties import PropertyPathError, property_type, written

UNKNOWN = Unknown(ANY)
FUNCTIONS = ("join", "string")


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds expressions against one scope."""

    scope: Scope
    diagnostics: Diagnostics

    def value(self, expression: Expression) -> Bound:
        """Return what an expression stands for where a single value is expected."""
        bound = self._term(expression.root, expression)
        if isinstance(bound, CONDITIONS):
            self._report(expression, expression.root, "a condition can stand only in `if`")
            return UNKNOWN
        if isinstance(bound, ListValue):
            self._report(expression, expression.root, "a list can stand only behind `in`")
            return UNKNOWN
        return bound

    def condition(self, expression: Expression) -> Bound:
        """Return what an expression stands for where a condition is expected."""
        return self._as_condition(expression.root, expression)

    def _report(
        self, expression: Expression, part: Term | Segment, message: str, hint: str | None = None
    ) -> None:
        self.diagnostics.add(codes.TYPE_MISMATCH, message, expression.place(part), hint=hint)

    def _term(self, term: Term, whole: Expression) -> Bound:  # noqa: C901 - a case per term
        match term:
            case LiteralTerm():
                return ConstantValue(term.value)
            case UnknownTerm():
                return UNKNOWN
            case PathTerm():
                return self._path(term, whole)
            case ListTerm():
                return ListValue(tuple(self._scalar(item, whole) for item in term.items))
            case InterpolationTerm():
                return JoinedValue("", tuple(self._scalar(part, whole) for part in term.parts))
            case CallTerm():
                return self._call(term, whole)
            case CompareTerm():
                return self._comparison(term, whole)
            case InTerm():
                return self._membership(term, whole)
            case NotTerm():
                return Negation(self._as_condition(term.operand, whole))
            case LogicTerm():
                operands = tuple(self._as_condition(part, whole) for part in term.operands)
                return Logic(term.operator, operands)

    def _as_condition(self, term: Term, whole: Expression) -> Bound:
        bound = self._term(term, whole)
        if isinstance(bound, (*CONDITIONS, Unknown)):
            return bound
        if bound.type in (BOOLEAN, ANY) and not isinstance(bound, ConstantValue):
            return Comparison("==", bound, ConstantValue(value=True))
        self._report(
            whole,
            term,
            f"expected a condition, this is of type {bound.type}",
            "compare it with something: `… >= 0.8`",
        )
        return UNKNOWN

    def _scalar(self, term: Term, whole: Expression) -> Bound:
        bound = self._term(term, whole)
        if bound.type in SCALARS and not isinstance(bound, CONDITIONS):
            return bound
        found = "nothing" if bound.type == NULL else f"of type {bound.type}"
        if isinstance(bound, CONDITIONS):
            found = "a condition"
        self._report(whole, term, f"expected a single value, this is {found}")
        return UNKNOWN

    def _comparison(self, term: CompareTerm, whole: Expression) -> Bound:
        left, right = self._scalar(term.left, whole), self._scalar(term.right, whole)
        fit = comparable if term.operator in ("==", "!=") else orderable
        if not fit(left.type, right.type):
            self._report(
                whole,
                term,
                f"`{term.operator}` can't compare {left.type} with {right.type}",
                comparison_hint(left, right),
            )
            return UNKNOWN
        return Comparison(term.operator, left, right)

    def _membership(self, term: InTerm, whole: Expression) -> Bound:
        query = self._scalar(term.query, whole)
        values = self._term(term.values, whole)
        if isinstance(values, Unknown):
            return UNKNOWN
        if not isinstance(values, ListValue):
            self._report(whole, term.values, "expected a list behind `in`", "write `in [a, b]`")
            return UNKNOWN
        for value in values.items:
            if not comparable(query.type, value.type):
                message = f"`in` can't compare {query.type} with {value.type}"
                self._report(whole, term, message)
                return UNKNOWN
        return Membership(query, values.items)

    def _call(self, term: CallTerm, whole: Expression) -> Bound:
        if term.name not in FUNCTIONS:
            self.diagnostics.add(
                codes.UNKNOWN_FUNCTION,
                f"there is no function `{term.name}`, known are {listing(FUNCTIONS)}",
                whole.span_of(term.start, term.start + len(term.name)),
                hint=did_you_mean(term.name, FUNCTIONS),
            )
            return UNKNOWN
        values = tuple(self._scalar(argument, whole) for argument in term.arguments)
        if term.name == "string":
            if len(values) != 1:
                self._report(whole, term, f"`string` takes 1 argument, not {len(values)}")
                return UNKNOWN
            return JoinedValue("", values)
        if len(values) < 2 or not isinstance(values[0], ConstantValue):
            hint = "write `join('-', a, b)`"
            self._report(whole, term, "`join` takes a separator in quotes and values", hint)
            return UNKNOWN
        return JoinedValue(str(values[0].value), values[1:])

    def _path(self, term: PathTerm, whole: Expression) -> Bound:
        if len(term.segments) == 1:
            message = f"`{term.context}` alone is no value"
            self.diagnostics.add(codes.UNKNOWN_NAME, message, whole.place(term))
            return UNKNOWN
        name = term.segments[1]
        match term.context:
            case "parameters":
                types = self.scope.parameters
                if name.value not in types and not self.scope.parameters_known:
                    return UNKNOWN
                if name.value not in types:
                    self._unknown("a parameter", name, types, whole)
                    return UNKNOWN
                bound: Bound = ParameterValue(str(name.value), types[str(name.value)])
            case "execution":
                if name.value not in EXECUTION_VARIABLES:
                    self._unknown("an execution variable", name, EXECUTION_VARIABLES, whole)
                    return UNKNOWN
                bound = ExecutionValue(*EXECUTION_VARIABLES[str(name.value)])
            case _:
                return self._step(term.segments, whole)
        if len(term.segments) > 2:
            self._nothing_below(f"{term.context}.{name.value}", term.segments[2], whole)
            return UNKNOWN
        return bound

    def _step(self, segments: Sequence[Segment], whole: Expression) -> Bound:
        name = segments[1]
        step = self.scope.steps.get(str(name.value))
        if step is None:
            if name.value not in self.scope.broken:
                known = [*self.scope.steps, *self.scope.broken]
                self.diagnostics.add(
                    codes.UNKNOWN_STEP,
                    f"there is no step `{name.value}`",
                    whole.place(name),
                    hint=did_you_mean(str(name.value), known) or f"known are {listing(known)}",
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
            self._nothing_below(f"steps.{name.value}.{member}", segments[3], whole)
            return UNKNOWN
        return PropertyValue(step.spec.name, output.path, output.type)

    def _unknown_member(self, step: StepScope, segment: Segment, whole: Expression) -> None:
        known = members(step)
        owner = f"the {step.type.name} step `{step.spec.name}`"
        hint = below(step, str(segment.value)) or did_you_mean(str(segment.value), known)
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
        if not self._names_are_known(step, path, whole):
            return UNKNOWN
        if found not in SCALARS:
            message = f"`{written(path)}` is a {found}, expected a single value in it"
            self.diagnostics.add(codes.UNKNOWN_PROPERTY, message, whole.place(path[-1]))
            return UNKNOWN
        return PropertyValue(step.spec.name, written(path), found)

    def _names_are_known(self, step: StepScope, path: Sequence[Segment], whole: Expression) -> bool:
        if (
            getattr(step.spec, "request", None) is not None
        ):  # which may name more than the fields do
            return True
        named = step.type.named_items(step.spec, step.template)
        for index, segment in enumerate(path):
            owner = written(path[:index])
            if (
                owner in named
                and isinstance(segment.value, str)
                and segment.value not in named[owner]
            ):
                what = f"one of the `{owner}` of `{step.spec.name}`"
                self._unknown(what, segment, named[owner], whole)
                return False
        return True

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
            self._unknown(f"an output of `{step.spec.name}`", name, step.outputs, whole)
            return UNKNOWN
        if len(segments) > 4:
            self._nothing_below(f"outputs.{name.value}", segments[4], whole)
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
            self._unknown(f"a property file of `{step.spec.name}`", name, step.files, whole)
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

    def _unknown(
        self, what: str, segment: Segment, known: Iterable[str], whole: Expression
    ) -> None:
        names = list(known)
        hint = did_you_mean(str(segment.value), names) or (
            f"known are {listing(names)}" if names else "none is declared"
        )
        message = f"`{segment.value}` is not {what}"
        self.diagnostics.add(codes.UNKNOWN_NAME, message, whole.place(segment), hint=hint)

    def _nothing_below(self, owner: str, segment: Segment, whole: Expression) -> None:
        message = f"`{owner}` is a single value, it has no `{segment.value}`"
        self.diagnostics.add(codes.UNKNOWN_PROPERTY, message, whole.place(segment))
