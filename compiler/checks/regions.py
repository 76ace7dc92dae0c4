"""Regions that do not exist."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.diagnostics.span import Span
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.sagemaker.regions import region_meant
from compiler.spec.job import ImageSpec

ECR_REGION = re.compile(r"\d{12}\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com")


def check_regions(resolved: ResolvedPipeline) -> Iterator[Diagnostic]:
    """Find misspelt regions of targets and in the addresses of images."""
    spec = resolved.pipeline.spec
    regions = [spec.region, *(target.region for _, target in spec.targets)]
    for region in regions:
        if region is not None:
            yield from _check_region(str(region.value), region.span)
    for step in resolved.pipeline.steps.values():
        declared: ImageSpec | None = getattr(step, "image", None)
        image = declared.uri if declared is not None else None
        found = ECR_REGION.match(str(image.value)) if image is not None else None
        if image is not None and found is not None:
            pieces = [piece.span for piece in image.pieces if found.group(1) in piece.text]
            yield from _check_region(found.group(1), *pieces, image.span)


def _check_region(region: str, span: Span, *used: Span) -> Iterator[Diagnostic]:
    meant = region_meant(region)
    if meant is not None:
        yield Diagnostic(
            code=codes.INVALID_VALUE,
            message=f"there is no region `{region}`",
            span=span,
            hint=f"did you mean `{meant}`?",
            related=tuple(Related(span=place, message="used here") for place in used),
        )
