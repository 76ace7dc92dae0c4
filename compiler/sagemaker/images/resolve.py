"""Find a prebuilt image: the rules of the SageMaker SDK's `image_uris.retrieve`, offline."""

import re
from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import listing
from compiler.sagemaker.images.hosts import ecr_host
from compiler.sagemaker.images.processors import check_family, is_graviton, needs_neuron, processor
from compiler.sagemaker.images.request import WITH_VARIANTS, Image, ImageError, ImageRequest, Part
from compiler.sagemaker.images.table import Release, Section, table
from compiler.sagemaker.images.tags import SMP, Choice, is_arm64, tag_parts

HUGGING_FACE = "huggingface"
TOOLS = ("neuron", "neuronx")
# One set of images does everything here, in training as in inference.
ALIKE_IN_ALL_SCOPES = ("xgboost", "sklearn")
# The one repository with the Python version in its name.
BASE_PYTHON = "sagemaker-base-python"
BASE_PYTHONS = ("310", "38")
# What stands in the table by itself, but has tags that only the framework's own rules can write.
VARIANTS = {
    "huggingface-neuron": "tool: neuron",
    "huggingface-neuronx": "tool: neuronx",
    "huggingface-training-compiler": "compiler: true",
}
GRAVITON_SCOPE = "inference_graviton"


def resolve_image(request: ImageRequest) -> str:
    """Return the URI of an image, or raise ImageError."""
    return image_of(request).uri


def image_of(request: ImageRequest) -> Image:
    """Return an image with the parts of its URI, or raise ImageError."""
    if request.framework == BASE_PYTHON:
        return _base_python(request)
    section = _section(request)
    check_family(request)
    version = _version(request, section)
    release = section.versions[section.key(version)]
    base = None
    if request.framework == HUGGING_FACE:
        base, release = _base(request, section.key(version), release)
    python = _python(request, release)
    if python is not None and "repository" not in release:
        release = release[python]
    choice = Choice(
        request=request,
        section=section,
        version=version,
        base=base,
        release=release,
        python=python,
        processor=processor(request, section.processors or tuple(release.get("processors", ()))),
        tool=_tool(request),
    )
    repository = Part(
        name="repository",
        value=release["repository"],
        source=f"`{section.framework}` {section.key(version)}".rstrip() + _for_scope(section),
    )
    return Image(
        account=_account(request, release),
        host=_host(request),
        repository=repository,
        tag=tag_parts(choice),
        ignored=tuple(_ignored(choice)),
    )


def _tool(request: ImageRequest) -> str | None:
    if request.tool is not None and request.tool not in TOOLS:
        raise ImageError(
            codes.IMAGE_ACCELERATOR,
            f"`{request.tool}` is no tool of the Neuron SDK",
            "tool",
            TOOLS,
            found=request.tool,
        )
    if (
        request.tool is None
        and not request.for_training_compiler
        and request.framework in WITH_VARIANTS
    ):
        return "neuron" if needs_neuron(request) else None
    return request.tool


def _section(request: ImageRequest) -> Section:
    """Return the images for the scope that is asked for, or meant."""
    if request.framework in VARIANTS:
        message = f"`{request.framework}` are images of `{HUGGING_FACE}`"
        hint = f"write `framework: {HUGGING_FACE}` with `{VARIANTS[request.framework]}`"
        raise ImageError(codes.UNKNOWN_IMAGE_FRAMEWORK, message, "framework", hint=hint)
    table().scopes(request.framework)
    name = _framework(request)
    if name not in table().frameworks:
        raise ImageError(
            codes.IMAGE_ACCELERATOR,
            f"`{request.framework}` has no images for {name.removeprefix(request.framework)[1:]}",
            "tool" if request.tool else "instance",
        )
    scopes = table().scopes(name)
    scope = _wanted_scope(request)
    is_free = scope is None and set(scopes) == {"training", "inference"} and _shared(name)
    if len(scopes) == 1 or is_free:
        scope = scopes[0]
    if scope is None:
        message = f"`scope` is needed, because `{request.framework}` has images for several"
        raise ImageError(codes.IMAGE_SCOPE, message, "scope", scopes)
    if scope not in scopes:
        message = f"`{name}` has no images for `{scope}`"
        raise ImageError(codes.IMAGE_SCOPE, message, "scope", scopes, found=scope)
    return table().section(name, scope)


