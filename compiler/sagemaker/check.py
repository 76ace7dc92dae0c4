"""A request body held against its shape, at the places of the YAML that caused it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related, did_you_mean, listing, near_name
from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode
from compiler.expressions.syntax import Expression
from compiler.expressions.types import ANY, FLOAT, INTEGER, SCALARS, STRING, Type, fits
from compiler.sagemaker.addresses import address_of, may_be
from compiler.sagemaker.api import Shape, shape
from compiler.sagemaker.patterns import matches
from compiler.sagemaker.properties import scalar_type

NOUNS = {
    "string": "a string", "integer": "a whole number", "long": "a whole number",
    "float": "a number", "double": "a number", "boolean": "`true` or `false`",
    "structure": "a mapping", "map": "a mapping", "list": "a list", "timestamp": "a time",
}  # fmt: skip
NUMBER = re.compile(r"`-?[0-9]+(\.[0-9]+)?`")
ENUM_LIMIT = 15
# Members of a step that stand beside its request.
BESIDE = {
    name: f"it stands beside the request: the field `{field}` of the step writes it"
    for name, field in {
        "DependsOn": "after", "CacheConfig": "cache", "RetryPolicies": "retry",
        "DisplayName": "display_name", "Description": "description",
    }.items()
}  # fmt: skip
# Words of a command, among which SDK v3 writes references to numbers as they are.
WORDS = frozenset({
    "ContainerArgument", "TrainingContainerArgument", "XmlString", "EntryPointArgument",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class RequestCheck:
    """Checks requests.

    `type_of` gives the type of an expression, ANY if it is not known, `choices_of` the values that
    are declared for it, `beginning_of` the text that its value begins with, and `shape_of` the
    shape that it has in what Describe answers.
    """

    type_of: Callable[[Expression], Type]
    choices_of: Callable[[Expression], tuple[ScalarNode, ...]]
    beginning_of: Callable[[Expression], str]
    shape_of: Callable[[Expression], Shape | None]
    diagnostics: Diagnostics
    fields: dict[str, str] = field(default_factory=dict)

    def check(
        self,
        request_shape: str,
        request: MappingNode,
        *,
        chosen: frozenset[str],
        refused: frozenset[str],
        fields: Mapping[str, str],
    ) -> None:
        """Report where a request is not what its shape asks for.

        SageMaker Pipelines fills in the members `chosen`, and does not take those `refused`;
        `fields` tell by its path which field of a spec writes a member.
        """
        self.fields.clear()
        self.fields.update(fields)
        for name in refused & request.members.keys():
            message = f"`{name}` cannot be set here: SageMaker Pipelines refuses it"
            self.diagnostics.add(codes.UNKNOWN_MEMBER, message, request.key_span(name))
        self._structure(shape(request_shape), request, request.span, chosen | refused, "")

    def _value(self, expected: Shape, node: Node, name: str, place: Span, path: str) -> None:
        match node:
            case _ if expected.kind == "any":
                return
            case ScalarNode():
                self._scalar(expected, node, name, place)
            case MappingNode() if expected.kind == "structure":
                self._structure(expected, node, place, frozenset(), path)
            case MappingNode() if expected.kind == "map":
                self._map(expected, node, name, place)
            case SequenceNode() if expected.kind == "list":
                self._size(expected, len(node.items), name, "items", place)
                element = expected.element()
                for item in node.items:
                    if element.name not in WORDS or not self._is_number_as_text(element, item):
                        self._value(element, item, name, item.span, f"{path}[]")
            case _:
                found = "a mapping" if isinstance(node, MappingNode) else "a list"
                self._wrong_type(name, found, expected, place)

    def _structure(
        self, expected: Shape, node: MappingNode, place: Span, optional: frozenset[str], path: str
    ) -> None:
        misspelt = set()
        for name, value in node.members.items():
            if name in expected.members:
                below = f"{path}.{name}" if path else name
                self._value(expected.member(name), value, name, node.key_span(name), below)
            else:
                hint = BESIDE.get(name) if not path else None
                hint = hint or did_you_mean(name, expected.members)
                misspelt.add(near_name(name, expected.members))
                self.diagnostics.add(
                    codes.UNKNOWN_MEMBER,
                    f"`{expected.name}` has no member `{name}`",
                    node.key_span(name),
                    hint=hint or f"it has {listing(expected.members, limit=30)}",
                )
        for name in expected.required:
            if name not in node.members and name not in optional and name not in misspelt:
                hint = self._fields_of(f"{path}.{name}" if path else name)
                self.diagnostics.add(
                    codes.MISSING_MEMBER,
                    f"`{expected.name}` needs the member `{name}`",
                    place,
                    hint=hint,
                )

    def _fields_of(self, path: str) -> str | None:
        """Return the hint for a member: the field that writes it, or the first two below it."""
        below = [field for each, field in self.fields.items() if each.startswith(f"{path}.")]
        fields = [self.fields[path]] if path in self.fields else below[:2]
        return f"set {' or '.join(f'`{field}`' for field in fields)}" if fields else None

    def _map(self, expected: Shape, node: MappingNode, name: str, place: Span) -> None:
        self._size(expected, len(node.members), name, "entries", place)
        for key, value in node.members.items():
            span = node.key_span(key)
            self._text(expected.key(), key, f"the name `{key}`", span, None)
            if not self._is_number_as_text(expected.element(), value):
                self._value(expected.element(), value, key, span, "")

    def _is_number_as_text(self, expected: Shape, value: Node) -> bool:
        """Return whether a value among texts is a reference to something else.

        SageMaker writes it as text there, as it writes the values of parameters.
        """
        if expected.kind != "string" or not isinstance(value, ScalarNode):
            return False
        return isinstance(value.value, Expression) and self.type_of(value.value) in SCALARS

    def _scalar(self, expected: Shape, node: ScalarNode, name: str, place: Span) -> None:
        value = node.value
        if isinstance(value, Expression):
            self._reference(expected, value, name)
        elif expected.kind in ("structure", "map", "list"):
            self._wrong_type(name, _shown(value), expected, node.span)
        elif not _is_of(expected.kind, value):
            self._wrong_type(
                name, _shown(value), expected, node.span if value is not None else place
            )
        elif isinstance(value, str):
            self._text(expected, value, f"`{name}`", node.span, node.via)
        elif not isinstance(value, bool) and value is not None:
            self._number(expected, value, name, node.span)

    def _reference(self, expected: Shape, expression: Expression, name: str) -> None:
        found = self.type_of(expression)
        span = expression.span
        if expected.kind in ("structure", "map", "list"):
            self.diagnostics.add(
                codes.REFERENCE_PLACE,
                f"`{name}` takes {NOUNS[expected.kind]}, where no reference may stand",
                span,
                hint="a reference stands for a single value; use `vars` for the whole",
            )
            return
        if found is ANY:
            return
        wanted = scalar_type(expected.kind)
        if not fits(found, wanted):
            hint = None
            if wanted == STRING:
                hint = f"write `${{{{ string({expression.text.strip('${} ')}) }}}}`"
            message = f"`{name}` takes {NOUNS[expected.kind]}, this is of type {found}"
            self.diagnostics.add(codes.TYPE_MISMATCH, message, span, hint=hint)
            return
        source = self.shape_of(expression)
        if source is not None and not may_be(source, expected):
            address = address_of(expected)
            wanted_text = address.expected if address is not None else f"a `{expected.name}`"
            message = f"`{name}` takes {wanted_text}, this is a `{source.name}`"
            self.diagnostics.add(codes.TYPE_MISMATCH, message, span)
            return
        address = address_of(expected)
        beginning = self.beginning_of(expression)
        if address is not None and not address.may_begin(beginning):
            message = f"`{name}` begins with `{_cut(beginning)}`, expected {address.expected}"
            self.diagnostics.add(codes.MEMBER_PATTERN, message, span)
        for choice in self.choices_of(expression):
            if isinstance(choice.value, str):
                self._text(expected, choice.value, f"`{name}`", choice.span, span)

    def _text(self, expected: Shape, text: str, label: str, span: Span, via: Span | None) -> None:
        related = [Related(span=via, message="used here")] if via is not None else []
        choices = expected.model.get("enum")
        if choices is not None and text not in choices:
            near = did_you_mean(text, choices)
            known = None if near else f"one of {listing(choices, ENUM_LIMIT)}"
            self.diagnostics.add(
                codes.MEMBER_ENUM,
                f"{label} is `{text}`, which is none of the values of `{expected.name}`",
                span,
                hint=near or known,
                related=related,
            )
            return
        if self._size(expected, len(text), label.strip("`"), "characters", span):
            return
        pattern = expected.model.get("pattern")
        if choices is None and pattern is not None and not matches(pattern, text):
            message = f"{label} is `{_cut(text)}`, which does not match `{_cut(pattern, 120)}`"
            self.diagnostics.add(codes.MEMBER_PATTERN, message, span, related=related)
            return
        address = address_of(expected)
        if address is not None and not address.matches(text):
            message = f"{label} is `{_cut(text)}`, expected {address.expected}"
            self.diagnostics.add(codes.MEMBER_PATTERN, message, span, related=related)

    def _number(self, expected: Shape, value: float, name: str, span: Span) -> None:
        low, high = expected.model.get("min"), expected.model.get("max")
        if (low is None or value >= low) and (high is None or value <= high):
            return
        bound = f"at least {low}" if low is not None and value < low else f"at most {high}"
        self.diagnostics.add(codes.MEMBER_RANGE, f"`{name}` is {value}, expected {bound}", span)

    def _size(self, expected: Shape, size: int, name: str, unit: str, span: Span) -> bool:
        low, high = expected.model.get("min"), expected.model.get("max")
        if (low is None or size >= low) and (high is None or size <= high):
            return False
        bound = f"at least {low}" if low is not None and size < low else f"at most {high}"
        message = f"`{name}` has {size} {unit}, expected {bound}"
        self.diagnostics.add(codes.MEMBER_LENGTH, message, span)
        return True

    def _wrong_type(self, name: str, found: str, expected: Shape, span: Span) -> None:
        message = f"`{name}` is {found}, expected {NOUNS.get(expected.kind, expected.kind)}"
        is_quoted = NUMBER.fullmatch(found) and scalar_type(expected.kind) in (INTEGER, FLOAT)
        hint = "take the quotes away" if is_quoted else None
        self.diagnostics.add(codes.MEMBER_TYPE, message, span, hint=hint)


def _is_of(kind: str, value: object) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return value is not None


def _shown(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return f"`{str(value).lower()}`"
        case str():
            return f"`{_cut(value)}`"
        case _:
            return f"the number {value}"


def _cut(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
