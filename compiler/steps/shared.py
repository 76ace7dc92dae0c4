"""Correspondences that several step types share."""

from compiler.diagnostics.span import Span
from compiler.steps.codecs import DURATION_SECONDS, LIST, TAGS, TEXT_MAP
from compiler.steps.members import Group, Member, Naming, Rows, Same
from compiler.steps.request import RequestValue, joined

ROLE = Member("role", "RoleArn")
TAGS_MEMBER = Member("tags", "Tags", TAGS)
ENVIRONMENT = Member("environment", "Environment", TEXT_MAP)
MAX_RUN = Member("max_run", "StoppingCondition.MaxRuntimeInSeconds", DURATION_SECONDS)
PREFERENCES = Rows(
    "preferences",
    "InstancePreferences",
    (Member("type", "InstanceType"), Member("count", "InstanceCount")),
    shorthand="type",
)


def vpc(path: str = "VpcConfig") -> Group:
    """Return the private network, at a path of the request."""
    return Group(
        "vpc",
        path,
        (Member("security_groups", "SecurityGroupIds", LIST), Member("subnets", "Subnets", LIST)),
        required=("security_groups", "subnets"),
    )


def chosen_output(naming: Naming, span: Span) -> RequestValue:
    """Return a place below `storage` for what a step makes, another for each execution."""
    return joined(
        span,
        f"{naming.storage}/{naming.pipeline}/",
        ("execution", "pipeline_execution_id"),
        f"/{naming.step}/output",
    )


def kms_key(
    output: str,
    disk: str,
    *,
    machines: str = "instance",
    needs: str | None = None,
    unless: str | None = None,
) -> Same:
    """Return the key of a job: for its output, and for the disks of the machines of a field."""
    return Same("kms", (output, disk), needs=needs, unless=unless, machines=machines)
