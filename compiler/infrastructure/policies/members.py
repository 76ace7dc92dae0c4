"""What the members of requests ask of roles: a table from their paths to uses."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, TypeAlias

from compiler.infrastructure.policies import permissions as may
from compiler.infrastructure.policies.known import Knowledge, Known
from compiler.infrastructure.policies.site import ANY, Site
from compiler.infrastructure.policies.statement import Grant
from compiler.infrastructure.policies.uses import (
    Use,
    baselines,
    encrypts,
    encrypts_disks,
    exchanges,
    gets,
    has,
    mentions,
    passes,
    pulls,
    reads,
    removes,
    results,
    sends,
    switches,
    unpacks,
    writes,
)

# A mapping with one of these is the request for a job that has the role.
ROLES = ("RoleArn", "ExecutionRoleArn", "executionRoleArn")

# How the path of a member ends, the first that does -> what whoever runs the step does with it.
MEMBERS: tuple[tuple[str, Use], ...] = (
    # data
    ("CheckpointConfig.S3Uri", exchanges),
    ("S3Output.S3Uri", writes),
    ("AthenaDatasetDefinition.OutputS3Uri", results),
    ("RedshiftDatasetDefinition.OutputS3Uri", exchanges),
    ("DestinationS3Uri", writes),
    ("S3FailurePath", writes),
    ("S3OutputPath", writes),
    ("LogUri", writes),
    ("logUri", writes),
    ("S3Input.S3Uri", reads),
    ("S3DataSource.S3Uri", reads),
    ("Resources.S3.S3Uris", removes),
    ("S3Uri", gets),
    ("ManifestS3Uri", gets),
    ("FeatureSpecificationS3Uri", gets),
    ("ModelDataUrl", gets),
    ("ArtifactUrl", gets),
    ("ShapBaselineUri", gets),
    ("SamplePayloadUrl", gets),
    ("HyperParameters.sagemaker_submit_directory", unpacks),
    ("SuppliedBaselineConstraints", gets),
    ("SuppliedBaselineStatistics", gets),
    # images
    ("ImageUri", pulls),
    ("imageUri", pulls),
    ("TrainingImage", pulls),
    ("RuleEvaluatorImage", pulls),
    ("Image", pulls),
    ("RepositoryCredentialsProviderArn", has(may.INVOKE)),
    ("TrainingRepositoryCredentialsProviderArn", has(may.INVOKE)),
    # keys
    ("VolumeKmsKeyId", encrypts_disks),
    ("EndpointConfig.KmsKeyId", encrypts_disks),
    ("KmsKeyId", encrypts),
    ("ModelKmsKeyArn", encrypts),
    ("kmsKeyArn", encrypts),
    ("encryptionKeyArn", encrypts),
    # roles beside that of the job
    ("ClusterRoleArn", passes("redshift")),
    ("ValidationRole", passes("sagemaker")),
    ("ServiceRole", passes("elasticmapreduce")),
    ("AutoScalingRole", passes("elasticmapreduce")),
    ("JobFlowRole", passes("ec2")),
    # other services, and what was registered before
    ("FunctionArn", has(may.INVOKE)),
    ("SqsQueueUrl", sends),
    ("SuccessTopic", has(may.NOTIFY)),
    ("ErrorTopic", has(may.NOTIFY)),
    ("FeatureStoreOutput.FeatureGroupName", has(may.FEATURES, "sagemaker", "feature-group")),
    ("AlgorithmName", has(may.ALGORITHM, "sagemaker", "algorithm")),
    ("ModelPackageName", has(may.PACKAGE, "sagemaker", "model-package")),
    ("ModelPackageArn", has(may.PACKAGE)),
    ("SourceModelPackageArn", has(may.PACKAGE)),
    ("QualityCheck.ModelPackageGroupName", baselines),
    ("ClarifyCheck.ModelPackageGroupName", baselines),
    ("ModelName", has(may.MODEL, "sagemaker", "model")),
    ("HubContentArn", has(may.HUB)),
    ("EnableRemoteDebug", switches(may.REMOTE)),
)

# Members of which no text is for whoever runs the step: names, and places told to others.
SILENT = (
    "SourceUri",
    "SourceType",
    "EndpointConfigName",
    "ErrorMessage",
    "BedrockCustomModel.ModelName",
)


def use_of(path: str) -> Use:
    """Return what is done with the member of a path, of which the first part is the step's type."""
    for ending in SILENT:
        if path.endswith(f".{ending}"):
            return nothing
    for ending, use in MEMBERS:
        if path.endswith(f".{ending}"):
            return use
    return mentions