def _framework(request: ImageRequest) -> str:
    """Return the framework's name in the table, where its variants stand by themselves."""
    if request.for_training_compiler:
        return f"{request.framework}-training-compiler"
    if request.framework in WITH_VARIANTS and (tool := _tool(request)):
        return f"{request.framework}-{tool}"
    return request.framework


def _wanted_scope(request: ImageRequest) -> str | None:
    if request.accelerator is not None:
        if not request.accelerator.startswith("ml.eia"):
            message = f"`{request.accelerator}` is no accelerator; they start with `ml.eia`"
            raise ImageError(codes.IMAGE_ACCELERATOR, message, "accelerator")
        return "eia"
    if is_graviton(request):
        return GRAVITON_SCOPE
    if request.scope is None and request.framework in ALIKE_IN_ALL_SCOPES:
        return "training"
    return request.scope


def _shared(name: str) -> bool:
    """Whether the same images serve all scopes of a framework."""
    return "versions" in table().frameworks[name]


def _for_scope(section: Section) -> str:
    return "" if _shared(section.framework) else f" for {section.scope}"


def _version(request: ImageRequest, section: Section) -> str:
    """Return the version as the tag names it: an alias is kept, and moves with its images."""
    version = request.version
    known = section.names()
    if len(section.versions) == 1 and version not in section.aliases:
        return next(iter(section.versions))
    version = version or _newest(request)
    if version is None or (request.version is None and version not in known):
        message = f"`version` is needed for an image of `{section.framework}`"
        raise ImageError(codes.IMAGE_VERSION, message, "version", _newest_first(known))
    if version not in known:
        message = f"`{section.framework}` has no version `{version}` for {section.scope}"
        alike = [each for each in known if _numbers(each) == _numbers(version)]
        hint = f"did you mean `{alike[0]}`?" if alike else None
        raise ImageError(codes.IMAGE_VERSION, message, "version", _newest_first(known), hint)
    return version


def _newest(request: ImageRequest) -> str | None:
    """Return the newest version for a request that names none: the first listed, or the last.

    A chip's own images have the versions of their framework, so it is the framework that is read.
    """
    if request.framework == SMP and request.container is None:
        return None
    content = table().frameworks[request.framework]
    scope = request.scope if request.scope and request.scope in content else "processing"
    if scope in content:
        section = table().section(request.framework, scope)
        if "latest" in section.aliases:
            return section.aliases["latest"]
        versions = list(section.versions)
    elif "versions" in content:
        versions = list(content["versions"])
    else:
        return None
    if "latest" in (versions[0], versions[-1]):
        return None
    return max(versions[0], versions[-1], key=_numbers)


def _newest_first(versions: tuple[str, ...]) -> list[str]:
    return sorted(versions, key=_numbers, reverse=True)


def _numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version; 1.0 is 1."""
    numbers = [int(number) for number in re.findall(r"\d+", version)]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _base(request: ImageRequest, version: str, release: Release) -> tuple[str, Release]:
    """Return the framework under Hugging Face's library as written, and its images."""
    aliases = release.get("version_aliases", {})
    bases = [name for name in release if name != "version_aliases"]
    if request.base is None or aliases.get(request.base, request.base) not in bases:
        said = "`base` is needed" if request.base is None else f"there is no base `{request.base}`"
        raise ImageError(
            codes.IMAGE_BASE,
            f"{said} for version {version} of `{HUGGING_FACE}`",
            "base",
            [*aliases, *bases],
        )
    return request.base, release[aliases.get(request.base, request.base)]


