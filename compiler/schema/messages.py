"""What a schema error means to a person, and where it is."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from jsonschema.exceptions import ValidationError

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, did_you_mean, listing
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, brought_by
from compiler.schema.examples import example_of
from compiler.schema.mends import as_boolean, field_meant, mended, snake_case, value_meant
from compiler.spec.shape import fields_of
from compiler.steps import STEP_TYPES
from compiler.steps.members import paths_of

SchemaError: TypeAlias = ValidationError

NOUNS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "object": "a mapping",
    "array": "a list",
    "null": "nothing",
}
BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "exclusiveMinimum": "more than {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "minProperties": "at least {} entries",
    "maxProperties": "at most {} entries",
}
MOST_TYPES = 3
# Whoever has more unknown fields in one place meant something else, and guesses take time.
MOST_ADVISED = 20
# Steps that run images of AWS's, which are not those of the other steps.
OWN_IMAGES = {"quality_check": "model-monitor", "clarify_check": "clarify"}
DEFAULTABLE_HINT = "set it here, or for all steps under `defaults`"


def report_errors(
    errors: Iterable[SchemaError],
    root: MappingNode,
    diagnostics: Diagnostics,
    *,
    place: Span | None = None,
    step_type: str | None = None,
    defaultable: frozenset[str] = frozenset(),
) -> None:
    """Report schema errors at the places of the document that they speak of."""
    found = sorted(errors, key=lambda error: error.validator == "required")
    missing: dict[tuple[object, ...], set[str]] = {}
    for error in found:
        if error.validator == "required":
            lacking = set(_items(error.validator_value)) - set(_items(error.instance))
            missing.setdefault(tuple(error.absolute_path), set()).update(lacking)
    misspelt: set[tuple[tuple[object, ...], str]] = set()
    mistyped = {tuple(error.absolute_path) for error in found if error.validator == "type"}
    for error in found:
        path = tuple(error.absolute_path)
        if path in mistyped and error.validator != "type":
            continue
        if error.validator == "additionalProperties":
            lacking = missing.get(path, set())
            for name in _unknown(error, root, path, step_type, lacking, diagnostics):
                misspelt.add((path, name))
        elif error.validator == "required":
            hints = _hints_for_missing(error, step_type, defaultable) if not path else {}
            _missing(error, root, path, place, misspelt, hints, diagnostics)
        else:
            _other(error, root, path, diagnostics)


def find(root: Node, path: Sequence[object]) -> tuple[Node, Span]:
    """Return the node at a path, and the place to point at: its key, or the item itself."""
    node, span = root, root.span
    for part in path:
        if isinstance(node, MappingNode) and str(part) in node.members:
            span = node.key_span(str(part))
            node = node.members[str(part)]
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            span = node.span
        else:
            break
    return node, span


def _unknown(
    error: SchemaError,
    root: MappingNode,
    path: tuple[object, ...],
    step_type: str | None,
    lacking: set[str],
    diagnostics: Diagnostics,
) -> list[str]:
    """Report unknown names; return the fields that they are misspellings of."""
    node, _ = find(root, path)
    properties = _schema(error).get("properties", {})
    known = list(properties)
    given = set(_items(error.instance))
    unknown = [name for name in _items(error.instance) if name not in known]
    absent = [name for name in known if name not in given]
    is_step = step_type is not None and not path
    owner = f" of a {step_type} step" if is_step else ""
    only = next(iter(lacking)) if len(unknown) == len(lacking) == 1 else None
    meant: list[str] = []
    for number, name in enumerate(unknown):
        hint = None
        if number < MOST_ADVISED:
            others = _types_with(name) if is_step else []
            near = field_meant(name, absent) or (only if not others else None)
            meant += [near] if near is not None else []
            hint = _inside(name, properties) if near is None else None
            hint = hint or _advice(name, near, known, others, step_type if is_step else None)
        place = node.key_span(name) if isinstance(node, MappingNode) else node.span
        diagnostics.add(codes.UNKNOWN_FIELD, f"unknown field `{name}`{owner}", place, hint=hint)
    return meant


def _inside(name: str, properties: Mapping[str, Any]) -> str | None:
    """Return the hint for a field that stands one level too high."""
    for owner, schema in properties.items():
        inner = schema.get("then", schema).get("properties", {})
        if name in inner and name != "request":
            return f"it is a field of `{owner}`"
    return None


def _advice(
    name: str, near: str | None, known: list[str], others: list[str], step_type: str | None
) -> str:
    """Return what to do about an unknown field, of a step if there is a step type."""
    hint = f"did you mean `{near}`?" if near is not None else did_you_mean(name, known)
    if name[:1].isupper() and "request" in known:
        written = _written_by(name, step_type) if step_type is not None else snake_case(name)
        hint = "SageMaker's own members stand under `request:`"
        return f"the field is `{written}`; {hint}" if written in known else hint
    if others:
        return f"it is a field of {_enumerated(others)} steps" + (f"; {hint}" if hint else "")
    return hint or f"known here: {listing(known, limit=30)}"


def _written_by(member: str, step_type: str | None) -> str | None:
    """Return the field of a step type that writes a member of its request."""
    members = STEP_TYPES[step_type].members if step_type is not None else ()
    fields = (field for path, field in paths_of(members) if path.rpartition(".")[2] == member)
    return next((field.partition(".")[0] for field in fields), snake_case(member))


def _enumerated(words: Sequence[str]) -> str:
    shown = list(words[:MOST_TYPES]) + (["other"] if len(words) > MOST_TYPES else [])
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))


def _types_with(field: str) -> list[str]:
    return [
        name
        for name, step_type in STEP_TYPES.items()
        if any(each.key == field for each in fields_of(step_type.spec))
    ]


def _missing(
    error: SchemaError,
    root: MappingNode,
    path: tuple[object, ...],
    place: Span | None,
    misspelt: set[tuple[tuple[object, ...], str]],
    hints: Mapping[str, str],
    diagnostics: Diagnostics,
) -> None:
    _, span = find(root, path)
    if not path:
        span = place or next(iter(root.key_spans.values()), root.span)
    for name in _items(error.validator_value):
        if name in _items(error.instance) or (path, name) in misspelt:
            continue
        owner = f" of `{path[-1]}`" if path else ""
        message = f"missing field `{name}`{owner}"
        diagnostics.add(codes.MISSING_FIELD, message, span, hint=hints.get(name))


def _hints_for_missing(
    error: SchemaError, step_type: str | None, defaultable: frozenset[str]
) -> dict[str, str]:
    """Return where fields that a step lacks can be set, and which others can stand instead."""
    hints = dict.fromkeys(defaultable.intersection(_items(error.validator_value)), DEFAULTABLE_HINT)
    if step_type is None:
        return hints
    for field in fields_of(STEP_TYPES[step_type].spec):
        others = [name for name in field.unless if name != "request"]
        if others and field.key not in hints:
            hints[field.key] = f"give it, or {' or '.join(f'`{name}`' for name in others)}"
    if step_type in OWN_IMAGES:
        hints["image"] = f"AWS has one: `image: {{framework: {OWN_IMAGES[step_type]}}}`"
    return hints


def _other(
    error: SchemaError, root: MappingNode, path: tuple[object, ...], diagnostics: Diagnostics
) -> None:
    node, key_span = find(root, path)
    if path and isinstance(path[-1], int) and isinstance(node, MappingNode):
        if "patternErrorMessage" in _schema(error):  # a list where names with their values stand
            message = f"`{path[-2]}` is a list of mappings, expected a mapping"
            hint = _example(path[:-1], None, {})
            diagnostics.add(codes.WRONG_TYPE, message, find(root, path[:-1])[1], hint=hint)
            return
    if "propertyNames" in error.absolute_schema_path and isinstance(node, MappingNode):
        name = str(error.instance)
        diagnostics.add(
            codes.INVALID_NAME,
            f"`{name}` is not a name here, expected {_expected(error)}",
            node.key_span(name),
        )
        return
    label = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this item"
    # A list or mapping on another line than its key is that of a variable.
    is_elsewhere = node.span.line != key_span.line
    span = node.span if isinstance(node, ScalarNode) or is_elsewhere else key_span
    if isinstance(node, ScalarNode) and node.value is None and not node.quoted:
        span = key_span
    via = node.via if isinstance(node, ScalarNode) else None
    related = [] if via is None else [related_use(via)]
    if error.validator == "uniqueItems" and isinstance(node, SequenceNode):
        span, first = _repeated(node) or (span, span)
        related = [Related(span=first, message="first here")]
    if error.validator == "pattern" and isinstance(node, ScalarNode):
        regex = str(error.validator_value)
        culprit = brought_by(node, lambda text: re.search(regex, text) is not None)
        if culprit is not None:
            span, related = culprit, [related_use(span)]
    code, message, hint = _worded(error, label, node)
    if hint is None and error.validator == "type":
        hint = _example(path, error.instance, _schema(error))
    diagnostics.add(code, message, span, hint=hint, related=related)


def _example(path: tuple[object, ...], given: object, schema: Mapping[str, Any]) -> str | None:
    example = example_of(path, given, schema)
    return f"write it as `{example}`" if example is not None else None


def _repeated(node: SequenceNode) -> tuple[Span, Span] | None:
    """Return where a list repeats an item, and where the item stands first."""
    seen: dict[object, Span] = {}
    for item in node.items:
        value = item.value if isinstance(item, ScalarNode) else item
        if value in seen:
            return item.span, seen[value]
        seen[value] = item.span
    return None


def related_use(via: Span) -> Related:
    """Return the note that a value is used somewhere else than where it is written."""
    return Related(span=via, message="used here")


def _worded(error: SchemaError, label: str, node: Node) -> tuple[codes.Code, str, str | None]:
    kind, value = str(error.validator), cast("Any", error.validator_value)
    found = _shown(error.instance)
    if kind == "type":
        types = [value] if isinstance(value, str) else list(value)
        expected = " or ".join(NOUNS[name] for name in types)
        if error.instance is None:
            return codes.WRONG_TYPE, f"{label} has no value, expected {expected}", None
        return codes.WRONG_TYPE, *_wrong_type(error, label, node, types)
    if kind in ("enum", "const"):
        choices = [value] if kind == "const" else list(value)
        message = f"{label} is {found}, expected one of {listing(map(str, choices), limit=30)}"
        return codes.INVALID_VALUE, message, value_meant(str(error.instance), choices)
    if kind == "pattern":
        types = _schema(error).get("type", ())
        hint = _unquoted(str(error.instance), exact=True) if "integer" in types else None
        hint = hint or mended(str(error.instance), str(value))
        if hint is None and "boolean" in types:
            hint = as_boolean(error.instance)
        return codes.INVALID_VALUE, f"{label} is {found}, expected {_expected(error)}", hint
    if kind == "uniqueItems":
        return codes.DUPLICATE_KEY, f"{label} has the same item twice", None
    if kind in BOUNDS:
        expected = BOUNDS[kind].format(value)
        is_number = kind.endswith("imum")
        size = f"is {found}" if is_number else f"has {len(cast('Any', error.instance))}"
        if value == 1:
            expected = expected.removesuffix("s") if "item" in expected else expected
            expected = expected.replace("entries", "entry").replace("characters", "character")
        return codes.OUT_OF_RANGE, f"{label} {size}, expected {expected}", None
    return codes.INVALID_VALUE, f"{label} is not valid: {error.message}", None


def _wrong_type(
    error: SchemaError, label: str, node: Node, types: list[str]
) -> tuple[str, str | None]:
    """Return what to say of a value of the wrong type, and how to mend it."""
    nouns = [NOUNS[name] for name in types]
    pattern = _schema(error).get("pattern")
    if "string" in types and pattern is not None and _expected(error):
        nouns[types.index("string")] = _expected(error)
    message = f"{label} is {_shown(error.instance)}, expected {' or '.join(nouns)}"
    if not isinstance(node, ScalarNode):
        return message, None
    written = node.span.text
    if "string" in types:
        fits = pattern is None or re.search(pattern, written) is not None
        return message, f'put quotes around it: "{written}"' if fits else None
    if "boolean" in types:
        return message, as_boolean(error.instance)
    if isinstance(error.instance, str) and {"integer", "number"} & set(types):
        return message, _unquoted(error.instance)
    if types == ["array"] and isinstance(error.instance, str):
        return message, f"write a list: [{', '.join(written.split())}]"
    return message, None


def _unquoted(text: str, *, exact: bool = False) -> str | None:
    if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return "take the quotes away"
    if exact:
        return None
    number = re.match(r"-?[0-9]+", text)
    return f"write the number alone: {number.group()}" if number is not None else None


def _expected(error: SchemaError) -> str:
    said = str(_schema(error).get("patternErrorMessage", ""))
    return said.removeprefix("expected ") or f"what matches `{error.validator_value}`"


def _schema(error: SchemaError) -> Mapping[str, Any]:
    return cast("Mapping[str, Any]", error.schema)


def _items(value: object) -> list[str]:
    return list(cast("Iterable[str]", value))


def _shown(value: object) -> str:
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case int() | float():
            return f"the number {value}"
        case str():
            return f"`{value if len(value) <= 60 else value[:57] + '…'}`"
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case _:
            return "nothing"
