"""What is asked of the table of images, and what it answers."""

from collections.abc import Iterable
from dataclasses import dataclass

from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import did_you_mean, listing

# Frameworks with images of their own for the Neuron SDK and for SageMaker's training compiler.
WITH_VARIANTS = ("huggingface", "pytorch")


@dataclass(frozen=True, kw_only=True, slots=True)
class ImageRequest:
    """A prebuilt image by what it is for.

    `framework` is also an algorithm (`xgboost`) or a tool (`clarify`). `scope` is what the image
    does: training, inference, processing. `base` is the framework under Hugging Face's library,
    `pytorch2.1`. `instance` gives the processor, unless `processor` names it. `sdk` is the version
    of the Neuron SDK, `tool` is `neuron` or `neuronx`, `container` the last part of the tag.
    """

    framework: str
    version: str | None = None
    python: str | None = None
    base: str | None = None
    scope: str | None = None
    region: str | None = None
    instance: str | None = None
    processor: str | None = None
    accelerator: str | None = None
    container: str | None = None
    sdk: str | None = None
    tool: str | None = None
    serverless: bool = False
    smdistributed: bool = False
    compiler: bool = False

    @property
    def for_training_compiler(self) -> bool:
        """Whether an image with the training compiler is asked for, and there are such."""
        return self.compiler and self.framework in WITH_VARIANTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One part of an image's URI and where it comes from; a part of the tag may be empty."""

    name: str
    value: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Image:
    """An image and the parts of its URI; `ignored` tells of fields that made no difference."""

    account: Part
    host: Part
    repository: Part
    tag: tuple[Part, ...]
    ignored: tuple[tuple[str, str], ...] = ()

    @property
    def uri(self) -> str:
        """The address of the image in ECR."""
        tag = "-".join(part.value for part in self.tag if part.value)
        name = f"{self.repository.value}:{tag}" if tag else self.repository.value
        return f"{self.account.value}.dkr.{self.host.value}/{name}"


class ImageError(Exception):
    """No image is what a request asks for; `field` is the one of its fields to be changed.

    `known` are the values that `field` can have, none if they can't be listed.
    """

    def __init__(
        self,
        code: Code,
        message: str,
        field: str,
        known: Iterable[str] = (),
        hint: str | None = None,
        *,
        found: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.known = tuple(known)
        self.hint = hint or _hint(self.known, found)


def _hint(known: tuple[str, ...], found: str | None) -> str | None:
    near = did_you_mean(found, known) if found else None
    return near or (f"known: {listing(known)}" if known else None)
