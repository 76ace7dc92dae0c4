"""A pipeline with every expression bound."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, ScalarNode, scalars
from compiler.expressions.bound import (
    Bound,
    ConstantValue,
    JoinedValue,
    ParameterValue,
    PropertyValue,
)
from compiler.expressions.parse import parse
from compiler.expressions.syntax import Expression, PathTerm
from compiler.expressions.types import Type
from compiler.resolve.bind import Binder
from compiler.resolve.scope import Scope, scope_of
from compiler.sagemaker.api import Shape
from compiler.sagemaker.properties import PropertyPathError, property_shape
from compiler.spec.pipeline import Pipeline
from compiler.spec.template import TemplateSpec


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolvedPipeline:
    """A pipeline, and what each expression in its steps stands for."""

    pipeline: Pipeline
    templates: Mapping[str, TemplateSpec]
    scope: Scope
    bindings: Mapping[Expression, Bound]
    by_step: Mapping[str, tuple[Expression, ...]]
    binder: Binder

    def bind(self, expression: Expression) -> Bound:
        """Return what an expression stands for; those that lowering made are bound here."""
        found = self.bindings.get(expression)
        return found if found is not None else self.binder.value(expression)

    def type_of(self, expression: Expression) -> Type:
        """Return the type of an expression."""
        return self.bind(expression).type

    def beginning_of(self, expression: Expression) -> str:
        """Return the text that the value of an expression begins with, as far as it is known."""
        text = ""
        for value in in_sequence(self.bind(expression)):
            if not isinstance(value, ConstantValue):
                break
            text += str(value.value)
        return text

    def shape_of(self, expression: Expression) -> Shape | None:
        """Return the shape of a property in what Describe answers, None if none is known."""
        bound = self.bind(expression)
        step = self.scope.steps.get(bound.step) if isinstance(bound, PropertyValue) else None
        if step is None or not isinstance(bound, PropertyValue) or not step.type.describe_shape:
            return None
        path = parse(f"${{{{ steps.{bound.path} }}}}")
        if not isinstance(path, PathTerm):
            return None
        try:
            return property_shape(step.type.describe_shape, path.segments[1:])
        except PropertyPathError:
            return None

    def choices_of(self, expression: Expression) -> tuple[ScalarNode, ...]:
        """Return the values that are declared for a parameter: its default and its `enum`."""
        bound = self.bind(expression)
        name = bound.name if isinstance(bound, ParameterValue) else ""
        parameter = self.pipeline.spec.parameters.get(name)
        if parameter is None:
            return ()
        default = () if parameter.default is None else (parameter.default,)
        if not parameter.enum:
            return default
        values = {choice.value for choice in parameter.enum}
        is_right = all(node.value in values for node in default)
        return parameter.enum if is_right else ()  # which is reported

    def uses(self, step: str) -> Iterator[tuple[Expression, Bound]]:
        """Iterate over the expressions of a step and what they stand for."""
        for expression in self.by_step.get(step, ()):
            yield expression, self.bindings[expression]


def in_sequence(bound: Bound) -> Iterator[Bound]:
    """Yield the values that a text is made of, one after the other, separators among them."""
    if not isinstance(bound, JoinedValue):
        yield bound
        return
    for index, value in enumerate(bound.values):
        if index and bound.separator:
            yield ConstantValue(bound.separator)
        yield from in_sequence(value)


def resolve(
    pipeline: Pipeline,
    steps: MappingNode,
    templates: Mapping[str, TemplateSpec],
    diagnostics: Diagnostics,
) -> ResolvedPipeline:
    """Bind every expression of the steps that could be built."""
    scope = scope_of(pipeline, templates)
    binder = Binder(scope, diagnostics)
    bindings: dict[Expression, Bound] = {}
    by_step: dict[str, tuple[Expression, ...]] = {}
    for name in pipeline.steps:
        node = steps.members[name]
        condition = node.get("if") if isinstance(node, MappingNode) else None
        found = []
        for scalar in scalars(node):
            if isinstance(scalar.value, Expression):
                found.append(scalar.value)
                if scalar.value not in bindings:
                    is_condition = scalar is condition
                    bind = binder.condition if is_condition else binder.value
                    bindings[scalar.value] = bind(scalar.value)
        if isinstance(condition, ScalarNode) and not isinstance(condition.value, Expression):
            _refuse_literal(condition, diagnostics)
        by_step[name] = tuple(found)
    return ResolvedPipeline(
        pipeline=pipeline,
        templates=templates,
        scope=scope,
        bindings=bindings,
        by_step=by_step,
        # What lowering makes of an expression has no mistakes but those reported above.
        binder=Binder(scope, Diagnostics()),
    )


def _refuse_literal(condition: ScalarNode, diagnostics: Diagnostics) -> None:
    diagnostics.add(
        codes.TYPE_MISMATCH,
        "`if` takes a condition",
        condition.span,
        hint=f"write it as an expression: `${{{{ {condition.value} }}}}`",
    )
