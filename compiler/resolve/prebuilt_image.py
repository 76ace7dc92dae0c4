"""The URI of a prebuilt image that a spec names by framework and version."""

from dataclasses import replace

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.node import MappingNode, Node, ScalarNode
from compiler.resolve.images import ImagePlace
from compiler.sagemaker.images.request import ImageError, ImageRequest
from compiler.sagemaker.images.resolve import image_of
from compiler.sagemaker.images.table import default_scope
from compiler.schema.prune import unknown_scalar
from compiler.spec.job import ImageSpec
from compiler.spec.shape import fields_of

FLAGS = frozenset({"serverless", "smdistributed", "compiler"})
WORDS = frozenset(field.key for field in fields_of(ImageSpec)) - {"uri"}


def uri_of(image: MappingNode, place: ImagePlace, diagnostics: Diagnostics) -> Node:
    """Return the URI of a prebuilt image; after reporting that there is none, an unknown one."""
    try:
        found = image_of(_request(image, place))
    except ImageError as mistake:
        node = image.get(mistake.field)
        span = node.span if node is not None else image.span
        message, hint = mistake.message, mistake.hint
        if mistake.code == codes.IMAGE_INSTANCE and place.instance is None:
            # The image may stand in `defaults`, far from the steps that it is for.
            message += f" by the step `{place.step}`"
            hint = "say in the image what it runs on: `processor: cpu`, or an `instance`"
        diagnostics.add(mistake.code, message, span, hint=hint)
        return unknown_scalar(image.span)
    for field, reason in found.ignored:
        if field in image.members:
            message = f"`{field}` changes nothing: {reason}"
            diagnostics.add(codes.IMAGE_FIELD_IGNORED, message, image.key_span(field))
    return ScalarNode(found.uri, image.span)


def _request(image: MappingNode, place: ImagePlace) -> ImageRequest:
    words = {name: _word(image.get(name)) for name in sorted(WORDS - FLAGS)}
    flags = {name: _flag(image.get(name)) for name in sorted(FLAGS)}
    framework = str(words.pop("framework"))
    request = ImageRequest(framework=framework, **words, **flags)  # type: ignore[arg-type]
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
    return node.value if isinstance(node.value, str) else node.span.text.strip()


def _flag(node: Node | None) -> bool:
    return isinstance(node, ScalarNode) and node.value is True
