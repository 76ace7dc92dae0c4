"""What addresses look like, where the service model says less than the service demands."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.sagemaker.api import Shape
from compiler.sagemaker.patterns import matches

# The services whose shapes these are; others have shapes of the same names.
OWN = frozenset({"sagemaker"})


@dataclass(frozen=True, slots=True)
class Address:
    """A regular expression for a whole text, the same in words, how such texts begin, and one."""

    regex: str
    expected: str
    beginnings: tuple[str, ...] = ()
    sample: str | None = None

    def matches(self, text: str) -> bool:
        """Return whether a text is such an address."""
        return re.fullmatch(self.regex, text, re.DOTALL) is not None

    def may_begin(self, text: str) -> bool:
        """Return whether an address may begin with a text, of which more is to come."""
        return not self.beginnings or any(
            text.startswith(beginning) or beginning.startswith(text)
            for beginning in self.beginnings
        )


S3 = Address(
    r"(s3|https)://[^/\s]+(/[^\n]*)?",
    "an S3 URI such as `s3://bucket/prefix`",
    ("s3://", "https://"),
    "s3://bucket/prefix",
)
# What looks like a registry of ECR must be one; other registries have any name.
IMAGE = Address(
    r"\d{12}\.dkr[.-]ecr(-fips)?\.[a-z]{2,}(-[a-z]+)+-\d\.[^\s/]+/[a-z0-9]+([._/-]+[a-z0-9]+)*"
    r"(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?"
    r"|(?!\d{9,}\.|[^/]*\.(dkr|ecr)\.|[^/]*amazonaws|[a-z0-9]+://)[^\s/:][^\s]*",
    "the URI of an image such as `111122223333.dkr.ecr.us-east-1.amazonaws.com/name:tag`",
)
KMS = Address(
    r"alias/\S+|arn:aws[a-z-]*:kms:[a-z0-9-]*:\d{12}:(key|alias)/\S+|mrk-[0-9a-f]+"
    r"|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "the id, ARN or alias of a KMS key such as `alias/name`",
)
ROLE = Address(
    r"arn:aws[a-z-]*:iam::\d{12}:role/\S+",
    "the ARN of an IAM role",
    ("arn:aws",),
    "arn:aws:iam::111122223333:role/name",
)
ARN = Address(r"arn:aws[a-z-]*:\S+", "an ARN", ("arn:aws",))

ADDRESSES: Mapping[str, Address] = MappingProxyType(
    {
        "S3Uri": S3,
        "S3ModelUri": S3,
        "DestinationS3Uri": S3,
        "Url": S3,
        "ContainerImage": IMAGE,
        "ImageUri": IMAGE,
        "AlgorithmImage": IMAGE,
        "KmsKeyId": KMS,
        "RoleArn": ROLE,
        "SubnetId": Address(r"subnet-[0-9a-zA-Z]+", "the id of a subnet such as `subnet-1a2b3c4d`"),
        "SecurityGroupId": Address(
            r"sg-[0-9a-zA-Z]+", "the id of a security group such as `sg-1a2b3c4d`"
        ),
        "ProcessingLocalPath": Address(
            r"/opt/ml/processing(/.*)?", "a path below `/opt/ml/processing/`", ("/opt/ml/",)
        ),
        "RepositoryCredentialsProviderArn": ARN,
        "HubContentArn": ARN,
    }
)


def address_of(expected: Shape) -> Address | None:
    """Return what a text of a shape has to look like beyond its pattern."""
    return ADDRESSES.get(expected.name) if expected.service in OWN else None


def may_be(source: Shape, wanted: Shape) -> bool:
    """Return whether a text of one shape can be one of another: a job's name is no S3 URI."""
    for one, other in ((wanted, source), (source, wanted)):
        address = address_of(one)
        if address is None or address.sample is None:
            continue
        pattern = other.model.get("pattern")
        if "enum" in other.model or (pattern and not matches(pattern, address.sample)):
            return False
    return True
