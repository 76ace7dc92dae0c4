"""Rules about for_each steps: what they go through, and what speaks of one iteration."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, listing
from compiler.diagnostics.span import Span
from compiler.document.node import Node, ScalarNode, SequenceNode
from compiler.expressions.bound import Bound, PathValue, Unknown, parts
from compiler.expressions.syntax import Expression
from compiler.expressions.types import ANY, STRING
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.steps.for_each import ForEachSpec

MOST_ITEMS = 100
ITEM, ITERATION = "ForEach.", "IterationOutput."
OF_ITERATION = re.compile(r"^(?P<step>.+)-\d+$")


def check_iterations(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find what is wrong about for_each steps, and iterations spoken of outside of them."""
    loops = [each for each in resolved.pipeline.steps.values() if isinstance(each, ForEachSpec)]
    bodies = {str(node.value): loop for loop in loops for node in loop.steps}
    for name in resolved.pipeline.steps:
        yield from _check_uses(name, name in bodies, resolved)
        match = OF_ITERATION.match(name)
        if match is not None and match["step"] in bodies:
            yield Diagnostic(
                code=codes.ITERATION_NAME,
                message=f"`{name}` is what `{match['step']}` is called when it runs for an item",
                span=resolved.pipeline.steps[name].span,
                hint="give one of them another name",
                related=(
                    Related(span=bodies[match["step"]].span, message="it runs once for each here"),
                ),
            )
    for loop in loops:
        yield from _check_items(loop.items, resolved)
        yield from _check_select(loop, resolved)


def _check_uses(step: str, is_in_body: bool, resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    spec = resolved.pipeline.steps[step]
    select = _selection(spec)
    chosen = select.value if select is not None else None
    for expression, bound in resolved.uses(step):
        for part in parts(bound):
            if not isinstance(part, PathValue):
                continue
            if part.path.startswith(ITEM) and not is_in_body and not resolved.pipeline.broken:
                message = "`item` is known only in the body of a for_each"
                hint = f"name `{step}` in the `steps` of the for_each"
                yield _misplaced(message, _place(expression, "item"), hint)
            elif part.path.startswith(ITERATION) and expression is not chosen:
                message = "`iteration` is known only in the `select` of a for_each"
                hint = "in the body, write `steps.<step>.…`"
                yield _misplaced(message, _place(expression, "iteration"), hint)


def _misplaced(message: str, span: Span, hint: str | None = None) -> Diagnostic:
    return Diagnostic(code=codes.ITERATION_REFERENCE, message=message, span=span, hint=hint)


def _place(expression: Expression, context: str) -> Span:
    return expression.place_of(lambda path: path if path.context == context else None)


def _selection(spec: object) -> ScalarNode | None:
    if not isinstance(spec, ForEachSpec) or spec.select is None:
        return None
    return spec.select.max_by or spec.select.min_by


def _check_items(items: Node, resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    if isinstance(items, SequenceNode):
        if not 1 <= len(items.items) <= MOST_ITEMS:
            yield Diagnostic(
                code=codes.MEMBER_LENGTH,
                message=f"`items` has {len(items.items)} items,"
                f" expected at least 1 and at most {MOST_ITEMS}",
                span=items.span,
            )
        for item in items.items:
            if isinstance(item, SequenceNode) or (
                isinstance(item, ScalarNode) and item.value is None
            ):
                found = "a list" if isinstance(item, SequenceNode) else "empty"
                yield Diagnostic(
                    code=codes.MEMBER_TYPE,
                    message=f"an item is {found}, expected a single value or a mapping",
                    span=item.span,
                )
        return
    if isinstance(items, ScalarNode) and isinstance(items.value, Expression):
        found_type = resolved.type_of(items.value)
        if found_type in (STRING, ANY):
            return
        yield Diagnostic(
            code=codes.TYPE_MISMATCH,
            message=f"`items` takes a text that is a list in JSON, this is of type {found_type}",
            span=items.value.span,
        )
        return
    yield Diagnostic(
        code=codes.MEMBER_TYPE,
        message="`items` takes a list, or a reference to a text that is a list in JSON",
        span=items.span,
    )


def _check_select(loop: ForEachSpec, resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    node = _selection(loop)
    if node is None or loop.select is None:
        return
    if loop.select.max_by is not None and loop.select.min_by is not None:
        yield Diagnostic(
            code=codes.CONFLICTING_FIELDS,
            message="`max_by` and `min_by` both say which iteration is selected",
            span=loop.select.min_by.span,
            hint="take one of them out",
        )
    names = [str(each.value) for each in loop.steps]
    hint = f"write `${{{{ iteration.<step>.… }}}}` with a step of the body: {listing(names)}"
    bound: Bound | None = None
    if isinstance(node.value, Expression):
        bound = resolved.bind(node.value)
        if isinstance(bound, Unknown):
            return
    path = bound.path if isinstance(bound, PathValue) else ""
    if not path.startswith(ITERATION):
        message = "a selection looks at a result of a step in the body"
        yield _misplaced(message, node.span, hint)
        return
    step = path.removeprefix(ITERATION).partition(".")[0]
    if step not in names:
        message = f"`{step}` is not in the body of `{loop.name}`"
        yield _misplaced(message, node.span, hint)
