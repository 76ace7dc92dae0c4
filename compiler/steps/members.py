"""How fields and the members of a request correspond: a table, read in both directions.

Lowering writes each field to its place in the request. Lifting, which `pipec import` does, takes
out of a request what the fields can hold, so that writing them gives exactly the same again; what
it leaves belongs below `request`.
"""

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode, ScalarNode, merge
from compiler.spec.fields import Table
from compiler.steps.codecs import NOTHING, VALUE, Codec, Reference
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
    """

    field: str
    paths: tuple[str, ...]
    needs: str | None = None
    unless: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A field with fields of its own, whose paths begin at `path`.

    `constants` are members that being there implies, and `required` the fields without which it is
    not taken out of a request.
    """

    field: str
    path: str
    members: tuple["Entry", ...]
    constants: Mapping[str, Json] | None = None
    required: tuple[str, ...] = ()
    shorthand: str | None = None


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


Entry: TypeAlias = Member | Same | Group | Items | Rows | Single


def lower_members(entries: Iterable[Entry], spec: Any, naming: Naming) -> Request:
    """Return the request, or the part of it, that the fields of `spec` become."""
    request: Request = {}
    for entry in entries:
        value = getattr(spec, entry.key_field if isinstance(entry, Single) else entry.field)
        match entry:
            case Member():
                put(request, entry.path, _lower_member(entry, spec, value, naming))
            case Same():
                for path in entry.paths if is_given(value) and _holds(entry, spec) else ():
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
    return request


def _lower_member(entry: Member, spec: Any, value: Any, naming: Naming) -> RequestValue:
    if is_given(value):
        return entry.codec.lower(value)
    if entry.default is None or any(is_given(getattr(spec, other)) for other in entry.unless):
        return None
    if isinstance(entry.default, str):
        return entry.default.replace("{name}", naming.entry)
    return entry.default(naming, spec.span) if callable(entry.default) else entry.default


def _holds(entry: Same, spec: Any) -> bool:
    needs, unless = (
        name is not None and is_given(getattr(spec, name)) for name in (entry.needs, entry.unless)
    )
    return not unless and (needs or entry.needs is None)


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


def lift_members(
    entries: Iterable[Entry], request: Json, name: str = ""
) -> tuple[dict[str, Json], Json]:
    """Return the fields that hold what they can of a request, and what is left of it.

    Left are also nulls, for members that leaving a field out would add.
    """
    fields: dict[str, Json] = {}
    rest = copy.deepcopy(request)
    absent: list[Member] = []
    for entry in entries:
        match entry:
            case Member():
                if _at(rest, entry.path) is NOTHING:
                    absent += [entry] if entry.default is not None else []
                else:
                    _lift_member(entry, rest, name, fields)
            case Same():
                _lift_same(entry, rest, fields)
            case Group():
                _lift_group(entry, rest, name, fields)
            case Items() | Rows():
                _lift_entries(entry, rest, fields)
            case Single():
                _lift_single(entry, rest, name, fields)
    for entry in absent:
        is_written = not any(other in fields for other in entry.unless)
        if is_written and _at(rest, entry.path) is NOTHING:
            _replace(rest, _outermost_absent(request, entry.path), None)
    return fields, rest


def _outermost_absent(request: Json, path: str) -> str:
    names = path.split(".")
    owners = (".".join(names[:end]) for end in range(1, len(names)))
    return next((owner for owner in owners if _at(request, owner) is NOTHING), path)


def _key(entry: Member | Same | Group | Items | Rows) -> str:
    return entry.field.rstrip("_")


def _lift_member(entry: Member, rest: Json, name: str, fields: dict[str, Json]) -> None:
    taken, left = entry.codec.lift(copy.deepcopy(_at(rest, entry.path)))
    _replace(rest, entry.path, left)
    if taken is NOTHING:
        return
    default = entry.default
    if isinstance(default, str):
        default = default.replace("{name}", name)
    if default is None or type(taken) is not type(default) or taken != default:
        fields[_key(entry)] = taken


