"""Where a pipeline runs: the partition, region and account of the ARNs of a policy."""

from collections.abc import Iterator
from dataclasses import dataclass

from compiler.compile import CompiledPipeline
from compiler.document.node import text_of
from compiler.sagemaker.addresses import ROLE
from compiler.sagemaker.regions import COMMERCIAL, partition_of

ANY = "*"
CHINA = "aws-cn"
# Services that have a name of their own in China; the others have the same everywhere.
CHINESE_SERVICES = ("ec2", "elasticmapreduce")


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """What ARNs are made of; `*` is what is not known."""

    partition: str
    region: str
    account: str

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something in the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def role(self, name: str) -> str:
        """Return the ARN of a role, of which the name may do."""
        return (
            name
            if name.startswith("arn:")
            else f"arn:{self.partition}:iam::{self.account}:role/{name}"
        )

    def objects(self, pattern: str) -> str:
        """Return the ARN of objects in S3, or of a bucket; neither has a region or an account."""
        return f"arn:{self.partition}:s3:::{pattern}"

    def service(self, name: str) -> str:
        """Return the principal of a service."""
        is_chinese = self.partition == CHINA and name in CHINESE_SERVICES
        return f"{name}.amazonaws.com{'.cn' if is_chinese else ''}"

    def unknown(self) -> Iterator[str]:
        """Yield what the spec does not say, in words."""
        for name, value in (("region", self.region), ("account", self.account)):
            if value == ANY:
                yield f"the spec names no {name}, so `*` stands in its place"


def site_of(pipeline: CompiledPipeline) -> Site:
    """Return where a pipeline runs; its role tells, where the spec does not."""
    region, account = text_of(pipeline.spec.region), text_of(pipeline.spec.account)
    partition = partition_of(region)
    role = pipeline.role
    if role is not None and ROLE.matches(role):
        parts = role.split(":")
        partition = partition if region is not None else parts[1]
        account = account or parts[4]
    return Site(partition=partition or COMMERCIAL, region=region or ANY, account=account or ANY)
