"""Replace images that are named by framework and version by their URIs."""

from dataclasses import dataclass, replace

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode, text_of
from compiler.sagemaker.images.request import ImageError, ImageRequest
from compiler.sagemaker.images.resolve import image_of
from compiler.sagemaker.images.table import default_scope
from compiler.schema.prune import unknown_scalar
from compiler.spec.job import ImageSpec
from compiler.spec.shape import ListShape, ObjectShape, Shape, TableShape, fields_of
from compiler.steps import STEP_TYPES

WORDS = frozenset(field.key for field in fields_of(ImageSpec)) - {"uri"}


def resolve_images(steps: MappingNode, region: str | None, diagnostics: Diagnostics) -> MappingNode:
    """Return the steps with the URI of each image that a framework and a version name."""
    members: dict[str, Node] = {}
    for name, step in steps.members.items():
        kind = text_of(step.get("type")) if isinstance(step, MappingNode) else None
        if isinstance(step, MappingNode) and kind in STEP_TYPES:
            place = _Place(step_type=str(kind), region=region, instance=None)
            shape = ObjectShape(STEP_TYPES[str(kind)].spec, None)
            step = _resolved(shape, step, place, diagnostics)  # noqa: PLW2901
        members[name] = step
    return MappingNode(members, steps.key_spans, steps.span)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Place:
    """What the surroundings of an image say about it."""

    step_type: str
    region: str | None
    instance: str | None

    def inside(self, owner: MappingNode) -> "_Place":
        """Return the place below a mapping, which may have an instance of its own."""
        return replace(self, instance=_instance(owner) or self.instance)


def _instance(step: MappingNode) -> str | None:
    node = step.get("instance")
    return text_of(node.get("type") if isinstance(node, MappingNode) else node)


def _resolved(shape: Shape, node: Node, place: _Place, diagnostics: Diagnostics) -> Node:
    match shape, node:
        case ObjectShape(spec=spec), MappingNode() if spec is ImageSpec:
            return _uri(node, place, diagnostics) if node.get("framework") is not None else node
        case ObjectShape(spec=spec), MappingNode():
            place = place.inside(node)
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


def _uri(image: MappingNode, place: _Place, diagnostics: Diagnostics) -> Node:
    try:
        found = image_of(_request(image, place))
    except ImageError as mistake:
        node = image.get(mistake.field)
        span = node.span if node is not None else image.span
        diagnostics.add(mistake.code, mistake.message, span, hint=mistake.hint)
        return unknown_scalar(image.span)
    for field, reason in found.ignored:
        if field in image.members:
            message = f"`{field}` changes nothing: {reason}"
            diagnostics.add(codes.IMAGE_FIELD_IGNORED, message, image.key_span(field))
    return ScalarNode(found.uri, image.span)


def _request(image: MappingNode, place: _Place) -> ImageRequest:
    given = {name: _word(image.get(name)) for name in sorted(WORDS)}
    framework = str(given.pop("framework"))
    request = ImageRequest(framework=framework, **given)  # type: ignore[arg-type]
    if request.region is None:
        request = replace(request, region=place.region)
    if request.instance is None:
        request = replace(request, instance=place.instance)
    if request.scope is None:
        request = replace(request, scope=default_scope(framework, place.step_type))
    return request


def _word(node: Node | None) -> str | None:
    """Return a value as it is written: version 2.10 is not 2.1."""
    if not isinstance(node, ScalarNode) or node.value is None:
        return None
    if isinstance(node.value, str):
        return node.value
    return node.span.text.strip()
