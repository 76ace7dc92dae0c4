"""What a field may be: the words that annotate the fields of spec classes.

A field is declared once, as `name: Annotated[Text, Doc("…")]`; the builder, the JSON Schema and the
documentation follow from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Generic, TypeAlias, TypeVar

from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Doc:
    """What the field is for, in one sentence."""

    text: str


@dataclass(frozen=True, slots=True)
class Takes:
    """The JSON types of a scalar field."""

    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression that a literal text must match, and the same in words."""

    regex: str
    expected: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The literals that the field takes."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """The smallest and the largest number."""

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Length:
    """The fewest and the most characters, items or entries."""

    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Keys:
    """A regular expression for the names of a table, and the same in words."""

    regex: str
    expected: str


@dataclass(frozen=True, slots=True)
class Static:
    """The value is needed when compiling, so it takes no run-time reference."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The field must be there, unless one of these others is."""

    unless: tuple[str, ...] = ("request",)


@dataclass(frozen=True, slots=True)
class OneOrMany:
    """A list of one may be written without the list."""


@dataclass(frozen=True, slots=True)
class Table(Generic[T]):
    """Named entries in the order of the text."""

    entries: dict[str, T]
    key_spans: dict[str, Span]
    span: Span | None = None

    def __iter__(self) -> Iterator[tuple[str, T]]:
        return iter(self.entries.items())

    def __len__(self) -> int:
        return len(self.entries)

    def __contains__(self, name: str) -> bool:
        return name in self.entries

    def get(self, name: str) -> T | None:
        """Return the entry of a name."""
        return self.entries.get(name)


DURATION = Pattern(r"^[1-9][0-9]{0,8}(s|m|h|d)$", "a duration such as `90s`, `30m`, `4h` or `30d`")
NAME = Keys(r"^[A-Za-z0-9_][A-Za-z0-9_-]*$", "letters, digits, `-` and `_`")

Text: TypeAlias = Annotated[ScalarNode, Takes(("string",))]
Count: TypeAlias = Annotated[ScalarNode, Takes(("integer",))]
Number: TypeAlias = Annotated[ScalarNode, Takes(("number",))]
Flag: TypeAlias = Annotated[ScalarNode, Takes(("boolean",))]
AnyScalar: TypeAlias = Annotated[ScalarNode, Takes(("string", "number", "boolean"))]
StaticText: TypeAlias = Annotated[Text, Static()]
# A reference stands for a number in the unit of the API, which mostly is the second.
Duration: TypeAlias = Annotated[
    ScalarNode, Takes(("string", "integer")), Between(minimum=1), DURATION
]
StaticDuration: TypeAlias = Annotated[Duration, Static()]
S3Uri: TypeAlias = Annotated[
    Text, Pattern(r"^(s3|https)://[^/]", "an S3 URI such as `s3://bucket/prefix`")
]

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def seconds(node: ScalarNode) -> int:
    """Return a duration in seconds."""
    value = node.value
    if isinstance(value, str):
        return int(value[:-1]) * SECONDS[value[-1]]
    return int(value) if isinstance(value, int) else 0


def iso_duration(node: ScalarNode) -> str:
    """Return a duration in the form of ISO 8601, days as days."""
    value = node.value
    if isinstance(value, str) and value[:1] in {"P", "p", "T", "t"}:
        return value
    if isinstance(value, str):
        unit = value[-1].upper()
        return f"P{value[:-1]}D" if unit == "D" else f"PT{value[:-1]}{unit}"
    return f"PT{value}S"
