"""The tag of an image, part by part."""

import re
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.sagemaker.images.processors import GRAVITON_FAMILIES, check_p2, family
from compiler.sagemaker.images.request import ImageError, ImageRequest, Part
from compiler.sagemaker.images.table import Release, Section

# Tagged by the version of PyTorch, but listed by that of the library too: there is no newest.
SMP = "pytorch-smp"
TRITON = "sagemaker-tritonserver"
NEURON_REPOSITORIES = (
    "pytorch-training-neuron",
    "pytorch-training-neuronx",
    "huggingface-vllm-inference-neuronx",
    "huggingface-pytorch-inference-neuron",
    "huggingface-pytorch-inference-neuronx",
)
# The images whose whole tag is another on ARM, because it has more than a version.
ARM64_TAGS = {
    "xgboost": {"1.5-1": "1.5-1-arm64", "1.3-1": "1.3-1-arm64"},
    "sklearn": {"1.0-1": "1.0-1-arm64-cpu-py3"},
}
# Builds with the CUDA that P4 instances and SageMaker's distribution libraries need.
CUDA_11 = {
    "tensorflow-2.3-gpu-py37": "cu110-ubuntu18.04-v3",
    "tensorflow-2.3.1-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-2.3.2-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-1.15-gpu-py37": "cu110-ubuntu18.04-v8",
    "tensorflow-1.15.4-gpu-py37": "cu110-ubuntu18.04",
    "tensorflow-1.15.5-gpu-py37": "cu110-ubuntu18.04",
    "mxnet-1.8-gpu-py37": "cu110-ubuntu16.04-v1",
    "mxnet-1.8.0-gpu-py37": "cu110-ubuntu16.04",
    "pytorch-1.6-gpu-py36": "cu110-ubuntu18.04-v3",
    "pytorch-1.6.0-gpu-py36": "cu110-ubuntu18.04",
    "pytorch-1.6-gpu-py3": "cu110-ubuntu18.04-v3",
    "pytorch-1.6.0-gpu-py3": "cu110-ubuntu18.04",
}
# Frameworks whose tags end in a part that the table does not list.
WITH_CONTAINER = ("huggingface", SMP, "spark")


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """An image as it was chosen, of which the tag has still to be written."""

    request: ImageRequest
    section: Section
    version: str
    base: str | None
    release: Release
    python: str | None
    processor: str | None
    tool: str | None


def is_arm64(choice: Choice) -> bool:
    """Whether the image is one of those for ARM with a tag of its own."""
    return choice.request.framework in ARM64_TAGS and (
        family(choice.request.instance) in GRAVITON_FAMILIES
        or choice.section.scope == "inference_graviton"
    )


def tag_parts(choice: Choice) -> tuple[Part, ...]:
    """Return the parts of the tag, or raise ImageError."""
    request = choice.request
    container = _container(choice)
    check_p2(request, choice.version)
    if is_arm64(choice):
        return (_arm64(choice),)
    parts = (_prefix(choice), _processor(choice), _python(choice), container)
    if request.instance and (request.smdistributed or family(request.instance) == "p4d"):
        written = "-".join(part.value for part in parts if part.value)
        suffix = CUDA_11.get(f"{request.framework}-{written}", "")
        source = "the build for P4 and the distribution libraries"
        return (*parts, Part(name="build", value=suffix, source=source))
    return parts


def _prefix(choice: Choice) -> Part:
    version, release = choice.version, choice.release
    if choice.base is not None:
        return _hugging_face(choice, choice.base)
    if "tag_prefix" in release:
        source = f"the table, for version {choice.section.key(version)}"
        return Part(name="version", value=release["tag_prefix"], source=source)
    exact = choice.section.key(version)
    if choice.request.version != version:
        source = "the only version, or the newest"
    elif exact != version:
        source = f"`version`; it stands for {exact} in the table"
    else:
        source = "`version`"
    return Part(name="version", value=version, source=source)


