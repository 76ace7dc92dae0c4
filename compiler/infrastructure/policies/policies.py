"""All policies of a pipeline: for the roles that it runs with, deploying it and starting it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from compiler.compile import CompiledPipeline
from compiler.infrastructure.policies.deployment import (
    deployment_policy,
    reading_policy,
    start_policies,
)
from compiler.infrastructure.policies.execution import execution_policies
from compiler.infrastructure.policies.site import Site, site_of
from compiler.infrastructure.policies.statement import Policy

Policies = Callable[[CompiledPipeline, Site], tuple[Policy, ...]]

# What is asked for -> the policies that are meant.
ROLES: Mapping[str, Policies] = MappingProxyType(
    {
        "execution": execution_policies,
        "ci": lambda pipeline, site: (deployment_policy(pipeline, site),),
        "plan": lambda pipeline, site: (reading_policy(pipeline, site),),
        "start": start_policies,
    }
)


def policies_of(pipeline: CompiledPipeline, roles: tuple[str, ...]) -> tuple[Policy, ...]:
    """Return the policies of the roles that are asked for."""
    site = site_of(pipeline)
    return tuple(each for role in roles for each in ROLES[role](pipeline, site))
