"""Hold a document against the schema, the step type first, so one mistake gives one message."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import UnknownType
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing, near_name
from compiler.document.node import ExpressionText, MappingNode, Node, ScalarNode, plain
from compiler.expressions.syntax import OPEN
from compiler.schema.derive import (
    Schema,
    literals_only,
    object_schema,
    pipeline_schema,
    step_schema,
)
from compiler.schema.messages import SchemaError, report_errors
from compiler.spec.pipeline import DefaultsSpec, PipelineSpec
from compiler.spec.shape import fields_of
from compiler.steps import STEP_TYPES

ANYTHING = ExpressionText(OPEN)
KINDS = ("Pipeline",)
Validator: type[Draft202012Validator] = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine(
        # To JSON Schema 3.0 is a whole number, to Python and SageMaker it is not.
        "integer",
        lambda _, value: isinstance(value, int) and not isinstance(value, bool),
    ),
)
# What jsonschema raises on the way when a schema is none.
SCHEMA_FAULTS = (
    AttributeError, LookupError, TypeError, ValueError, re.error, UnknownType, Unresolvable,
)  # fmt: skip
DEFAULT_FIELDS = frozenset(field.key for field in fields_of(DefaultsSpec))


def validate_pipeline(root: MappingNode, diagnostics: Diagnostics) -> frozenset[str] | None:
    """Report what is malformed; return the names of the steps that are, None if all is.

    The steps do not have their defaults yet: those are held against the schema once, where they
    are written, and a step that would get a malformed one is malformed too.
    """
    if not _is_pipeline(root, diagnostics):
        return None
    errors = list(_errors(_pipeline_validator(), plain(root)))
    report_errors(errors, root, diagnostics)
    steps = root.get("steps")
    if not isinstance(steps, MappingNode):
        return None
    brought, malformed = _defaults(root, errors)
    return frozenset(
        name
        for name, step in steps.members.items()
        if not _step_is_valid(name, step, steps, brought, diagnostics) or _takes(step, malformed)
    )


def _defaults(
    root: MappingNode, errors: Iterable[SchemaError]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the fields that `defaults` brings, and those of them that are malformed."""
    defaults = root.get("defaults")
    if not isinstance(defaults, MappingNode):
        return frozenset(), frozenset()
    misspelt = {
        near
        for name in defaults.members
        if name not in DEFAULT_FIELDS and (near := near_name(name, DEFAULT_FIELDS)) is not None
    }
    paths = (tuple(error.absolute_path) for error in errors)
    malformed = {str(path[1]) for path in paths if path[:1] == ("defaults",) and len(path) > 1}
    return frozenset(defaults.members) | misspelt, frozenset(malformed | misspelt)


def _takes(step: Node, malformed: frozenset[str]) -> bool:
    kind = step.get("type") if isinstance(step, MappingNode) else None
    if not isinstance(step, MappingNode) or not isinstance(kind, ScalarNode):
        return False
    fields = {field.key for field in fields_of(STEP_TYPES[str(kind.value)].spec)}
    return bool(malformed & fields - set(step.members))


def validate_against(spec: type, root: MappingNode, diagnostics: Diagnostics) -> bool:
    """Report where a mapping is no declaration of the spec class; return whether it is one."""
    errors = list(_validator_of(spec).iter_errors(plain(root)))
    report_errors(errors, root, diagnostics)
    return not errors


class InvalidSchemaError(Exception):
    """What was given as a JSON Schema is none."""


def schema_errors(schema: Schema, value: object) -> list[SchemaError]:
    """Return the errors of a value against any JSON Schema; raises InvalidSchemaError."""
    try:
        # The empty registry: a `$ref` to another document would be fetched.
        return list(Validator(schema, registry=Registry()).iter_errors(value))
    except SCHEMA_FAULTS as fault:
        mistakes = Validator(Validator.META_SCHEMA).iter_errors(schema)
        said = next((mistake.message for mistake in mistakes), str(fault))
        raise InvalidSchemaError(said.split("\n")[0]) from fault


def _errors(validator: Draft202012Validator, data: object) -> Iterator[SchemaError]:
    """Yield the errors of a value; an expression may stand for any literal."""
    for error in validator.iter_errors(data):
        if not isinstance(error.instance, ExpressionText):
            yield error


@cache
def _pipeline_validator() -> Draft202012Validator:
    return Validator(literals_only(pipeline_schema(PipelineSpec, {})))


@cache
def _step_validator(name: str) -> Draft202012Validator:
    return Validator(literals_only(step_schema(STEP_TYPES[name].spec, name)))


@cache
def _validator_of(spec: type) -> Draft202012Validator:
    return Validator(literals_only(object_schema(spec)))


def _is_pipeline(root: MappingNode, diagnostics: Diagnostics) -> bool:
    kind = root.get("kind")
    if kind is None:
        near = next((key for key in root.members if did_you_mean(key, ("kind",))), None)
        if near is not None:
            diagnostics.add(
                codes.UNKNOWN_FIELD,
                f"unknown field `{near}`",
                root.key_span(near),
                hint="did you mean `kind`?",
            )
            return False
        first = next(iter(root.key_spans.values()), root.span)
        diagnostics.add(
            codes.MISSING_FIELD, "missing field `kind`", first, hint="begin with `kind: Pipeline`"
        )
        return False
    if isinstance(kind, ScalarNode) and kind.value in KINDS:
        return True
    found = f"`{kind.value}`" if isinstance(kind, ScalarNode) else "a list or mapping"
    hint = did_you_mean(str(kind.value), KINDS) if isinstance(kind, ScalarNode) else None
    diagnostics.add(
        codes.UNKNOWN_KIND, f"unknown kind {found}, expected {listing(KINDS)}", kind.span, hint=hint
    )
    return False


def _step_is_valid(
    name: str,
    step: Node,
    steps: MappingNode,
    brought: frozenset[str],
    diagnostics: Diagnostics,
) -> bool:
    place = steps.key_span(name)
    if not isinstance(step, MappingNode):
        diagnostics.add(
            codes.WRONG_TYPE, f"the step `{name}` has no fields, expected a mapping", place
        )
        return False
    kind = step.get("type")
    if kind is None:
        near = next((key for key in step.members if did_you_mean(key, ("type",))), None)
        if near is not None:
            diagnostics.add(
                codes.UNKNOWN_FIELD, f"unknown field `{near}`", step.key_span(near),
                hint="did you mean `type`?",
            )  # fmt: skip
        else:
            diagnostics.add(
                codes.MISSING_FIELD,
                f"the step `{name}` has no `type`",
                place,
                hint=f"one of {listing(STEP_TYPES)}",
            )
        return False
    if not isinstance(kind, ScalarNode) or kind.value not in STEP_TYPES:
        found = kind.value if isinstance(kind, ScalarNode) else "…"
        diagnostics.add(
            codes.UNKNOWN_STEP_TYPE,
            f"unknown step type `{found}`, expected one of {listing(STEP_TYPES)}",
            kind.span,
            hint=did_you_mean(str(found), STEP_TYPES),
        )
        return False
    spec = STEP_TYPES[str(kind.value)].spec
    missing = {f.key for f in fields_of(spec) if f.is_required} - set(step.members)
    data = plain(step) | dict.fromkeys(missing & brought, ANYTHING)  # type: ignore[operator]
    errors = list(_errors(_step_validator(str(kind.value)), data))
    report_errors(
        errors,
        step,
        diagnostics,
        place=place,
        step_type=str(kind.value),
        defaultable=DEFAULT_FIELDS,
    )
    return not errors
