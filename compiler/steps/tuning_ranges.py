"""The hyperparameters that a tuning step varies, and between which values."""

from typing import Annotated, Any

from compiler.diagnostics.span import Span
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Choice, Doc, Length, Needed, StaticText, Table, Text
from compiler.steps.codecs import NOTHING, TEXT_MAP, TEXTS, Codec
from compiler.steps.request import Request, RequestValue, as_written, located

# What the list of each kind is called.
LISTS = {
    "integer": "IntegerParameterRanges",
    "continuous": "ContinuousParameterRanges",
    "categorical": "CategoricalParameterRanges",
    "auto": "AutoParameters",
}
SCALING = {"ScalingType": "scaling"}
BOUNDS = {"MinValue": "min", "MaxValue": "max"}


@declared
class RangeSpec:
    """The values that a hyperparameter may have."""

    span: Span
    type: Annotated[
        StaticText | None,
        Needed(("values", "hint")),
        Choice(tuple(LISTS)),
        Doc("Kind of range; `categorical` with `values`, `auto` with `hint`."),
    ] = None
    min: Annotated[AnyScalar | None, Doc("Smallest value.")] = None
    max: Annotated[AnyScalar | None, Doc("Largest value.")] = None
    scaling: Annotated[
        Text | None,
        Choice(("Auto", "Linear", "Logarithmic", "ReverseLogarithmic")),
        Doc("How values are spread between `min` and `max`; `Auto` when left out."),
    ] = None
    values: Annotated[
        tuple[AnyScalar, ...], Length(minimum=1, maximum=30), Doc("The values to choose from.")
    ] = ()
    hint: Annotated[
        AnyScalar | None, Doc("A value to begin with, when SageMaker chooses the range.")
    ] = None


def kind_of(spec: RangeSpec) -> str:
    """Return what kind of range is meant."""
    if spec.type is not None:
        return str(spec.type.value)
    return "categorical" if spec.values else "auto"


def _lower(table: Table[RangeSpec]) -> RequestValue:
    lists: dict[str, RequestValue] = {}
    for kind, name in LISTS.items():
        entries = [_entry(each, spec) for each, spec in table if kind_of(spec) == kind]
        if entries:
            lists[name] = entries
    return lists or None


def _entry(name: str, spec: RangeSpec) -> RequestValue:
    request: Request = {"Name": name}
    if spec.values:
        request["Values"] = TEXTS.lower(spec.values)
    for member, node in (("MinValue", spec.min), ("MaxValue", spec.max), ("ValueHint", spec.hint)):
        if node is not None:
            request[member] = as_written(node)
    if spec.scaling is not None:
        request["ScalingType"] = spec.scaling
    return located(request, spec.span)


def _lift(value: Any) -> tuple[Any, Any]:
    if not isinstance(value, dict):
        return NOTHING, value
    table: dict[str, Any] = {}
    rest = dict(value)
    for kind, list_name in LISTS.items():
        entries = _lifted(kind, value.get(list_name))
        if entries and not set(entries) & set(table):
            table |= entries
            del rest[list_name]
    return (table, rest or NOTHING) if table else (NOTHING, value)


def _lifted(kind: str, found: Any) -> dict[str, Any]:
    """Return the fields of all entries of a list, or nothing if one can't be written so."""
    entries: dict[str, Any] = {}
    for each in found if isinstance(found, list) else ():
        members = dict(each) if isinstance(each, dict) else {}
        name = members.pop("Name", None)
        fields = _fields(kind, members)
        if type(name) is not str or not name or name in entries or fields is None:
            return {}
        entries[name] = fields
    return entries


def _fields(kind: str, members: dict[str, Any]) -> dict[str, Any] | None:
    if kind == "categorical":
        values, left = TEXTS.lift(members.pop("Values", NOTHING))
        return {"values": values} if left is NOTHING and not members else None
    names = {"ValueHint": "hint"} if kind == "auto" else {**BOUNDS, **SCALING}
    scaling = members.get("ScalingType", "Auto")
    texts = {name: text for name, text in members.items() if name != "ScalingType"}
    left = TEXT_MAP.lift(texts)[1]
    needed = set(names) - {"ScalingType"}
    is_whole = left is NOTHING and set(texts) == needed and isinstance(scaling, str)
    if not is_whole or not set(members) <= set(names):
        return None
    fields = {names[name]: members[name] for name in names if name in members}
    return fields if kind == "auto" else {"type": kind, **fields}


# A table of ranges, which the API wants as a list for each kind.
RANGES = Codec(_lower, _lift)
