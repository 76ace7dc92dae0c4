"""Addresses of AWS's consoles, by region."""

from collections.abc import Mapping
from urllib.parse import quote

from compiler.deploy.aws import Aws, AwsError
from compiler.operate.arns import parse_arn

# By how a region begins; the last is that of all others.
CONSOLES = {
    "cn-": "console.amazonaws.cn",
    "us-gov-": "console.amazonaws-us-gov.com",
    "": "console.aws.amazon.com",
}
STUDIOS = {"cn-": "", "us-gov-": "", "": "sagemaker.aws"}
# Nobody outside knows the consoles of these.
SECRET = ("us-iso", "eu-isoe")


def log_address(region: str, group: str, prefix: str) -> str | None:
    """Return where CloudWatch shows the streams of a group that begin with a prefix."""
    if region.startswith(SECRET):
        return None
    console = _by_region(CONSOLES, region)
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/: its console encodes names twice,
    # and then writes `$` for `%`.
    return (
        f"https://{region}.{console}/cloudwatch/home?region={region}#logsV2:log-groups/log-group/"
        f"{_twice(group)}$3FlogStreamNameFilter$3D{_twice(prefix)}"
    )


def studio_address(aws: Aws, execution: str, domain: str | None = None) -> str | None:
    """Return where Studio shows an execution, None if it is not sure in which domain.

    Pipelines are shown only in Studio, whose address has the id of a domain: the one given, or the
    only one that there is.
    """
    arn = parse_arn(execution)
    if arn is None or arn.region.startswith(SECRET):
        return None
    studio = _by_region(STUDIOS, arn.region)
    domain = domain or (_only_domain(aws) if studio else None)
    if not studio or domain is None:
        return None
    return (
        f"https://studio-{domain}.studio.{arn.region}.{studio}/pipelines/view/{arn.name}"
        f"/executions/{arn.execution}/graph"
    )


def _only_domain(aws: Aws) -> str | None:
    try:
        domains = list(aws.pages("sagemaker", "ListDomains", "Domains"))
    except AwsError:
        # Who may start a pipeline need not be allowed to list domains.
        return None
    return str(domains[0]["DomainId"]) if len(domains) == 1 else None


def _by_region(table: Mapping[str, str], region: str) -> str:
    return next(value for start, value in table.items() if region.startswith(start))


def _twice(text: str) -> str:
    return quote(quote(text, safe=""), safe="").replace("%", "$")
