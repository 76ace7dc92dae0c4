"""Our answers beside the SDK's, and the reasons for which they may differ."""

import re
from collections.abc import Iterator

from compiler.sagemaker.images import ImageError, ImageRequest, resolve_image, table
from tests.images.combinations import Request, requests

REFUSED = "-"
VERSIONS = re.compile(r":[\d.]+-transformers[\d.]+-")


def all_requests() -> Iterator[Request]:
    """Return the requests that are made of the committed table, in order."""
    known = table()
    regions = sorted({region for registry in known.registries for region in registry})
    return requests(known.frameworks, regions)


def answer(request: Request) -> str:
    """Return our URI, or a dash."""
    try:
        return resolve_image(ImageRequest(**request))
    except ImageError:
        return REFUSED


def reason(request: Request, theirs: str, ours: str) -> str | None:
    """Return why an answer differs from that of SDK v3, or None when it must not."""
    if request.get("serverless") and ours == REFUSED and "-cpu" in theirs:
        return "the SDK does not check that there is an image for the CPUs of serverless inference"
    return None


def reason_v2(request: Request, theirs: str, ours: str) -> str | None:
    """Return why an answer differs from that of SDK v2, or None when it must not."""
    framework, version = request["framework"], request.get("version")
    if theirs == REFUSED:
        return "SDK v2 does not know the image, or not in this region"
    if version is None:
        return "without a version it is the newest, and v2 knows older ones"
    if VERSIONS.sub(":", theirs) == VERSIONS.sub(":", ours):
        return "SDK v2 leaves the version of Hugging Face's library in the tag as it was written"
    if framework == "huggingface-vllm-neuronx":
        return "SDK v3 corrected the processor in the tag, `neuronx` for `inf2`"
    return reason(request, theirs, ours)
