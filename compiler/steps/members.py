"""How fields and the members of a request correspond: a table, read in both directions.

Lowering, which is here, writes each field to its place in the request; `lifting.py` is the other
direction.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode, merge, text_of
from compiler.sagemaker.local_disks import has_local_disk
from compiler.spec.fields import Table
from compiler.steps.codecs import VALUE, Codec
from compiler.steps.request import Request, RequestValue, located, put

Json: TypeAlias = Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Naming:
    """What defaults may be made of: the pipeline, the step, where it keeps things, the entry."""

    pipeline: str
    step: str
    storage: str
    entry: str = ""
    region: str | None = None


Default: TypeAlias = Callable[[Naming, Span], RequestValue]


@dataclass(frozen=True, slots=True)
class Member:
    """A field, and the path of the member that it becomes; "" is the request itself.

    `default` is written when the field and all those in `unless` are left out; `{name}` in it is
    the name of the entry.
    """

    field: str
    path: str
    codec: Codec = VALUE
    default: "str | int | bool | Default | None" = None
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Same:
    """A field that becomes several members; it is taken out of a request if all are the same.

    It is written only with the field `needs`, and without the field `unless`, if these are named.
    The last path is left out if the field `machines` names a type with a disk of its own, which
    takes no key.
    """

    field: str
    paths: tuple[str, ...]
    needs: str | None = None
    unless: str | None = None
    machines: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A field with fields of its own, whose paths begin at `path`.

    `constants` are members that being there implies. It is not taken out of a request without all
    the fields in `required`, and one of those in `any_of`.
    """

    field: str
    path: str
    members: tuple["Entry", ...]
    constants: Mapping[str, Json] | None = None
    required: tuple[str, ...] = ()
    shorthand: str | None = None
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A table of named entries, and the list that they become; `key` is the member of the name.

    Without a `key` the entries become a map. `shorthand` is the field that a bare value fills. With
    `named`, the entries have a field `name` for a name that is a reference, which no key can be.
    """

    field: str
    path: str
    key: str | None
    members: tuple["Entry", ...]
    shorthand: str | None = None
    named: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of entries without names, and the list that they become."""

    field: str
    path: str
    members: tuple["Entry", ...]
    shorthand: str | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """Fields that become the only entry of a list; `key_field` is one that such an entry has."""

    key_field: str
    path: str
    members: tuple["Entry", ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A spec of its own that becomes the entry of a fixed name in a list."""

    field: str
    name: str
    members: tuple["Entry", ...]
    shorthand: str | None = None


@dataclass(frozen=True, slots=True)
class FixedList:
    """A list of entries whose names are all known beforehand; `key` is the member of the name."""

    path: str
    key: str
    entries: tuple[Fixed, ...]


@dataclass(frozen=True, slots=True)
class Implied:
    """A member that is always there, or that follows from the text of a field."""

    path: str
    value: Callable[[str], Json]
    field: str | None = None


Entry: TypeAlias = Member | Same | Group | Items | Rows | Single | FixedList | Implied


def lower_members(entries: Iterable[Entry], spec: Any, naming: Naming) -> Request:  # noqa: C901 - a case per kind
    """Return the request, or the part of it, that the fields of `spec` become."""
    request: Request = {}
    for entry in entries:
        value = _value(entry, spec)
        match entry:
            case Member():
                put(request, entry.path, _lower_member(entry, spec, value, naming))
            case Same():
                for path in _paths(entry, spec) if is_given(value) else ():
                    put(request, path, value)
            case Group():
                if value is not None:
                    put(request, entry.path, lower_members(entry.members, value, naming))
                    for path, constant in (entry.constants or {}).items():
                        put(request, path, constant)
            case Items():
                put(request, entry.path, _lower_items(entry, value, naming))
            case Rows():
                rows: list[RequestValue] = [
                    _lower_row(entry.members, each, naming) for each in value
                ]
                put(request, entry.path, rows or None)
            case Single():
                only = lower_members(entry.members, spec, naming)
                put(request, entry.path, [only] if is_given(value) else None)
            case FixedList():
                put(request, entry.path, _lower_fixed(entry, spec, naming))
            case Implied():
                text = "" if entry.field is None else text_in(value)
                put(request, entry.path, None if text is None else entry.value(text))
    return request


def _value(entry: Entry, spec: Any) -> Any:
    if isinstance(entry, FixedList) or (isinstance(entry, Implied) and entry.field is None):
        return None
    return getattr(spec, entry.key_field if isinstance(entry, Single) else str(entry.field))


def _lower_fixed(entry: FixedList, spec: Any, naming: Naming) -> RequestValue:
    given = [(each, getattr(spec, each.field)) for each in entry.entries]
    return [
        _lower_row(each.members, value, replace(naming, entry=each.name), {entry.key: each.name})
        for each, value in given
        if value is not None
    ] or None


def text_in(value: Any) -> str | None:
    """Return the text of a field, or that of its `uri`, if it is a literal one."""
    return text_of(getattr(value, "uri", value))


def _lower_member(entry: Member, spec: Any, value: Any, naming: Naming) -> RequestValue:
    if is_given(value):
        return entry.codec.lower(value)
    if entry.default is None or any(is_given(getattr(spec, other)) for other in entry.unless):
        return None
    if isinstance(entry.default, str):
        return entry.default.replace("{name}", naming.entry)
    return entry.default(naming, spec.span) if callable(entry.default) else entry.default


def _paths(entry: Same, spec: Any) -> tuple[str, ...]:
    """Return the members that the field becomes in this spec."""
    needs, unless = (
        name is not None and is_given(getattr(spec, name)) for name in (entry.needs, entry.unless)
    )
    if unless or not (needs or entry.needs is None):
        return ()
    machines = getattr(spec, entry.machines) if entry.machines is not None else None
    kind = text_of(machines.type) if machines is not None else None
    return entry.paths[:-1] if has_local_disk(kind) else entry.paths


def is_given(value: object) -> bool:
    """Return whether a field says anything."""
    if isinstance(value, ScalarNode):
        return value.value is not None
    return value is not None and value != () and not (isinstance(value, Table) and not value)


def _lower_items(entry: Items, table: Table[Any], naming: Naming) -> RequestValue:
    if entry.key is None:
        return {
            name: _lower_row(entry.members, each, replace(naming, entry=name))
            for name, each in table
        } or None
    return [
        _lower_row(entry.members, each, replace(naming, entry=name), {entry.key: name})
        for name, each in table
    ] or None


def _lower_row(
    entries: tuple[Entry, ...], spec: Any, naming: Naming, named: Request | None = None
) -> RequestValue:
    request = located({**(named or {}), **lower_members(entries, spec, naming)}, spec.span)
    overlay: MappingNode | None = getattr(spec, "request", None)
    if overlay is None or not isinstance(request, MappingNode):
        return request
    return merge(request, overlay)


def key_of(entry: Member | Same | Group | Items | Rows | Fixed) -> str:
    """Return the name of a field in YAML."""
    return entry.field.rstrip("_")


def paths_of(entries: Iterable[Entry], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each member in a request, and the field that writes it."""
    for entry in entries:
        path = ".".join(filter(None, (prefix, getattr(entry, "path", ""))))
        if isinstance(entry, Group):
            for below, inner in paths_of(entry.members, path):
                yield below, f"{key_of(entry)}.{inner}"
        elif isinstance(entry, Same):
            yield from ((below, key_of(entry)) for below in entry.paths)
        elif isinstance(entry, Single):
            yield from paths_of(entry.members, path)
        elif isinstance(entry, FixedList):
            yield from ((path, key_of(each)) for each in entry.entries)
        elif isinstance(entry, Implied):
            continue
        else:
            yield path, key_of(entry)


def below(prefix: str, entries: Iterable[Entry], unless: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """Return entries whose members stand below another; defaults hold without these fields."""
    return tuple(_below(f"{prefix}.", entry, unless) for entry in entries)


def _below(prefix: str, entry: Entry, unless: tuple[str, ...]) -> Entry:
    match entry:
        case Member():
            path = (prefix + entry.path).rstrip(".")
            return replace(entry, path=path, unless=(*entry.unless, *unless))
        case Same():
            return replace(entry, paths=tuple(prefix + path for path in entry.paths))
        case Group():
            constants = {prefix + path: value for path, value in (entry.constants or {}).items()}
            path = (prefix + entry.path).rstrip(".")
            return replace(entry, path=path, constants=constants or None)
        case _:
            return replace(entry, path=prefix + entry.path)