def nothing(site: Site, value: Known) -> Iterator[Grant]:  # noqa: ARG001
    """Allow nothing, since nobody here does anything with the value."""
    yield from ()


Structure: TypeAlias = Callable[[Site, Knowledge, Mapping[str, Any]], Iterator[Grant]]


def _network(site: Site, knowledge: Knowledge, network: Mapping[str, Any]) -> Iterator[Grant]:
    for names, kind in ((SUBNETS, "subnet"), (SECURITY_GROUPS, "security-group")):
        for each in (each for name in names for each in _listed(network.get(name))):
            known = knowledge.of(each)
            named = known.text if known.is_whole else f"{known.text}*"
            yield Grant(permission=may.CONNECT, resource=site.arn("ec2", f"{kind}/{named}"))
    for permission in (may.CONNECT, may.ATTACH):
        yield Grant(permission=permission, resource=site.arn("ec2", "network-interface/*"))
    yield Grant(permission=may.LOOK_AT_NETWORK, resource=ANY)


def _athena(site: Site, knowledge: Knowledge, query: Mapping[str, Any]) -> Iterator[Grant]:
    group = _name(knowledge, query.get("WorkGroup", "primary"))
    database = _name(knowledge, query.get("Database"))
    yield Grant(permission=may.ATHENA, resource=site.arn("athena", f"workgroup/{group}"))
    for resource in ("catalog", f"database/{database}", f"table/{database}/*"):
        yield Grant(permission=may.CATALOGUE, resource=site.arn("glue", resource))


def _redshift(site: Site, knowledge: Knowledge, query: Mapping[str, Any]) -> Iterator[Grant]:
    cluster, user, database = (
        _name(knowledge, query.get(name)) for name in ("ClusterId", "DbUser", "Database")
    )
    for resource in (f"dbuser:{cluster}/{user}", f"dbname:{cluster}/{database}"):
        yield Grant(permission=may.REDSHIFT, resource=site.arn("redshift", resource))
    arn = site.arn("redshift", f"cluster:{cluster}")
    yield Grant(permission=may.REDSHIFT_DATA, resource=arn)
    yield Grant(permission=may.REDSHIFT_RESULTS, resource=ANY)


def _file_system(site: Site, knowledge: Knowledge, source: Mapping[str, Any]) -> Iterator[Grant]:
    if source.get("FileSystemType") == "FSxLustre":
        yield Grant(permission=may.FIND_FSX, resource=ANY)
        return
    name = _name(knowledge, source.get("FileSystemId"))
    arn = site.arn("elasticfilesystem", f"file-system/{name}")
    yield Grant(permission=may.MOUNT, resource=arn)


def mlflow(site: Site, knowledge: Knowledge, config: Mapping[str, Any]) -> Iterator[Grant]:
    """Allow to record in an MLflow app or tracking server."""
    arn = _name(knowledge, config.get("MlflowResourceArn"))
    if ":mlflow-app/" in arn:
        yield Grant(permission=may.MLFLOW_APP, resource=arn)
    else:
        server = arn if arn != ANY else site.arn("sagemaker", "mlflow-tracking-server/*")
        yield Grant(permission=may.MLFLOW_SERVER, resource=server)


SUBNETS = ("Subnets", "SubnetIds", "subnetIds")
SECURITY_GROUPS = ("SecurityGroupIds", "securityGroupIds")
# Members that ask for something as a whole -> what whoever runs the step does with them.
STRUCTURES: Mapping[str, Structure] = MappingProxyType(
    {
        "VpcConfig": _network,
        "networkConfiguration": _network,
        "AthenaDatasetDefinition": _athena,
        "RedshiftDatasetDefinition": _redshift,
        "FileSystemDataSource": _file_system,
        "MlflowConfig": mlflow,
    }
)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _name(knowledge: Knowledge, value: Any) -> str:
    known = knowledge.of(value)
    return known.text if known.is_whole else f"{known.text}*"
