"""Correspondences that several step types share."""

from compiler.diagnostics.span import Span
from compiler.document.node import ScalarNode
from compiler.sagemaker.local_disks import has_local_disk
from compiler.steps.codecs import DURATION_SECONDS, LIST, TAGS, TEXT_MAP
from compiler.steps.members import Group, Member, Naming, Rows
from compiler.steps.request import Request, RequestValue, joined

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


def leave_local_disks(request: Request, machines: str, kms: ScalarNode | None) -> None:
    """Take the key of a step from disks that machines bring themselves, which take none."""
    here: RequestValue = request
    for name in machines.split("."):
        here = here.get(name) if isinstance(here, dict) else None
    kind = here.get("InstanceType") if isinstance(here, dict) else None
    if isinstance(here, dict) and isinstance(kind, ScalarNode) and has_local_disk(kind.value):
        if kms is not None and here.get("VolumeKmsKeyId") is kms:
            del here["VolumeKmsKeyId"]