def _python(request: ImageRequest, release: Release) -> str | None:
    """Return the Python version as tags write it, `py310`; `3.10` means the same."""
    known = release.get("py_versions") if "repository" in release else list(release)
    if not known:
        return None
    python = request.python
    if python is not None and re.fullmatch(r"\d+\.\d+", python):
        python = f"py{python.replace('.', '')}"
    if python is None and request.framework == "spark":
        return None
    if python is None and len(known) == 1:
        return str(known[0])
    if python in known:
        return python
    said = "`python` is needed" if python is None else f"there is no image for Python `{python}`"
    message = f"{said} in this version of `{request.framework}`"
    raise ImageError(codes.IMAGE_PYTHON, message, "python", known)


def _account(request: ImageRequest, release: Release) -> Part:
    accounts = table().accounts(release)
    region = _region(request)
    if region not in accounts:
        raise ImageError(
            codes.IMAGE_REGION,
            f"AWS has no image of `{request.framework}` in `{region}`",
            "region",
            sorted(accounts),
        )
    return Part(name="account", value=accounts[region], source=f"the registry in {region}")


def _host(request: ImageRequest) -> Part:
    region = _region(request)
    host = ecr_host(region)
    if host is None:
        message = f"`{region}` is in no partition of AWS"
        raise ImageError(codes.IMAGE_REGION, message, "region")
    return Part(name="host", value=host, source=f"ECR in the partition of {region}")


def _region(request: ImageRequest) -> str:
    if request.region is None:
        raise ImageError(
            codes.MISSING_IMAGE_REGION,
            f"the image of `{request.framework}` is another in each region, and none is given",
            "region",
            hint="set `region` in the target, or in `image`",
        )
    return request.region


def _base_python(request: ImageRequest) -> Image:
    """Return the image with Python alone, which the SDK takes for code that runs remotely."""
    section = table().sections(BASE_PYTHON)[0]
    version, release = next(iter(section.versions.items()))
    python = re.sub(r"\D", "", request.python or BASE_PYTHONS[0])
    if python not in BASE_PYTHONS:
        message = f"there is no `{BASE_PYTHON}` for Python `{request.python}`"
        raise ImageError(codes.IMAGE_PYTHON, message, "python", BASE_PYTHONS)
    source = f"`{BASE_PYTHON}` for Python {python}"
    return Image(
        account=_account(request, release),
        host=_host(request),
        repository=Part(
            name="repository", value=f"{release['repository']}-{python}", source=source
        ),
        tag=(Part(name="version", value=version, source="the only version"),),
    )


def _ignored(choice: Choice) -> Iterator[tuple[str, str]]:
    """Find the fields of a request that the image does not depend on, and why."""
    request, section, release = choice.request, choice.section, choice.release
    name = f"`{request.framework}`"
    if request.version is not None and request.version not in section.names():
        yield "version", f"{name} has the single version `{choice.version}`"
    if request.scope is not None and request.scope not in section.scope.split(", "):
        yield "scope", f"the image is for {listing([section.scope])}"
    if request.python is not None and choice.python is None:
        yield "python", f"{name} is not tagged by Python version"
    if request.base is not None and choice.base is None:
        yield "base", f"only `{HUGGING_FACE}` has a base framework"
    if request.processor is not None and choice.processor is None:
        yield "processor", f"{name} is the same on all processors"
    if request.container is not None and (release.get("container_version") or is_arm64(choice)):
        yield "container", f"the table gives it for {name} {choice.version}"
    if request.sdk is not None and "sdk_versions" not in release:
        yield "sdk", f"{name} has no Neuron SDK in this image"
    if request.compiler and request.framework not in WITH_VARIANTS:
        yield "compiler", f"only {listing(WITH_VARIANTS)} have images with the training compiler"
