"""The type hints of a spec class, read once into values that builder and schema follow."""

import types
import typing
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, Node, ScalarNode
from compiler.spec.declared import MISSING, declared_fields
from compiler.spec.fields import (
    Between,
    Choice,
    Doc,
    Keys,
    Length,
    Needed,
    OneOrMany,
    Pattern,
    Static,
    Table,
    Takes,
)


@dataclass(frozen=True, slots=True)
class ScalarShape:
    """A single value."""

    types: tuple[str, ...]
    is_static: bool
    pattern: Pattern | None = None
    choice: Choice | None = None
    between: Between | None = None
    length: Length | None = None


@dataclass(frozen=True, slots=True)
class ObjectShape:
    """An instance of a spec class; `shorthand` is the field that a bare value fills."""

    spec: type
    shorthand: str | None


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list; with `or_one`, a single item may stand alone."""

    item: "Shape"
    or_one: bool
    length: Length | None = None


@dataclass(frozen=True, slots=True)
class TableShape:
    """Named entries; with `or_names`, a list of names stands for entries that say nothing."""

    item: "Shape"
    or_names: bool
    keys: Keys | None = None
    length: Length | None = None


@dataclass(frozen=True, slots=True)
class FreeShape:
    """Any value, or any mapping, that another check looks at."""

    mapping_only: bool


Shape: TypeAlias = ScalarShape | ObjectShape | ListShape | TableShape | FreeShape


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a spec class; `key` is its name in YAML.

    A required field may be left out when one of the fields `unless` is there.
    """

    name: str
    key: str
    shape: Shape
    doc: str
    is_required: bool
    unless: tuple[str, ...] = ()

    def is_required_in(self, members: Container[str]) -> bool:
        """Return whether a mapping with these members must have the field."""
        return self.is_required and not any(other in members for other in self.unless)


@cache
def fields_of(spec: type) -> tuple[Field, ...]:
    """Return the fields that a person writes, in order of declaration."""
    hints = typing.get_type_hints(spec, include_extras=True)
    found = []
    for name, default in declared_fields(spec).items():
        if hints[name] in (Span, str):  # filled by the builder: place and name
            continue
        shape, marks = _shape(hints[name])
        needed: Needed | None = marks.get(Needed)
        is_required = default is MISSING and not isinstance(shape, TableShape)
        found.append(
            Field(
                name,
                name.rstrip("_"),
                shape,
                marks[Doc].text if Doc in marks else "",
                is_required or needed is not None,
                needed.unless if needed is not None else (),
            )
        )
    return tuple(found)


def _shape(hint: Any) -> tuple[Shape, dict[type, Any]]:
    marks: dict[type, Any] = {}
    while True:
        if typing.get_origin(hint) is Annotated:
            for mark in reversed(hint.__metadata__):
                marks.setdefault(type(mark), mark)
            hint = hint.__origin__
        elif typing.get_origin(hint) in (types.UnionType, typing.Union) and hint != Node:
            hint = next(part for part in typing.get_args(hint) if part is not type(None))
        else:
            break
    return _marked_shape(hint, marks), marks


def _marked_shape(hint: Any, marks: dict[type, Any]) -> Shape:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is ScalarNode:
        return ScalarShape(
            types=marks[Takes].types,
            is_static=Static in marks,
            pattern=marks.get(Pattern),
            choice=marks.get(Choice),
            between=marks.get(Between),
            length=marks.get(Length),
        )
    if origin is tuple:
        return ListShape(_shape(arguments[0])[0], OneOrMany in marks, marks.get(Length))
    if origin is Table:
        item = _shape(arguments[0])[0]
        or_names = isinstance(item, ObjectShape) and not any(
            field.is_required for field in fields_of(item.spec)
        )
        return TableShape(item, or_names, marks.get(Keys), marks.get(Length))
    if hint == Node or hint is MappingNode:
        return FreeShape(mapping_only=hint is MappingNode)
    return ObjectShape(hint, getattr(hint, "SHORTHAND", None))
