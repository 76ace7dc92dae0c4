"""Literals that are right in form and yet most likely not what was meant."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.lower import LoweredPipeline
from compiler.rules.part import Part
from compiler.sagemaker.images.table import table

# Member -> the type of the steps that make such things, and the output with the name.
MADE_BY: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"ModelName": ("Model", "name"), "EndpointConfigName": ("EndpointConfig", "name")}
)
IMAGES = frozenset({"ImageUri", "TrainingImage", "Image"})


def check_made_names(lowered: LoweredPipeline) -> Iterator[Diagnostic]:
    """Find the key of a step where the name of what the step makes is asked for."""
    for step in lowered.steps.values():
        for member, (kind, output) in MADE_BY.items():
            node = step.arguments.get(member)
            value = getattr(node, "value", None)
            made = lowered.steps.get(value) if isinstance(value, str) else None
            if node is None or made is None or made is step or made.sagemaker_type != kind:
                continue
            if made.arguments.get(member) is not None:
                continue  # which has chosen its name itself, perhaps this one
            yield Diagnostic(
                code=codes.NAME_OF_A_STEP,
                message=f"`{value}` is a step of this pipeline, what it makes has another name",
                span=node.span,
                hint=f"write `${{{{ steps.{value}.{output} }}}}`",
            )


def check_registry(part: Part) -> Iterator[Diagnostic]:
    """Find the name of a framework where the URI of an image is asked for."""
    for member in sorted(IMAGES & part.node.members.keys()):
        image = part.text(member)
        name = image.partition(":")[0] if image is not None else ""
        if image is not None and "/" not in image and name in table().frameworks:
            yield Diagnostic(
                code=codes.NO_REGISTRY,
                message=f"`{image}` names no registry that the image could be fetched from",
                span=part.node.members[member].span,
                hint=f"a prebuilt image is written `{{framework: {name}, version: …}}`",
            )
