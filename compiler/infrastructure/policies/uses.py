"""How a known value of a request becomes grants: an S3 URI that is read, a key, an image."""

import re
from collections.abc import Callable, Iterator
from typing import TypeAlias

from compiler.infrastructure.policies import permissions as may
from compiler.infrastructure.policies.known import Known
from compiler.infrastructure.policies.site import ANY, Site
from compiler.infrastructure.policies.statement import Condition, Grant, Permission

Use: TypeAlias = Callable[[Site, Known], Iterator[Grant]]
S3 = re.compile(r"s3://([^/\s\"'\\,]+)(?:/([^\s\"'\\,]*))?")
ECR = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[^/]+/([^:@]+)")
QUEUE = re.compile(r"https://[^/]*?sqs[.-]?([a-z0-9-]*)\.[^/]*/(\d{12})/([^/]+)")
KEY_ID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|mrk-[0-9a-f]+")
FILE = re.compile(r"s3://[^/]+/.*\.\w+")
ALIASES = ("ForAnyValue:StringEquals", "kms:ResourceAliases")


def reads(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to list and to get what begins like the value, as SageMaker takes prefixes."""
    for bucket, prefix in _places(value):
        pattern = f"{prefix}*"
        yield Grant(permission=may.READ, resource=site.objects(f"{bucket}/{pattern}"))
        yield _listing(site, bucket, pattern)


def gets(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to get one object, or what lies below a prefix if the value is no file."""
    is_file = value.is_whole and FILE.fullmatch(value.text) is not None
    for bucket, prefix in _places(value) if is_file else ():
        yield Grant(permission=may.READ, resource=site.objects(f"{bucket}/{prefix}"))
    if not is_file:
        yield from reads(site, value)


def writes(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to put objects below a prefix."""
    for bucket, prefix in _places(value):
        below = _below(prefix, value)
        yield Grant(permission=may.WRITE, resource=site.objects(f"{bucket}/{below}"))


def exchanges(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to read and to write below a prefix."""
    yield from reads(site, value)
    yield from writes(site, value)


def removes(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to list and to delete below a prefix."""
    for bucket, prefix in _places(value):
        below = _below(prefix, value)
        yield Grant(permission=may.DELETE, resource=site.objects(f"{bucket}/{below}"))
        yield _listing(site, bucket, below)


def results(site: Site, value: Known) -> Iterator[Grant]:
    """Allow what the results of a query need."""
    yield from exchanges(site, value)
    for bucket, _ in _places(value):
        yield Grant(permission=may.LOCATE, resource=site.objects(bucket))


def unpacks(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to get the archive that a hyperparameter names, which is JSON in a text."""
    for match in S3.finditer(value.text):
        yield from gets(site, Known(match[0], value.is_whole))


def mentions(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to read what a text names in S3, as arguments and hyperparameters of jobs do."""
    for match in S3.finditer(value.text):
        yield from reads(site, Known(match[0], value.is_whole))


def pulls(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to pull an image of ECR, of which the account and the region stand in its URI."""
    match = ECR.match(value.text)
    if match is None:
        return
    repository = match[3] if value.is_whole else f"{match[3]}*"
    arn = f"arn:{site.partition}:ecr:{match[2]}:{match[1]}:repository/{repository}"
    yield Grant(permission=may.PULL, resource=arn)
    yield Grant(permission=may.LOG_IN, resource=ANY)


def encrypts(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to use a key, named by its id, its ARN or its alias."""
    yield from _key(site, value, may.DECRYPT)


def encrypts_disks(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to use a key, and to lend it to machines."""
    yield from _key(site, value, may.DECRYPT)
    yield from lends(site, value)


def lends(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to lend a key to the machines of AWS, and to nobody else."""
    yield from _key(site, value, may.GRANT)


def passes(service: str) -> Use:
    """Allow to pass a role, to one service."""

    def use(site: Site, value: Known) -> Iterator[Grant]:
        condition = Condition("StringEquals", "iam:PassedToService", site.service(service))
        resource = site.role(value.text if value.is_whole else f"{value.text}*")
        yield Grant(permission=may.PASS, resource=resource, condition=condition)

    return use


def has(permission: Permission, service: str = "", kind: str = "") -> Use:
    """Allow something with what an ARN names, or a name of the kind."""

    def use(site: Site, value: Known) -> Iterator[Grant]:
        text = value.text if value.is_whole else f"{value.text}*"
        is_arn = text.startswith("arn:") or not kind
        for name in {text: None, text if is_arn else text.lower(): None}:
            arn = name if is_arn else site.arn(service, f"{kind}/{name}")
            yield Grant(permission=permission, resource=arn)

    return use


def sends(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to send messages to a queue, named by its URL."""
    match = QUEUE.match(value.text)
    if match is not None:
        region = match[1] or site.region
        arn = f"arn:{site.partition}:sqs:{region}:{match[2]}:{match[3]}"
        yield Grant(permission=may.SEND, resource=arn)


def baselines(site: Site, value: Known) -> Iterator[Grant]:
    """Allow to find the latest approved model of a group."""
    name = value.text.rpartition("/")[2] if value.is_whole else f"{value.text}*"
    for each in {name: None, name.lower(): None}:
        arn = site.arn("sagemaker", f"model-package/{each}/*")
        yield Grant(permission=may.BASELINES, resource=arn)


def switches(permission: Permission) -> Use:
    """Allow something that takes no resource if a switch is on."""

    def use(site: Site, value: Known) -> Iterator[Grant]:  # noqa: ARG001
        if value.text == "True":
            yield Grant(permission=permission, resource=ANY)

    return use


def _places(value: Known) -> Iterator[tuple[str, str]]:
    """Yield the bucket and the key; a bucket that is not known whole is none."""
    match = S3.match(value.text)
    if match is not None and (match[2] is not None or value.is_whole):
        yield match[1], match[2] or ""


def _below(prefix: str, value: Known) -> str:
    if not value.is_whole or not prefix:
        return f"{prefix}*"
    return f"{prefix.rstrip('/')}/*"


def _listing(site: Site, bucket: str, pattern: str) -> Grant:
    condition = Condition("StringLike", "s3:prefix", pattern)
    return Grant(permission=may.LIST, resource=site.objects(bucket), condition=condition)


def _key(site: Site, value: Known, permission: Permission) -> Iterator[Grant]:
    text = value.text
    alias = re.search(r"alias/\S+", text)
    if alias is not None:
        named = text.split(":")
        region, account = (
            (named[3], named[4]) if text.startswith("arn:") else (site.region, site.account)
        )
        arn = f"arn:{site.partition}:kms:{region}:{account}:key/*"
        condition = Condition(*ALIASES, alias[0])
        yield Grant(permission=permission, resource=arn, condition=condition)
    elif text.startswith("arn:"):
        yield Grant(permission=permission, resource=text)
    elif KEY_ID.fullmatch(text):
        yield Grant(permission=permission, resource=site.arn("kms", f"key/{text}"))
