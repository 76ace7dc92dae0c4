"""Keys of outputs and disks, and the traffic between containers."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from compiler.document.node import MappingNode, Node, SequenceNode
from compiler.policy.finding import Finding, demand_switch, is_on, judge, missing, texts
from compiler.policy.values import values_of
from compiler.resolve.pipeline import ResolvedPipeline
from compiler.rules.part import Part
from compiler.sagemaker.local_disks import has_local_disk
from compiler.spec.policy import EncryptionPolicySpec

# Shape -> the member with its key.
OUTPUT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "OutputDataConfig": "KmsKeyId",
        "ProcessingOutputConfig": "KmsKeyId",
        "TransformOutput": "KmsKeyId",
        "AutoMLOutputDataConfig": "KmsKeyId",
        "AsyncInferenceOutputConfig": "KmsKeyId",
        "BatchDataCaptureConfig": "KmsKeyId",
        "DataCaptureConfig": "KmsKeyId",
        "ProductionVariantCoreDumpConfig": "KmsKeyId",
        "AthenaDatasetDefinition": "KmsKeyId",
        "RedshiftDatasetDefinition": "KmsKeyId",
        "BedrockCustomModel": "ModelKmsKeyArn",
        "BedrockModelImport": "ImportedModelKmsKeyId",
    }
)
VOLUME_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "ResourceConfig": "VolumeKmsKeyId",
        "HyperParameterTuningResourceConfig": "VolumeKmsKeyId",
        "ProcessingClusterConfig": "VolumeKmsKeyId",
        "TransformResources": "VolumeKmsKeyId",
        "CreateAutoMLJobRequest": "AutoMLJobConfig.SecurityConfig.VolumeKmsKeyId",
        "CreateEndpointConfigInput": "KmsKeyId",
    }
)
TRAFFIC: Mapping[str, str] = MappingProxyType(
    {
        "CreateProcessingJobRequest": "NetworkConfig.EnableInterContainerTrafficEncryption",
        "CreateTrainingJobRequest": "EnableInterContainerTrafficEncryption",
        "HyperParameterTrainingJobDefinition": "EnableInterContainerTrafficEncryption",
        "CreateAutoMLJobRequest": (
            "AutoMLJobConfig.SecurityConfig.EnableInterContainerTrafficEncryption"
        ),
    }
)
KEYS = frozenset(
    {
        "KmsKeyId",
        "VolumeKmsKeyId",
        "ModelKmsKeyArn",
        "ImportedModelKmsKeyId",
        "LogEncryptionKmsKeyId",
        "EncryptionKeyArn",
        "encryptionKeyArn",
    }
)


def check_encryption(part: Part, rule: EncryptionPolicySpec) -> Iterator[Finding]:
    """Find outputs and disks without a key, or with another, and traffic that is not encrypted."""
    strict = is_on(rule.strict)
    output = OUTPUT_KEYS.get(part.kind)
    if output is not None and is_on(rule.outputs) and not part.has(output):
        if part.kind != "ProcessingOutputConfig" or part.has("Outputs"):
            yield missing(part, output, "a KMS key for outputs")
    volume = VOLUME_KEYS.get(part.kind)
    if volume is not None and is_on(rule.volumes) and not part.has(volume):
        if not _takes_no_key(part):
            yield missing(part, volume, "a KMS key for disks")
    traffic = TRAFFIC.get(part.kind)
    if traffic is not None and is_on(rule.traffic):
        yield from demand_switch(part, traffic, "encrypted traffic", strict=strict)
    for name in sorted(KEYS & part.node.members.keys()):
        values = values_of(part.node.members[name], part.resolved)
        yield from judge("KMS key", values, allow=texts(rule.keys), strict=strict)


def _takes_no_key(part: Part) -> bool:
    """Return whether there is no disk to be encrypted, or only such as encrypt themselves."""
    kinds = list(_instance_types(part.node, part.resolved))
    if not kinds:
        return part.kind == "CreateEndpointConfigInput"
    return all(has_local_disk(kind) for kind in kinds)


def _instance_types(node: Node, resolved: ResolvedPipeline) -> Iterator[object]:
    """Yield the instance types that machines can have; None for one that is not known."""
    match node:
        case MappingNode(members=members):
            for name, value in members.items():
                if name == "InstanceType":
                    values = values_of(value, resolved)
                    known = values.known if values is not None else ()
                    yield from (each.value for each in known) if known else (None,)
                else:
                    yield from _instance_types(value, resolved)
        case SequenceNode(items=items):
            for item in items:
                yield from _instance_types(item, resolved)
        case _:
            return
