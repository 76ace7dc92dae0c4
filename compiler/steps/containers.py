"""The containers that serve a model, in models and in versions of the registry."""

from typing import Annotated, ClassVar, TypeAlias

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.spec.declared import declared
from compiler.spec.fields import Choice, Doc, Flag, Pattern, S3Uri, Text
from compiler.steps.codecs import IMAGE, TEXT_MAP
from compiler.steps.members import Group, Member


@declared
class ImageAccessSpec:
    """How SageMaker gets at an image in a private registry."""

    span: Span
    access: Annotated[
        Text, Choice(("Platform", "Vpc")), Doc("Through AWS, or through the step's `vpc`.")
    ]
    credentials: Annotated[
        Text | None,
        Pattern(r"^arn:aws[a-z-]*:lambda:", "the ARN of a function"),
        Doc("ARN of the function that knows how to sign in."),
    ] = None


@declared
class ModelSourceSpec:
    """A model in S3 that is not, or not only, an archive."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[S3Uri, Doc("S3 URI of the model.")]
    type: Annotated[
        Text | None,
        Choice(("S3Prefix", "S3Object")),
        Doc("Whether `uri` is a prefix or one object; `S3Prefix` when left out."),
    ] = None
    compression: Annotated[
        Text | None, Choice(("None", "Gzip")), Doc("How it is compressed; `None` when left out.")
    ] = None
    accept_eula: Annotated[
        Flag | None, Doc("Whether you accept the license that the model demands.")
    ] = None


ModelData: TypeAlias = Annotated[S3Uri, Doc("S3 URI of the model archive.")]
ModelSource: TypeAlias = Annotated[
    ModelSourceSpec, Doc("Model that is no archive, instead of `model`.")
]
Hostname: TypeAlias = Annotated[Text, Doc("Name of the container among several.")]
ImageAccess: TypeAlias = Annotated[
    ImageAccessSpec, Doc("How an image in a private registry is fetched.")
]
ContainerRequest: TypeAlias = Annotated[
    MappingNode, Doc("Members of the container, laid over the fields.")
]

MODEL_SOURCE = Group(
    "model_source",
    "ModelDataSource.S3DataSource",
    (
        Member("uri", "S3Uri"),
        Member("type", "S3DataType", default="S3Prefix"),
        Member("compression", "CompressionType", default="None"),
        Member("accept_eula", "ModelAccessConfig.AcceptEula"),
    ),
    required=("uri",),
    shorthand="uri",
)
CONTAINER = (
    Member("image", "Image", IMAGE),
    Member("model", "ModelDataUrl"),
    MODEL_SOURCE,
    Member("environment", "Environment", TEXT_MAP),
)


def image_access(path: str, mode: str, arn: str) -> Group:
    """Return how an image is fetched, at a path of the request and with the names it has there."""
    return Group(
        "image_config",
        path,
        (Member("access", mode), Member("credentials", arn)),
        required=("access",),
    )
