"""The types of values, and which may stand where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Type:
    """A type by its name in messages; `ANY` fits everywhere and silences further complaints."""

    name: str

    def __str__(self) -> str:
        return self.name


ANY = Type("any")
STRING = Type("string")
INTEGER = Type("integer")
FLOAT = Type("float")
BOOLEAN = Type("boolean")
TIMESTAMP = Type("timestamp")
NULL = Type("null")
LIST = Type("list")
MAP = Type("map")
STRUCTURE = Type("structure")

NUMBERS = frozenset({INTEGER, FLOAT})
SCALARS = frozenset({ANY, STRING, INTEGER, FLOAT, BOOLEAN, TIMESTAMP})


def type_of(value: object) -> Type:
    """Return the type of a literal."""
    match value:
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return FLOAT
        case str():
            return STRING
        case None:
            return NULL
        case list() | tuple():
            return LIST
        case _:
            return MAP


def fits(found: Type, expected: Type) -> bool:
    """Return whether a value of one type may stand where the other is expected."""
    if ANY in (found, expected) or found == expected:
        return True
    return (found, expected) in {(INTEGER, FLOAT), (TIMESTAMP, STRING)}


def comparable(left: Type, right: Type) -> bool:
    """Return whether SageMaker can compare values of the two types for equality."""
    if ANY in (left, right) or left == right:
        return True
    return {left, right} <= NUMBERS or {left, right} == {TIMESTAMP, STRING}


def orderable(left: Type, right: Type) -> bool:
    """Return whether SageMaker can order values of the two types; texts go by the alphabet."""
    return comparable(left, right) and not {left, right} & {BOOLEAN, NULL}