def _hugging_face(choice: Choice, base: str) -> Part:
    """Return the versions of the base framework and of the library, as the repository has them."""
    version = choice.section.key(choice.version)
    repository = choice.release["repository"]
    if "-trcomp-" in repository:
        version = choice.version
    if repository.startswith("huggingface-pytorch-inference-neuron"):
        base = choice.section.versions[version]["version_aliases"].get(base, base)
    number = re.sub("^(pytorch|tensorflow)", "", base)
    source = f"`base` and `version`, which is {version} in the table"
    return Part(name="version", value=f"{number}-transformers{version}", source=source)


def _processor(choice: Choice) -> Part:
    if choice.tool is not None:
        source = "`tool`" if choice.request.tool else "the chips of the instance"
        return Part(name="tool", value=choice.tool, source=source)
    source = f"`{choice.request.instance}`" if choice.request.instance else "`processor`"
    value = choice.processor or ""
    if choice.request.framework == TRITON and value == "gpu":
        value, source = "", "tags of Triton for GPUs do not name it"
    elif not choice.release.get("processor_in_tag", True):
        value, source = "", "part of the version's name"
    elif not value:
        source = "one image for all"
    elif choice.request.serverless and not choice.request.processor:
        source = "serverless inference has CPUs"
    elif not choice.request.instance and not choice.request.processor:
        source = "the only one"
    return Part(name="processor", value=value, source=source)


def _python(choice: Choice) -> Part:
    source = "`python`" if choice.request.python else "the only one"
    return Part(name="python", value=choice.python or "", source=source if choice.python else "")


def _container(choice: Choice) -> Part:
    request, release = choice.request, choice.release
    value, source = request.container, "`container`"
    if builds := release.get("container_version"):
        if choice.processor not in builds:
            raise _no_build(choice)
        value, source = builds[choice.processor], "the table, by processor"
    elif value is None:
        value, source = _default_container(choice), "the SDK's choice for this version"
    repository = release["repository"]
    if repository in NEURON_REPOSITORIES:
        if value is None:
            raise _no_build(choice)
        sdk = request.sdk or max(release["sdk_versions"])
        value, source = f"{sdk}-{value}", "the Neuron SDK, and the system"
    if repository in {f"{request.framework}-inference-{arm}" for arm in ("graviton", "arm64")}:
        value = f"{value}-sagemaker"
    elif request.container and not builds and "neuron" not in repository:
        if request.framework not in WITH_CONTAINER:
            raise _needless(request)
    return Part(name="container", value=value or "", source=source if value else "")


def _default_container(choice: Choice) -> str | None:
    """Return what the SDK's estimators add to the tag where the table says nothing."""
    request = choice.request
    if request.framework == SMP:
        if "2.5" in choice.version:
            return "cu124"
        newer = ("2.1", "2.2", "2.3", "2.4")
        is_newer = any(each in choice.version for each in newer)
        return "cu121" if is_newer or "p5" in (request.instance or "") else "cu118"
    if (
        request.framework == "huggingface"
        and choice.processor == "gpu"
        and not request.for_training_compiler
    ):
        return "cu110-ubuntu18.04"
    return None


def _arm64(choice: Choice) -> Part:
    tags = ARM64_TAGS[choice.request.framework]
    name = family(choice.request.instance)
    if name and name not in GRAVITON_FAMILIES:
        raise ImageError(
            codes.IMAGE_INSTANCE,
            f"`{choice.request.instance}` has no Graviton processor",
            "instance",
            hint="leave out `scope`, or take a Graviton instance",
        )
    if choice.version not in tags:
        raise ImageError(
            codes.IMAGE_VERSION,
            f"`{choice.request.framework}` has no version `{choice.version}` for Graviton",
            "version",
            tags,
        )
    return Part(name="version", value=tags[choice.version], source="the tag for ARM")


def _no_build(choice: Choice) -> ImageError:
    return ImageError(
        codes.IMAGE_INSTANCE,
        f"version {choice.version} of `{choice.section.framework}` has no image for "
        f"`{choice.request.instance or choice.processor}`",
        "instance",
    )


def _needless(request: ImageRequest) -> ImageError:
    return ImageError(
        codes.IMAGE_CONTAINER,
        f"tags of `{request.framework}` do not end in a container version, "
        f"and `{request.container}` is none",
        "container",
        hint="leave out `container`",
    )
