"""Hold a document against the schema, the step type first, so one mistake gives one message."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as InvalidSchema
from jsonschema.validators import extend

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import (
    ExpressionText,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    mapping_of,
    plain,
    text_of,
)
from compiler.expressions.syntax import OPEN, Expression
from compiler.schema.derive import (
    Schema,
    literals_only,
    object_schema,
    pipeline_schema,
    step_schema,
)
from compiler.schema.mends import field_meant
from compiler.schema.messages import OWN_IMAGES, SchemaError, report_errors
from compiler.schema.prune import unknown_scalar, without_malformed
from compiler.spec.build import refuse_run_time
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
# What a template may say of its values. The rest of JSON Schema can take forever or fetch files:
# `pattern`, `$ref`, `unevaluatedProperties`; a compiler of strangers' templates does without.
SCHEMA_WORDS = frozenset(
    {
        "additionalProperties", "allOf", "anyOf", "const", "default", "deprecated", "description",
        "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "items", "maxItems",
        "maxLength", "maxProperties", "maximum", "minItems", "minLength", "minProperties",
        "minimum", "not", "oneOf", "properties", "required", "title", "type", "uniqueItems",
    }
)  # fmt: skip
DEFAULT_FIELDS = frozenset(field.key for field in fields_of(DefaultsSpec))


@dataclass(frozen=True, kw_only=True, slots=True)
class Validated:
    """A document without what is malformed in it, and the names of the steps that are.

    If `parameters` is malformed as a whole, its names are not known.
    """

    root: MappingNode
    steps: MappingNode
    broken: frozenset[str]
    parameters_known: bool


def validate_pipeline(root: MappingNode, diagnostics: Diagnostics) -> Validated | None:
    """Report what is malformed and take it out; None if nothing is left to check.

    The steps do not have their defaults yet: those are held against the schema once, where they
    are written.
    """
    if not _is_pipeline(root, diagnostics):
        return None
    errors = list(_errors(_pipeline_validator(), plain(root)))
    report_errors(errors, root, diagnostics)
    parameters = root.get("parameters")
    root = without_malformed(root, errors)
    steps = root.get("steps")
    if not isinstance(steps, MappingNode):
        if steps is not None and not diagnostics.has_errors:
            message = "`steps` takes a mapping, where no reference may stand"
            diagnostics.add(codes.REFERENCE_PLACE, message, steps.span)
        return None
    root = _with_lacking_defaults(root, steps, diagnostics)
    defaults = mapping_of(root.get("defaults"))
    brought = frozenset(defaults.members) if defaults is not None else frozenset[str]()
    broken = frozenset(
        name
        for name, step in steps.members.items()
        if not _step_is_valid(name, step, steps, brought, diagnostics)
    )
    return Validated(
        root=root,
        steps=steps,
        broken=broken,
        parameters_known=parameters is None or isinstance(parameters, MappingNode),
    )


def _with_lacking_defaults(
    root: MappingNode, steps: MappingNode, diagnostics: Diagnostics
) -> MappingNode:
    """Report once what most steps lack, and bring it as a default, so that they can be checked."""
    defaults = mapping_of(root.get("defaults")) or MappingNode({}, {}, root.span)
    added: dict[str, Node] = {}
    sought = DEFAULT_FIELDS - set(defaults.members)
    takers: dict[str, list[str]] = {field: [] for field in sorted(sought)}
    for name, step in steps.members.items():
        for field in _required_of(step) & sought if isinstance(step, MappingNode) else ():
            if field != "image" or _type_of(step) not in OWN_IMAGES:
                takers[field].append(name)
    for field, names in takers.items():
        lacking = [name for name in names if not _has(steps.members[name], field)]
        if len(lacking) < 2 or len(lacking) * 2 <= len(names):
            continue
        has_defaults = isinstance(root.get("defaults"), MappingNode)
        diagnostics.add(
            codes.MISSING_FIELD,
            f"missing field `{field}` of the steps {listing(lacking)}",
            root.key_span("defaults") if has_defaults else steps.key_span(lacking[0]),
            hint="set it for all steps under `defaults`, or in each",
        )
        added[field] = unknown_scalar(defaults.span)
    if not added:
        return root
    brought = MappingNode({**defaults.members, **added}, defaults.key_spans, defaults.span)
    return MappingNode({**root.members, "defaults": brought}, root.key_spans, root.span)


def _type_of(step: Node) -> str:
    kind = step.get("type") if isinstance(step, MappingNode) else None
    return str(kind.value) if isinstance(kind, ScalarNode) else ""


def _required_of(step: MappingNode) -> set[str]:
    step_type = STEP_TYPES.get(_type_of(step))
    fields = fields_of(step_type.spec) if step_type is not None else ()
    return {field.key for field in fields if field.is_required_in(step.members)}


def _has(step: Node, field: str) -> bool:
    members = step.members if isinstance(step, MappingNode) else {}
    return field in members or any(field_meant(name, [field]) for name in members)


def validate_against(spec: type, root: MappingNode, diagnostics: Diagnostics) -> bool:
    """Report where a mapping is no declaration of the spec class; return whether it is one."""
    errors = list(_validator_of(spec).iter_errors(plain(root)))
    report_errors(errors, root, diagnostics)
    return not errors


def schema_errors(schema: Schema, value: object) -> list[SchemaError]:
    """Return the errors of a value against a schema in which `schema_mistake` finds nothing."""
    return list(Validator(schema).iter_errors(value))


def schema_mistake(root: Node) -> tuple[str, Span] | None:
    """Return what is wrong with a JSON Schema that a template brings, and where."""
    if isinstance(root, MappingNode):
        for word, node in root.members.items():
            if word not in SCHEMA_WORDS:
                return f"a value's schema has no `{word}`", root.key_span(word)
            for part in _subschemas(word, node):
                mistake = schema_mistake(part)
                if mistake is not None:
                    return mistake
    try:
        Draft202012Validator.check_schema(plain(root))  # type: ignore[arg-type]
    except InvalidSchema as mistake:
        return f"`with` is no JSON Schema: {mistake.message.splitlines()[0]}", root.span
    return None


def _subschemas(word: str, node: Node) -> Iterable[Node]:
    if word == "properties" and isinstance(node, MappingNode):
        return node.members.values()
    if word in ("allOf", "anyOf", "oneOf") and isinstance(node, SequenceNode):
        return node.items
    return (node,) if word in ("additionalProperties", "items", "not") else ()


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
        first = next(iter(root.key_spans.values()), root.span)
        diagnostics.add(
            codes.MISSING_FIELD, "missing field `kind`", first, hint="begin with `kind: Pipeline`"
        )
        return False
    if isinstance(kind, ScalarNode) and kind.value in KINDS:
        return True
    if isinstance(kind, ScalarNode):
        found, place = f"unknown kind `{kind.value}`", kind.span
        hint = did_you_mean(str(kind.value), KINDS)
    else:
        found, place, hint = "the kind is a list or mapping", root.key_span("kind"), None
    diagnostics.add(codes.UNKNOWN_KIND, f"{found}, expected {listing(KINDS)}", place, hint=hint)
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
        named = text_of(step)
        diagnostics.add(
            codes.WRONG_TYPE,
            f"the step `{name}` has no fields, expected a mapping",
            step.span if named else place,
            hint=f"write `type: {named}` in a line below" if named in STEP_TYPES else None,
        )
        return False
    kind = step.get("type")
    if isinstance(kind, ScalarNode) and isinstance(kind.value, Expression):
        refuse_run_time(kind, "type", diagnostics)
        return False
    if kind is None:
        near = next((key for key in step.members if field_meant(key, ("type",))), None)
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
                hint=f"one of {listing(STEP_TYPES, limit=40)}",
            )
        return False
    if not isinstance(kind, ScalarNode) or kind.value not in STEP_TYPES:
        word = str(kind.value) if isinstance(kind, ScalarNode) else None
        found = f"unknown step type `{word}`" if word is not None else "the step type is no text"
        diagnostics.add(
            codes.UNKNOWN_STEP_TYPE,
            found,
            kind.span if word is not None else step.key_span("type"),
            hint=did_you_mean(word or "", STEP_TYPES) or f"one of {listing(STEP_TYPES, limit=40)}",
        )
        return False
    spec = STEP_TYPES[str(kind.value)].spec
    missing = {f.key for f in fields_of(spec) if f.is_required_in(step.members)}
    missing -= set(step.members)
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
