"""Replace images that are named by framework and version by their URIs."""

from dataclasses import dataclass, replace
from importlib import import_module

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, Node, SequenceNode, text_of
from compiler.spec.job import ImageSpec
from compiler.spec.shape import ListShape, ObjectShape, Shape, TableShape, fields_of
from compiler.steps import STEP_TYPES


@dataclass(frozen=True, kw_only=True, slots=True)
class ImagePlace:
    """What the surroundings of an image say about it."""

    step: str
    step_type: str
    region: str | None
    instance: str | None


def resolve_images(steps: MappingNode, region: str | None, diagnostics: Diagnostics) -> MappingNode:
    """Return the steps with the URI of each image that a framework and a version name."""
    members: dict[str, Node] = {}
    for name, step in steps.members.items():
        kind = text_of(step.get("type")) if isinstance(step, MappingNode) else None
        if isinstance(step, MappingNode) and kind in STEP_TYPES:
            place = ImagePlace(step=name, step_type=str(kind), region=region, instance=None)
            shape = ObjectShape(STEP_TYPES[str(kind)].spec, None)
            step = _resolved(shape, step, place, diagnostics)  # noqa: PLW2901
        members[name] = step
    return MappingNode(members, steps.key_spans, steps.span)


def _instance(step: MappingNode) -> str | None:
    node = step.get("instance")
    return text_of(node.get("type") if isinstance(node, MappingNode) else node)


def _resolved(shape: Shape, node: Node, place: ImagePlace, diagnostics: Diagnostics) -> Node:
    match shape, node:
        case ObjectShape(spec=spec), MappingNode() if spec is ImageSpec:
            return _uri_of(node, place, diagnostics) if node.get("framework") is not None else node
        case ObjectShape(spec=spec), MappingNode():
            place = replace(place, instance=_instance(node) or place.instance)
            shapes = {field.key: field.shape for field in fields_of(spec)}
            members = {
                name: _resolved(shapes[name], value, place, diagnostics)
                if name in shapes
                else value
                for name, value in node.members.items()
            }
            return MappingNode(members, node.key_spans, node.span)
        case TableShape(item=item), MappingNode():
            members = {
                name: _resolved(item, value, place, diagnostics)
                for name, value in node.members.items()
            }
            return MappingNode(members, node.key_spans, node.span)
        case ListShape(item=item), SequenceNode():
            items = tuple(_resolved(item, each, place, diagnostics) for each in node.items)
            return SequenceNode(items, node.span)
        case _:
            return node


def _uri_of(image: MappingNode, place: ImagePlace, diagnostics: Diagnostics) -> Node:
    # The table and what reads it are loaded by those who use it: most specs name URIs.
    prebuilt = import_module("compiler.resolve.prebuilt_image")
    found: Node = prebuilt.uri_of(image, place, diagnostics)
    return found
