"""Correspondences that several step types share."""

from compiler.steps.codecs import DURATION_SECONDS, LIST, TAGS, TEXT_MAP
from compiler.steps.members import Group, Member

ROLE = Member("role", "RoleArn")
TAGS_MEMBER = Member("tags", "Tags", TAGS)
ENVIRONMENT = Member("environment", "Environment", TEXT_MAP)
MAX_RUN = Member("max_run", "StoppingCondition.MaxRuntimeInSeconds", DURATION_SECONDS)


def vpc(path: str = "VpcConfig") -> Group:
    """Return the private network, at a path of the request."""
    return Group(
        "vpc",
        path,
        (Member("security_groups", "SecurityGroupIds", LIST), Member("subnets", "Subnets", LIST)),
        required=("security_groups", "subnets"),
    )
