"""Expressions whose names are bound: what each part stands for, and its type."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from compiler.expressions.syntax import Comparator, Constant
from compiler.expressions.types import BOOLEAN, LIST, STRING, Type, type_of


@dataclass(frozen=True, slots=True)
class ConstantValue:
    """A value known when compiling."""

    value: Constant

    @property
    def type(self) -> Type:
        """The type of the value."""
        return type_of(self.value)


@dataclass(frozen=True, slots=True)
class ListValue:
    """Several values."""

    items: tuple["Bound", ...]

    @property
    def type(self) -> Type:
        """The type of the value."""
        return LIST


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A pipeline parameter."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class ExecutionValue:
    """A variable of the execution, by SageMaker's name."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class PropertyValue:
    """A member of what the step's Describe call answers."""

    step: str
    path: str
    type: Type


@dataclass(frozen=True, slots=True)
class FileValue:
    """A value in a property file."""

    step: str
    file: str
    path: str
    type: Type


@dataclass(frozen=True, slots=True)
class ObjectValue:
    """A value in a JSON file that lies in S3."""

    uri: "Bound"
    path: str
    type: Type


@dataclass(frozen=True, slots=True)
class PathValue:
    """What SageMaker knows by a path of its own: an item of a ForEach, the experiment's name."""

    path: str
    type: Type


@dataclass(frozen=True, slots=True)
class JoinedValue:
    """Values written one after the other; one that is exact is written just as it was called."""

    separator: str
    values: tuple["Bound", ...]
    is_exact: bool = False

    @property
    def type(self) -> Type:
        """The type of the value."""
        return STRING


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values compared."""

    operator: Comparator
    left: "Bound"
    right: "Bound"

    @property
    def type(self) -> Type:
        """The type of the value."""
        return BOOLEAN


@dataclass(frozen=True, slots=True)
class Membership:
    """A value looked for in a list."""

    query: "Bound"
    values: tuple["Bound", ...]

    @property
    def type(self) -> Type:
        """The type of the value."""
        return BOOLEAN


@dataclass(frozen=True, slots=True)
class Negation:
    """The opposite of a condition."""

    operand: "Bound"

    @property
    def type(self) -> Type:
        """The type of the value."""
        return BOOLEAN


@dataclass(frozen=True, slots=True)
class Logic:
    """Conditions of which all, or any, must hold."""

    operator: Literal["and", "or"]
    operands: tuple["Bound", ...]

    @property
    def type(self) -> Type:
        """The type of the value."""
        return BOOLEAN


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a mistake left; it has been reported."""

    type: Type


Bound: TypeAlias = (
    ConstantValue
    | ListValue
    | ParameterValue
    | ExecutionValue
    | PropertyValue
    | FileValue
    | ObjectValue
    | PathValue
    | JoinedValue
    | Comparison
    | Membership
    | Negation
    | Logic
    | Unknown
)
CONDITIONS = (Comparison, Membership, Negation, Logic)


def parts(bound: Bound) -> Iterator[Bound]:
    """Iterate over a bound value and all in it."""
    yield bound
    children: tuple[Bound, ...] = ()
    match bound:
        case ListValue(items=children) | JoinedValue(values=children) | Logic(operands=children):
            pass
        case Comparison(left=left, right=right):
            children = (left, right)
        case Membership(query=query, values=values):
            children = (query, *values)
        case Negation(operand=operand) | ObjectValue(uri=operand):
            children = (operand,)
        case _:
            pass
    for child in children:
        yield from parts(child)
