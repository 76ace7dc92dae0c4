"""Bind the names of an expression, and find its type."""

from collections.abc import Callable, Mapping
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
    PathValue,
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
from compiler.expressions.types import (
    ANY,
    BOOLEAN,
    NULL,
    SCALARS,
    STRING,
    comparable,
    orderable,
)
from compiler.resolve.advice import comparison_hint
from compiler.resolve.functions import FUNCTIONS, CallError, path_term
from compiler.resolve.iterations import item_value, iteration_value
from compiler.resolve.scope import EXECUTION_VARIABLES, EXPERIMENT_VARIABLES, Scope
from compiler.resolve.step_paths import UNKNOWN, StepPaths


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
            _condition_hint(term),
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
        function = FUNCTIONS.get(term.name)
        if function is None:
            self.diagnostics.add(
                codes.UNKNOWN_FUNCTION,
                f"there is no function `{term.name}`, known are {listing(FUNCTIONS)}",
                whole.span_of(term.start, term.start + len(term.name)),
                hint=did_you_mean(term.name, FUNCTIONS),
            )
            return UNKNOWN
        if term.name == "get":
            return self._get(term, whole)
        values = tuple(self._scalar(argument, whole) for argument in term.arguments)
        try:
            return function(values)
        except CallError as mistake:
            self._report(whole, term, mistake.message, mistake.hint)
            return UNKNOWN

    def _get(self, term: CallTerm, whole: Expression) -> Bound:
        argument = term.arguments[0] if len(term.arguments) == 1 else None
        path = argument.value if isinstance(argument, LiteralTerm) else None
        if not isinstance(path, str):
            hint = "write `get('Steps.train.TrainingJobName')`"
            self._report(whole, term, "`get` takes a path in quotes", hint)
            return UNKNOWN
        found = path_term(path, term)
        if found is None:
            message = f"`{path}` is no path that SageMaker knows"
            self.diagnostics.add(codes.UNKNOWN_NAME, message, whole.place(term))
            return UNKNOWN
        return self._path(found, whole)

    def _path(self, term: PathTerm, whole: Expression) -> Bound:
        if term.context == "item":
            return item_value(term.segments)
        if len(term.segments) == 1:
            message = f"`{term.context}` alone is no value"
            self.diagnostics.add(codes.UNKNOWN_NAME, message, whole.place(term))
            return UNKNOWN
        match term.context:
            case "iteration":
                return self._iteration(term, whole)
            case "steps":
                return self.steps.bind(term.segments, whole)
        bound = self._named(term.context, term.segments[1], whole)
        if len(term.segments) > 2 and not isinstance(bound, Unknown):
            owner = f"{term.context}.{term.segments[1].value}"
            self.steps.nothing_below(owner, term.segments[2], whole)
            return UNKNOWN
        return bound

    def _iteration(self, term: PathTerm, whole: Expression) -> Bound:
        bound = self.steps.bind(term.segments, whole)
        if not isinstance(bound, FileValue):
            return iteration_value(bound)
        hint = "look at a metric: `iteration.train.properties.FinalMetricDataList['f1'].Value`"
        self._report(whole, term, "a selection can't read a property file", hint)
        return UNKNOWN

    def _named(self, context: str, name: Segment, whole: Expression) -> Bound:
        what, known, make = self._tables()[context]
        if name.value in known:
            return make(str(name.value))
        if context != "parameters" or self.scope.parameters_known:
            self.steps.unknown(what, name, known, whole)
        return UNKNOWN

    def _tables(self) -> dict[str, tuple[str, Mapping[str, object], Callable[[str], Bound]]]:
        """Return what a name of a context is called, the names known, and what each stands for."""
        types = self.scope.parameters
        return {
            "parameters": ("a parameter", types, lambda name: ParameterValue(name, types[name])),
            "execution": (
                "an execution variable",
                EXECUTION_VARIABLES,
                lambda name: ExecutionValue(*EXECUTION_VARIABLES[name]),
            ),
            "experiment": (
                "a part of the experiment",
                EXPERIMENT_VARIABLES,
                lambda name: PathValue(EXPERIMENT_VARIABLES[name], STRING),
            ),
        }

    @property
    def steps(self) -> StepPaths:
        """What binds paths into the results of steps."""
        return StepPaths(self.scope, self.diagnostics)


def _condition_hint(term: Term) -> str:
    """Return what to write where a condition is expected and something else stands."""
    if isinstance(term, InterpolationTerm):
        return "write the whole condition as one expression: `${{ a >= b }}`"
    return "compare it with something: `… >= 0.8`"
