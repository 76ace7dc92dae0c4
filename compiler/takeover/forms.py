"""The forms that one value of a field may have: bare or with fields, one or a list, names."""

from collections.abc import Mapping
from dataclasses import dataclass

from compiler.document.write import Value
from compiler.spec.pipeline import DefaultsSpec, ParameterSpec, PipelineSpec
from compiler.spec.shape import (
    FreeShape,
    ListShape,
    ObjectShape,
    Shape,
    TableShape,
    fields_of,
)
from compiler.steps import STEP_TYPES
from compiler.takeover.paths import Key, Path

FREE = FreeShape(mapping_only=False)
ROOT = ObjectShape(PipelineSpec, None)
# In a target a bare value is the default of a parameter.
PARAMETER_OF_TARGET = TableShape(ObjectShape(ParameterSpec, "default"), or_names=False)
TARGETS = "targets"


@dataclass(frozen=True, slots=True)
class Forms:
    """The shape of each place in a spec; `types` are those of its steps."""

    types: Mapping[str, str]

    def at(self, path: Path) -> Shape:
        """Return the shape of what stands at a path."""
        if path[:1] == (TARGETS,) and len(path) > 2:
            if path[2:] and path[2] == "parameters":
                return _below(PARAMETER_OF_TARGET, path[3:])
            return self.at(path[2:])
        if path[:1] == ("steps",):
            kind = self.types.get(str(path[1]), "") if len(path) > 1 else ""
            if kind not in STEP_TYPES:
                return FREE
            return _below(ObjectShape(STEP_TYPES[kind].spec, None), path[2:])
        if path[:1] == ("defaults",):
            return _below(ObjectShape(DefaultsSpec, None), path[1:])
        return _below(ROOT, path)


def _below(shape: Shape, path: Path) -> Shape:
    for key in path:
        shape = inner(shape, key)
    return shape


def inner(shape: Shape, key: Key) -> Shape:
    """Return the shape of a member or an item."""
    match shape:
        case ObjectShape():
            fields = {field.key: field.shape for field in fields_of(shape.spec)}
            return fields.get(str(key), FREE)
        case ListShape() | TableShape():
            return shape.item
        case _:
            return FREE


def expanded(value: Value, shape: Shape) -> Value:
    """Return a value in its longest form."""
    match shape, value:
        case ObjectShape(), Mapping():
            return {name: expanded(each, inner(shape, name)) for name, each in value.items()}
        case ObjectShape(shorthand=str() as field), str() | int() | float():
            return {field: value}
        case TableShape(item=item), Mapping():
            return {name: expanded(each, item) for name, each in value.items()}
        case TableShape(item=item, or_names=True), list():
            return {str(name): {} for name in value}
        case ListShape(item=item), list():
            return [expanded(each, item) for each in value]
        case ListShape(item=item, or_one=True), _ if value is not None:
            return [expanded(value, item)]
        case _:
            return value


def shortened(value: Value, shape: Shape) -> Value:
    """Return a value in its shortest form."""
    match shape, value:
        case ObjectShape(shorthand=field), Mapping():
            if field is not None and set(value) == {field}:
                only = value[field]
                if only is not None and not isinstance(only, Mapping | list):
                    return only
            return {name: shortened(each, inner(shape, name)) for name, each in value.items()}
        case TableShape(item=item, or_names=True), Mapping() if value and not any(value.values()):
            return list(value)
        case TableShape(item=item), Mapping():
            return {name: shortened(each, item) for name, each in value.items()}
        case ListShape(item=item, or_one=True), [only]:
            return shortened(only, item)
        case ListShape(item=item), list():
            return [shortened(each, item) for each in value]
        case _:
            return value
