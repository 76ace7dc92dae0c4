"""What a schema error means to a person, and where it is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias, cast

from jsonschema.exceptions import ValidationError

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode

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
    misspelt: set[tuple[tuple[object, ...], str]] = set()
    for error in found:
        path = tuple(error.absolute_path)
        if error.validator == "additionalProperties":
            for name in _unknown(error, root, path, step_type, diagnostics):
                misspelt.add((path, name))
        elif error.validator == "required":
            _missing(error, root, path, place, misspelt, defaultable, diagnostics)
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
    diagnostics: Diagnostics,
) -> list[str]:
    node, _ = find(root, path)
    known = list(_schema(error).get("properties", {}))
    meant = []
    for name in _items(error.instance):
        if name in known or not isinstance(node, MappingNode):
            continue
        hint = did_you_mean(name, known)
        if hint is not None:
            meant.append(str(near_name(name, known)))
        elif name[:1].isupper() and "request" in known:
            hint = "SageMaker's own members stand under `request:`"
        else:
            hint = f"known here: {listing(known, limit=30)}"
        owner = f" of a {step_type} step" if step_type is not None and not path else ""
        diagnostics.add(
            codes.UNKNOWN_FIELD, f"unknown field `{name}`{owner}", node.key_span(name), hint=hint
        )
    return meant


def _missing(
    error: SchemaError,
    root: MappingNode,
    path: tuple[object, ...],
    place: Span | None,
    misspelt: set[tuple[tuple[object, ...], str]],
    defaultable: frozenset[str],
    diagnostics: Diagnostics,
) -> None:
    _, span = find(root, path)
    if not path:
        span = place or next(iter(root.key_spans.values()), root.span)
    for name in _items(error.validator_value):
        if name in _items(error.instance) or (path, name) in misspelt:
            continue
        hint = DEFAULTABLE_HINT if name in defaultable and not path else None
        owner = f" of `{path[-1]}`" if path else ""
        diagnostics.add(codes.MISSING_FIELD, f"missing field `{name}`{owner}", span, hint=hint)


def _other(
    error: SchemaError, root: MappingNode, path: tuple[object, ...], diagnostics: Diagnostics
) -> None:
    node, key_span = find(root, path)
    if "propertyNames" in error.absolute_schema_path and isinstance(node, MappingNode):
        name = str(error.instance)
        diagnostics.add(
            codes.INVALID_NAME,
            f"`{name}` is not a name here, expected {_expected(error)}",
            node.key_span(name),
        )
        return
    label = f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this item"
    span = node.span if isinstance(node, ScalarNode) else key_span
    if isinstance(node, ScalarNode) and node.value is None and not node.quoted:
        span = key_span
    via = node.via if isinstance(node, ScalarNode) else None
    related = [] if via is None else [related_use(via)]
    code, message, hint = _worded(error, label, node)
    diagnostics.add(code, message, span, hint=hint, related=related)


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
        hint = None
        if "string" in types and isinstance(node, ScalarNode):
            hint = f'put quotes around it: "{node.span.text}"'
        return codes.WRONG_TYPE, f"{label} is {found}, expected {expected}", hint
    if kind in ("enum", "const"):
        choices = [value] if kind == "const" else list(value)
        message = f"{label} is {found}, expected one of {listing(map(str, choices), limit=30)}"
        return codes.INVALID_VALUE, message, did_you_mean(str(error.instance), map(str, choices))
    if kind == "pattern":
        return codes.INVALID_VALUE, f"{label} is {found}, expected {_expected(error)}", None
    if kind == "uniqueItems":
        return codes.DUPLICATE_KEY, f"{label} has the same item twice", None
    if kind in BOUNDS:
        expected = BOUNDS[kind].format(value)
        size = f"has {len(cast('Any', error.instance))}" if kind[3:] != "imum" else f"is {found}"
        if value == 1:
            expected = expected.removesuffix("s") if "item" in expected else expected
            expected = expected.replace("entries", "entry").replace("characters", "character")
        return codes.OUT_OF_RANGE, f"{label} {size}, expected {expected}", None
    return codes.INVALID_VALUE, f"{label} is not valid: {error.message}", None


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
