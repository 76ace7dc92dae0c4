"""The decorator of spec classes: frozen values made from keywords.

It does what `dataclass(frozen=True, kw_only=True, eq=False, repr=False)` does, without writing and
compiling source for each class, which would be a good part of the time that a compilation takes.
"""

from inspect import get_annotations
from typing import Any, ClassVar, NoReturn, TypeVar, dataclass_transform, get_origin

T = TypeVar("T")
MISSING: Any = object()


@dataclass_transform(frozen_default=True, kw_only_default=True, eq_default=False)
def declared(cls: type[T]) -> type[T]:
    """Make a class of annotated fields one whose instances are made from keywords and keep them."""
    fields: dict[str, Any] = {}
    for base in reversed(cls.__mro__[1:]):
        fields.update(getattr(base, "__declared__", {}))
    for name, hint in get_annotations(cls).items():
        origin: object = get_origin(hint)
        if origin is not ClassVar:
            fields[name] = cls.__dict__.get(name, MISSING)
    cls.__declared__ = fields  # type: ignore[attr-defined]
    cls.__init__ = _init  # type: ignore[assignment, method-assign]
    cls.__setattr__ = _refuse  # type: ignore[method-assign]
    return cls


def declared_fields(cls: type) -> dict[str, Any]:
    """Return the names of the fields, and their defaults or MISSING."""
    found: dict[str, Any] = cls.__declared__  # type: ignore[attr-defined]
    return found


def with_fields(instance: T, /, **values: Any) -> T:
    """Return the same with other values in some fields."""
    return type(instance)(**{**instance.__dict__, **values})


def _init(self: Any, /, **values: Any) -> None:
    fields = self.__declared__
    given = self.__dict__
    for name, value in values.items():
        if name not in fields:
            message = f"{type(self).__name__} has no field {name!r}"
            raise TypeError(message)
        given[name] = value
    for name, default in fields.items():
        if name not in given:
            if default is MISSING:
                message = f"{type(self).__name__} needs the field {name!r}"
                raise TypeError(message)
            given[name] = default


def _refuse(self: Any, name: str, value: Any) -> NoReturn:  # noqa: ARG001
    message = f"{type(self).__name__} is frozen: {name!r} can't be set"
    raise AttributeError(message)
