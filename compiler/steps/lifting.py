"""Members of a request back to fields, as `pipec import` needs it.

Lifting takes out of a request what the fields can hold, so that writing them gives exactly the same
again; what it leaves belongs below `request`.
"""

import copy
from collections.abc import Iterable

from compiler.steps.codecs import NOTHING, Reference
from compiler.steps.members import (
    Entry,
    Fixed,
    FixedList,
    Group,
    Implied,
    Items,
    Json,
    Member,
    Rows,
    Same,
    Single,
    key_of,
)


def lift_members(  # noqa: C901 - a case per kind
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
                if json_at(rest, entry.path) is NOTHING:
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
            case FixedList():
                _lift_fixed(entry, rest, fields)
            case Implied():
                _lift_implied(entry, rest, fields)
    for entry in absent:
        is_written = not any(other in fields for other in entry.unless)
        if is_written and json_at(rest, entry.path) is NOTHING:
            _replace(rest, _outermost_absent(request, entry.path), None)
    return fields, rest


def _outermost_absent(request: Json, path: str) -> str:
    names = path.split(".")
    owners = (".".join(names[:end]) for end in range(1, len(names)))
    return next((owner for owner in owners if json_at(request, owner) is NOTHING), path)


def _lift_member(entry: Member, rest: Json, name: str, fields: dict[str, Json]) -> None:
    taken, left = entry.codec.lift(copy.deepcopy(json_at(rest, entry.path)))
    _replace(rest, entry.path, left)
    if taken is NOTHING:
        return
    default = entry.default
    if isinstance(default, str):
        default = default.replace("{name}", name)
    if default is None or type(taken) is not type(default) or taken != default:
        fields[key_of(entry)] = taken


def _lift_group(entry: Group, rest: Json, name: str, fields: dict[str, Json]) -> None:
    inner = json_at(rest, entry.path)
    if not isinstance(inner, dict):
        return
    if any(json_at(rest, path) != constant for path, constant in (entry.constants or {}).items()):
        return
    taken, left = lift_members(entry.members, inner, name)
    if not taken or any(required not in taken for required in entry.required):
        return
    if entry.any_of and not any(field in taken for field in entry.any_of):
        return
    fields[key_of(entry)] = _shortened(taken, entry.shorthand)
    if entry.path:
        _replace(rest, entry.path, left or NOTHING)
    else:
        rest.clear()
        rest.update(left)
    for path in entry.constants or ():
        _replace(rest, path, NOTHING)


def _lift_same(entry: Same, rest: Json, fields: dict[str, Json]) -> None:
    if key_of(entry) in fields:
        return
    values = [json_at(rest, path) for path in entry.paths]
    if isinstance(values[0], str) and all(value == values[0] for value in values):
        fields[key_of(entry)] = values[0]
        for path in entry.paths:
            _replace(rest, path, NOTHING)


def _lift_entries(entry: Items | Rows, rest: Json, fields: dict[str, Json]) -> None:
    found = json_at(rest, entry.path)
    taken: Json = None
    if isinstance(entry, Items):
        named = _by_name(entry, found)
        if len(dict(named)) == len(named):
            taken = {name: _lift_row(entry, item, name) for name, item in named}
    elif isinstance(found, list) and all(isinstance(each, dict) for each in found):
        taken = [_lift_row(entry, each, "") for each in found]
    if taken:
        fields[key_of(entry)] = taken
        _replace(rest, entry.path, NOTHING)


def _lift_single(entry: Single, rest: Json, name: str, fields: dict[str, Json]) -> None:
    found = json_at(rest, entry.path)
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], dict):
        return
    taken, left = lift_members(entry.members, found[0], name)
    if entry.key_field in taken and not left:
        fields.update(taken)
        _replace(rest, entry.path, NOTHING)


def _lift_fixed(entry: FixedList, rest: Json, fields: dict[str, Json]) -> None:
    found = json_at(rest, entry.path)
    known = {each.name: each for each in entry.entries}
    items = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    names = [each.get(entry.key) for each in items]
    in_order = [name for name in known if name in names]
    if not items or len(items) != len(found) or in_order != names:
        return
    for item in items:
        each = known[item.pop(entry.key)]
        fields[key_of(each)] = _lift_row(each, item, each.name)
    _replace(rest, entry.path, NOTHING)


def _lift_implied(entry: Implied, rest: Json, fields: dict[str, Json]) -> None:
    field = fields.get(entry.field) if entry.field is not None else ""
    text = field.get("uri") if isinstance(field, dict) else field
    if not isinstance(text, str) or isinstance(text, Reference):
        return
    found = json_at(rest, entry.path)
    if found is NOTHING:
        _replace(rest, entry.path, None)
    elif found == entry.value(text):
        _replace(rest, entry.path, NOTHING)


def _by_name(entry: Items, found: Json) -> list[tuple[str, Json]]:
    """Return the entries with their names, none at all if one of them has no name."""
    if entry.key is None:
        items = list(found.items()) if isinstance(found, dict) else []
        return items if all(isinstance(each, dict) for _, each in items) else []
    named: list[tuple[str, Json]] = []
    for each in found if isinstance(found, list) else ():
        item = dict(each) if isinstance(each, dict) else {}
        name = item.pop(entry.key, None)
        if entry.named and isinstance(name, Reference):
            item[entry.key] = name
            name = f"{key_of(entry).removesuffix('s')}_{len(named) + 1}"
        if type(name) is not str or not name:
            return []
        named.append((name, item))
    return named


def _lift_row(entry: Items | Rows | Fixed, item: Json, name: str) -> Json:
    fields, rest = lift_members(entry.members, item, name)
    if rest:
        fields["request"] = rest
    return _shortened(fields, entry.shorthand)


def _shortened(fields: dict[str, Json], shorthand: str | None) -> Json:
    is_bare = set(fields) == {shorthand} and not isinstance(fields[str(shorthand)], dict | list)
    return fields[str(shorthand)] if is_bare else fields


def json_at(value: Json, path: str) -> Json:
    """Return what stands in JSON at a path, NOTHING if nothing does."""
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
