"""Private networks and isolation, of all that runs in one."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.document.node import Node, ScalarNode, SequenceNode
from compiler.policy.finding import Finding, demand_switch, is_on, judge, missing, texts
from compiler.policy.values import values_of
from compiler.rules.part import Part
from compiler.spec.policy import NetworkPolicySpec

# Shape -> where in it the network stands. A transform has that of its model.
NETWORKS: Mapping[str, str] = MappingProxyType(
    {
        "CreateProcessingJobRequest": "NetworkConfig.VpcConfig",
        "CreateTrainingJobRequest": "VpcConfig",
        "HyperParameterTrainingJobDefinition": "VpcConfig",
        "CreateAutoMLJobRequest": "AutoMLJobConfig.SecurityConfig.VpcConfig",
        "CreateModelInput": "VpcConfig",
        "CreateEndpointConfigInput": "VpcConfig",
        "BedrockModelImport": "VpcConfig",
    }
)
ISOLATION: Mapping[str, str] = MappingProxyType(
    {
        "CreateProcessingJobRequest": "NetworkConfig.EnableNetworkIsolation",
        "CreateTrainingJobRequest": "EnableNetworkIsolation",
        "HyperParameterTrainingJobDefinition": "EnableNetworkIsolation",
        "CreateModelInput": "EnableNetworkIsolation",
        "CreateEndpointConfigInput": "EnableNetworkIsolation",
    }
)
SUBNETS = frozenset({"Subnets", "SubnetIds", "subnetIds", "Ec2SubnetId", "Ec2SubnetIds"})
SECURITY_GROUPS = frozenset(
    {
        "SecurityGroupIds",
        "securityGroupIds",
        "EmrManagedMasterSecurityGroup",
        "EmrManagedSlaveSecurityGroup",
        "AdditionalMasterSecurityGroups",
        "AdditionalSlaveSecurityGroups",
        "ServiceAccessSecurityGroup",
    }
)


def check_network(part: Part, rule: NetworkPolicySpec) -> Iterator[Finding]:
    """Find what is in no private network, or in another, or is not isolated."""
    strict = is_on(rule.strict)
    if _has_own_network(part):
        network = NETWORKS.get(part.kind)
        if network is not None and is_on(rule.vpc) and not part.has(network):
            yield missing(part, network, "a private network")
        isolation = ISOLATION.get(part.kind)
        if isolation is not None and is_on(rule.isolation):
            yield from demand_switch(part, isolation, "network isolation", strict=strict)
    for noun, members, allowed in (
        ("subnet", SUBNETS, texts(rule.subnets)),
        ("security group", SECURITY_GROUPS, texts(rule.security_groups)),
    ):
        for name in part.node.members.keys() & members:
            for node in _each(part.node.members[name]):
                values = values_of(node, part.resolved)
                yield from judge(noun, values, allow=allowed, strict=strict)


def _has_own_network(part: Part) -> bool:
    """Return whether the network is not that of something else: an endpoint has its models'."""
    variants = part.rows("ProductionVariants")
    return part.kind != "CreateEndpointConfigInput" or any(
        variant.get("ModelName") is None for variant in variants
    )


def _each(node: Node) -> tuple[ScalarNode, ...]:
    items = node.items if isinstance(node, SequenceNode) else (node,)
    return tuple(item for item in items if isinstance(item, ScalarNode))