def _lift_group(entry: Group, rest: Json, name: str, fields: dict[str, Json]) -> None:
    inner = _at(rest, entry.path)
    if not isinstance(inner, dict):
        return
    if any(_at(rest, path) != constant for path, constant in (entry.constants or {}).items()):
        return
    taken, left = lift_members(entry.members, inner, name)
    if not taken or any(required not in taken for required in entry.required):
        return
    fields[_key(entry)] = _shortened(taken, entry.shorthand)
    if entry.path:
        _replace(rest, entry.path, left or NOTHING)
    else:
        rest.clear()
        rest.update(left)
    for path in entry.constants or ():
        _replace(rest, path, NOTHING)


def _lift_same(entry: Same, rest: Json, fields: dict[str, Json]) -> None:
    if _key(entry) in fields:
        return
    values = [_at(rest, path) for path in entry.paths]
    if isinstance(values[0], str) and all(value == values[0] for value in values):
        fields[_key(entry)] = values[0]
        for path in entry.paths:
            _replace(rest, path, NOTHING)


def _lift_entries(entry: Items | Rows, rest: Json, fields: dict[str, Json]) -> None:
    found = _at(rest, entry.path)
    taken: Json = None
    if isinstance(entry, Items):
        named = _by_name(entry, found)
        if len(dict(named)) == len(named):
            taken = {name: _lift_row(entry, item, name) for name, item in named}
    elif isinstance(found, list) and all(isinstance(each, dict) for each in found):
        taken = [_lift_row(entry, each, "") for each in found]
    if taken:
        fields[_key(entry)] = taken
        _replace(rest, entry.path, NOTHING)


def _lift_single(entry: Single, rest: Json, name: str, fields: dict[str, Json]) -> None:
    found = _at(rest, entry.path)
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
        return
    taken, left = lift_members(entry.members, found[0], name)
    if entry.key_field in taken and not left:
        fields.update(taken)
        _replace(rest, entry.path, NOTHING)


def _by_name(entry: Items, found: Json) -> list[tuple[str, Json]]:
    """Return the entries with their names, none at all if one of them has no name."""
    if entry.key is None:
        items = list(found.items()) if isinstance(found, dict) else []
        return items if all(isinstance(each, dict) for _, each in items) else []
    named = []
    for each in found if isinstance(found, list) else ():
        item = dict(each) if isinstance(each, dict) else {}
        name = item.pop(entry.key, None)
        if entry.named and isinstance(name, Reference):
            item[entry.key] = name
            name = f"{_key(entry).removesuffix('s')}_{len(named) + 1}"
        if type(name) is not str or not name:
            return []
        named.append((name, item))
    return named


def _lift_row(entry: Items | Rows, item: Json, name: str) -> Json:
    fields, rest = lift_members(entry.members, item, name)
    if rest:
        fields["request"] = rest
    return _shortened(fields, entry.shorthand)


def _shortened(fields: dict[str, Json], shorthand: str | None) -> Json:
    is_bare = set(fields) == {shorthand} and not isinstance(fields[str(shorthand)], dict | list)
    return fields[str(shorthand)] if is_bare else fields


def _at(value: Json, path: str) -> Json:
    for name in filter(None, path.split(".")):
        if not isinstance(value, dict) or name not in value:
            return NOTHING
        value = value[name]
    return value


def _replace(request: Json, path: str, value: Json) -> None:
    """Put a value at a path, or take away what is there and the mappings that this empties."""
    names = [name for name in path.split(".") if name]
    if not names:
        request.clear()
        if isinstance(value, dict):
            request.update(value)
        return
    owners = [request]
    for name in names[:-1]:
        owners.append(owners[-1].setdefault(name, {}))
        if not isinstance(owners[-1], dict):
            return
    if value is not NOTHING:
        owners[-1][names[-1]] = value
        return
    owners[-1].pop(names[-1], None)
    for owner, name in zip(reversed(owners[:-1]), reversed(names[:-1]), strict=True):
        if owner[name] == {}:
            del owner[name]


def paths_of(entries: Iterable[Entry], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the path of each member in a request, and the field that writes it."""
    for entry in entries:
        path = ".".join(filter(None, (prefix, getattr(entry, "path", ""))))
        if isinstance(entry, Group):
            for below, inner in paths_of(entry.members, path):
                yield below, f"{_key(entry)}.{inner}"
        elif isinstance(entry, Same):
            yield from ((below, _key(entry)) for below in entry.paths)
        elif isinstance(entry, Single):
            yield from paths_of(entry.members, path)
        else:
            yield path, _key(entry)


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
