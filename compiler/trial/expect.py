"""What a test expects, held against how the execution ended."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import Diagnostics, listing
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode
from compiler.local.graph import Node as Step
from compiler.local.resolve import Json
from compiler.spec.build import build
from compiler.trial.evaluate import Evaluation, StepOutcome
from compiler.trial.given import find_step
from compiler.trial.match import Place, mismatches, shown
from compiler.trial.reasons import branch_taken, why
from compiler.trial.spec import ENDINGS, STATUSES, ExpectedStepSpec, ExpectSpec

WORDS = {said: word for word, said in (STATUSES | ENDINGS).items()}
# Values in conditions are cut where they are long, so that a reason seldom is.
LONGEST_HINT = 600


def check_expected(expect: ExpectSpec, steps: Mapping[str, Step], diagnostics: Diagnostics) -> None:
    """Report what is expected of steps that the pipeline does not have."""
    for node in (*expect.runs, *expect.runs_at_least, *expect.runs_not):
        find_step(str(node.value), node.span, steps, diagnostics)
    for name, _ in expect.branches:
        span = expect.branches.key_spans[name]
        step = find_step(name, span, steps, diagnostics)
        if step is not None and step.type != "Condition":
            message = f"`{name}` is a {step.type} step: it has no branches"
            diagnostics.add(codes.TEST_CONTRADICTION, message, span)
    if expect.steps is not None:
        for name in expect.steps.members:
            find_step(name, expect.steps.key_span(name), steps, diagnostics)


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Compares; `place` is that of the test's name, `runs_place` of the list of steps that run."""

    evaluation: Evaluation
    diagnostics: Diagnostics

    def compare(self, expect: ExpectSpec, runs_place: Span | None) -> None:
        """Report what is not as expected."""
        self._ending(expect)
        if runs_place is not None:
            self._exactly(expect.runs, runs_place)
        for node in expect.runs_at_least:
            if not self._ran(str(node.value)):
                self._did_not_run(str(node.value), node.span)
        for node in expect.runs_not:
            for name in self._ran(str(node.value)):
                self._add(codes.WRONG_STEPS, f"`{name}` ran", node.span, why(self.evaluation, name))
        for name, node in expect.branches:
            self._branch(name, node)
        if expect.steps is not None:
            for name, each in expect.steps.members.items():
                self._step(name, each, expect.steps.key_span(name))

    def _ending(self, expect: ExpectSpec) -> None:
        found = self.evaluation
        if expect.status is not None and ENDINGS[str(expect.status.value)] != found.status:
            message = f"the execution's `status` is `{WORDS[found.status]}`"
            message += f", expected `{expect.status.value}`"
            self._add(codes.WRONG_ENDING, message, expect.status.span, found.failure)
        if expect.failure is not None and expect.failure.value != found.failure:
            if found.failure is None:
                message = f"the execution did not fail, expected `{expect.failure.value}`"
            else:
                message = f"the execution's `failure` is `{found.failure}`"
                message += f", expected `{expect.failure.value}`"
            self._add(codes.WRONG_ENDING, message, expect.failure.span)

    def _exactly(self, expected: tuple[ScalarNode, ...], place: Span) -> None:
        named: set[str] = set()
        for node in expected:
            name = str(node.value)
            ran = self._ran(name)
            named.update(ran)
            if not ran:
                self._did_not_run(name, node.span)
        others = [each.name for each in self._all() if each.has_run and each.name not in named]
        if others:
            reasons = (why(self.evaluation, name) for name in others)
            hint = next((reason for reason in reasons if reason is not None), None)
            verb = "ran, which is" if len(others) == 1 else "ran, which are"
            message = f"{listing(others)} {verb} not expected"
            self._add(codes.WRONG_STEPS, message, place, hint)

    def _did_not_run(self, name: str, span: Span) -> None:
        hint = why(self.evaluation, next((each.name for each in self._named(name)), name))
        self._add(codes.WRONG_STEPS, f"`{name}` did not run", span, hint)

    def _branch(self, name: str, node: ScalarNode) -> None:
        step = self.evaluation.steps[name]
        if step.branch == node.value:
            return
        if step.branch is None:
            message = f"`{name}` took no branch, expected `{node.value}`"
            self._add(codes.WRONG_STATUS, message, node.span, why(self.evaluation, name))
            return
        message = f"`{name}` took the branch `{step.branch}`, expected `{node.value}`"
        self._add(codes.WRONG_STATUS, message, node.span, branch_taken(self.evaluation, name))

    def _step(self, name: str, node: Node, span: Span) -> None:
        expected = build(ExpectedStepSpec, node, self.diagnostics)
        steps = list(self._named(name))
        if not steps:
            message = f"`{name}` did not run: there is no such iteration"
            self._add(codes.WRONG_STEPS, message, span)
        for step in steps:
            self._one(step, expected, span)

    def _one(self, step: StepOutcome, expected: ExpectedStepSpec, span: Span) -> None:
        if expected.status is not None and STATUSES[str(expected.status.value)] != step.status:
            message = f"`{step.name}` is `{WORDS[step.status]}`, expected `{expected.status.value}`"
            reason = why(self.evaluation, step.name)
            self._add(codes.WRONG_STATUS, message, expected.status.span, reason)
        if expected.failure is not None and expected.failure.value != step.failure:
            found = f"failed with `{step.failure}`" if step.failure is not None else "did not fail"
            message = f"`{step.name}` {found}, expected `{expected.failure.value}`"
            self._add(codes.WRONG_STATUS, message, expected.failure.span)
        if expected.cached is not None and expected.cached.value is not step.cached:
            found = "is" if step.cached else "is not"
            message = f"the result of `{step.name}` {found} from the cache"
            self._add(codes.WRONG_STATUS, message, expected.cached.span)
        is_exact = expected.exact is not None and expected.exact.value is True
        for part, node, value in _parts(step, expected):
            if not step.has_run:
                message = f"`{step.name}` has no {part}: it did not run"
                place = next(iter(node.key_spans.values()), span)
                self._add(codes.WRONG_VALUE, message, place, why(self.evaluation, step.name))
                continue
            place = node.span.first_line() if node.members else span
            here = Place(path=f"{step.name}.{part}", member=part, span=place)
            exact = is_exact and part == "arguments"
            for each in mismatches(node, value, here, exact=exact):
                self._add(codes.WRONG_VALUE, each.message, each.span, each.hint)

    def _ran(self, name: str) -> list[str]:
        return [step.name for step in self._named(name) if step.has_run]

    def _named(self, name: str) -> Iterator[StepOutcome]:
        """Yield a step, or every iteration of a step in a body."""
        for step in self._all():
            if name in (step.name, step.node.name):
                yield step

    def _all(self) -> Iterable[StepOutcome]:
        return self.evaluation.steps.values()

    def _add(self, code: Code, message: str, span: Span, hint: str | None = None) -> None:
        self.diagnostics.add(code, message, span, hint=shown(hint, LONGEST_HINT) if hint else None)


def _parts(
    step: StepOutcome, expected: ExpectedStepSpec
) -> Iterator[tuple[str, MappingNode, Json]]:
    for part, node in (
        ("arguments", expected.arguments),
        ("members", expected.members),
        ("properties", expected.properties),
    ):
        if node is not None:
            yield part, node, dict(getattr(step, part))
