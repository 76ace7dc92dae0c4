"""The processor that an image is for, from the instance type."""

import re

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import listing
from compiler.sagemaker.images.request import ImageError, ImageRequest

FAMILY = re.compile(r"ml[._]([a-z\d-]+)\.?\w*")
GRAVITON_FAMILIES = ("m6g", "m6gd", "c6g", "c6gd", "c6gn", "c7g", "r6g", "r6gd")
ON_GRAVITON = ("pytorch", "sklearn", "tensorflow", "xgboost")
ON_TRAINIUM = ("pytorch",)
# The first releases that have no image for the GPUs of P2, which SageMaker gave up.
WITHOUT_P2 = {"pytorch": (1, 13), "tensorflow": (2, 12)}


def family(instance: str | None) -> str:
    """Return the family of an instance type, `g5` of `ml.g5.xlarge`, or nothing."""
    match = FAMILY.fullmatch(instance or "")
    return match[1] if match else ""


def is_graviton(request: ImageRequest) -> bool:
    """Whether the instance has Graviton processors, for a framework that has images for them."""
    return (
        not request.for_training_compiler
        and request.framework in ON_GRAVITON
        and family(request.instance) in GRAVITON_FAMILIES
    )


def needs_neuron(request: ImageRequest) -> bool:
    """Whether the instance has chips that only the Neuron SDK can use."""
    if request.processor is not None and request.instance is None:
        return request.processor in {"inf", "trn"}
    return family(request.instance).startswith(("inf", "trn"))


def check_family(request: ImageRequest) -> None:
    """Raise ImageError when a framework has no images for the chips of the instance at all."""
    if request.instance is None or request.for_training_compiler:
        return
    if "trn" in request.instance and request.framework not in ON_TRAINIUM:
        raise _unfit(request, "Trainium", ON_TRAINIUM)
    if family(request.instance) in GRAVITON_FAMILIES and request.framework not in ON_GRAVITON:
        raise _unfit(request, "Graviton", ON_GRAVITON)


def check_p2(request: ImageRequest, version: str) -> None:
    """Raise ImageError when a version has no image for P2 instances."""
    first = WITHOUT_P2.get(request.framework)
    if first is None or family(request.instance) != "p2":
        return
    if tuple(int(number) for number in re.findall(r"\d+", version)[:2]) >= first:
        raise ImageError(
            codes.IMAGE_INSTANCE,
            f"`{request.framework}` has no image for P2 instances from version "
            f"{'.'.join(map(str, first))} on",
            "instance",
        )


def processor(request: ImageRequest, known: tuple[str, ...]) -> str | None:
    """Return the processor as tags write it, or None where one image is for all."""
    if not known:
        return None
    if request.processor is None and len(known) == 1 and not request.instance:
        return known[0]
    found = request.processor or _of_instance(request, known)
    if found in known:
        return found
    field = "processor" if request.processor else "instance"
    named = f"`{request.instance}`" if field == "instance" else f"processor `{found}`"
    if request.serverless and field == "instance":
        named = "serverless inference, which has CPUs"
    raise ImageError(
        codes.IMAGE_INSTANCE,
        f"this image of `{request.framework}` is not for {named}",
        field,
        hint=f"it is for {listing(known)}",
    )


def _of_instance(request: ImageRequest, known: tuple[str, ...]) -> str:
    """Return the processor of the instance; some images are for a family, such as `inf2`."""
    instance = request.instance
    if request.serverless:
        return "cpu"
    if not instance:
        raise ImageError(
            codes.IMAGE_INSTANCE,
            f"the image of `{request.framework}` depends on the processor, and no instance type "
            "is given",
            "processor",
            known,
        )
    if instance.startswith("local"):
        return "cpu" if instance == "local" else "gpu"
    if instance.startswith("neuron"):
        return "neuron"
    name = family(instance)
    if not name:
        message = f"`{instance}` is no instance type, such as `ml.m5.xlarge`"
        raise ImageError(codes.IMAGE_INSTANCE, message, "instance")
    if name in known:
        return name
    if name.startswith(("inf", "trn")):
        return name[:3]
    return "gpu" if name[0] in "gp" else "cpu"


def _unfit(request: ImageRequest, chips: str, frameworks: tuple[str, ...]) -> ImageError:
    return ImageError(
        codes.IMAGE_INSTANCE,
        f"`{request.framework}` has no images for {chips}, which `{request.instance}` has",
        "instance",
        hint=f"{listing(frameworks)} have" if len(frameworks) > 1 else f"`{frameworks[0]}` has",
    )
