"""Members of which one must stand in a request, or of which only one may."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, Related, listing
from compiler.rules.part import Part


@dataclass(frozen=True, slots=True)
class Choice:
    """Members that exclude each other; one of them must stand there if it `is_needed`.

    It does not hold where any of the members in `unless` stands.
    """

    members: tuple[str, ...]
    is_needed: bool = True
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """A member that must stand there, unless any of the others does; `fields` write it or them."""

    member: str
    unless: tuple[str, ...] = ()
    fields: str | None = None


SERVERLESS = ("ServerlessJobConfig",)
MACHINES = ("InstanceGroups", "InstancePlacementConfig", "InstancePreferences")
VARIANT_MACHINES = ("ServerlessConfig", "InstancePools")

CHOICES: Mapping[str, tuple[Choice, ...]] = MappingProxyType(
    {
        "AlgorithmSpecification": (Choice(("TrainingImage", "AlgorithmName")),),
        "HyperParameterAlgorithmSpecification": (Choice(("TrainingImage", "AlgorithmName")),),
        "DataSource": (Choice(("S3DataSource", "FileSystemDataSource", "DatasetSource")),),
        "ResourceConfig": (
            Choice(("InstanceGroups", "InstanceType"), is_needed=False),
            Choice(("InstanceGroups", "InstanceCount"), is_needed=False),
        ),
        "HyperParameterTuningResourceConfig": (
            Choice(("InstanceType", "InstanceConfigs")),
            Choice(("InstanceCount", "InstanceConfigs")),
        ),
        "HyperParameterTrainingJobDefinition": (
            Choice(("ResourceConfig", "HyperParameterTuningResourceConfig")),
        ),
        "CreateHyperParameterTuningJobRequest": (
            Choice(("TrainingJobDefinition", "TrainingJobDefinitions")),
        ),
        "ProcessingInput": (Choice(("S3Input", "DatasetDefinition")),),
        "ProcessingOutput": (Choice(("S3Output", "FeatureStoreOutput")),),
        "DatasetDefinition": (Choice(("AthenaDatasetDefinition", "RedshiftDatasetDefinition")),),
        "CreateModelInput": (Choice(("PrimaryContainer", "Containers")),),
        "ContainerDefinition": (
            Choice(("ModelDataUrl", "ModelDataSource"), is_needed=False),
            Choice(("Image", "ModelPackageName")),
        ),
        "ModelPackageContainerDefinition": (
            Choice(("ModelDataUrl", "ModelDataSource"), is_needed=False),
        ),
        "CreateModelPackageInput": (
            Choice(("InferenceSpecification", "SourceAlgorithmSpecification"), is_needed=False),
        ),
        "ProductionVariant": (
            Choice(("ServerlessConfig", "InstanceType"), is_needed=False),
            Choice(("ServerlessConfig", "InitialInstanceCount"), is_needed=False),
            Choice(("ServerlessConfig", "ManagedInstanceScaling"), is_needed=False),
            Choice(("InstancePools", "InstanceType"), is_needed=False),
        ),
        "CreateInferenceComponentInput": (Choice(("Specification", "Specifications")),),
        "InferenceComponentSpecification": (
            Choice(("ModelName", "Container"), unless=("BaseInferenceComponentName",)),
        ),
        "EmrArguments": (Choice(("ClusterId", "ClusterConfig")),),
        "EmrInstances": (Choice(("InstanceGroups", "InstanceFleets")),),
        "EmrServerlessArguments": (Choice(("ApplicationId", "ApplicationConfig")),),
        "LineageEntity": (Choice(("Arn", "Name")), Choice(("Arn", "Type"), is_needed=False)),
    }
)
NEEDS: Mapping[str, tuple[Need, ...]] = MappingProxyType(
    {
        # Botocore leaves these out since there are jobs without machines of one's own.
        "CreateTrainingJobRequest": (
            Need("AlgorithmSpecification", SERVERLESS),
            Need("ResourceConfig", SERVERLESS),
        ),
        "ResourceConfig": (
            Need("InstanceType", MACHINES, "`instance`"),
            Need("InstanceCount", MACHINES),
        ),
        "CreateModelPackageInput": (
            Need("ModelPackageGroupName", ("ModelPackageName",), "`group`"),
        ),
        "ProcessingInput": (Need("S3Input.LocalPath", ("DatasetDefinition", "AppManaged")),),
        "ProcessingOutput": (Need("S3Output.LocalPath", ("FeatureStoreOutput", "AppManaged")),),
        "ProductionVariant": (
            Need("InstanceType", VARIANT_MACHINES, "`instance` or `serverless`"),
            Need("InitialInstanceCount", (*VARIANT_MACHINES, "ManagedInstanceScaling")),
        ),
        "LineageEntity": (Need("Type", ("Arn",)),),
    }
)


def check_choices(part: Part) -> Iterator[Diagnostic]:
    """Find members that exclude each other, and places where none of several stands."""
    choices = CHOICES.get(part.kind, ())
    if part.shape.model.get("union"):
        choices = (Choice(tuple(part.shape.members)),)
    for choice in choices:
        if any(part.has(other) for other in choice.unless):
            continue
        given = [member for member in choice.members if part.has(member)]
        if not given and choice.is_needed and not _is_misspelt(part):
            yield Diagnostic(
                code=codes.MISSING_MEMBER,
                message=f"`{part.shape.name}` needs one of {listing(choice.members)}",
                span=part.place,
            )
        # What fields make has the place of the step, so the other one is pointed at.
        given.sort(key=lambda member: part.span(member) != part.step.spec.span)
        for other in given[1:]:
            first = part.word(given[0])
            yield Diagnostic(
                code=codes.CONFLICTING_MEMBERS,
                message=f"{part.word(other)} can't stand beside {first}",
                span=part.span(other),
                hint="take one of them out",
                related=(Related(span=part.span(given[0]), message=f"{first} stands here"),),
            )


def check_needs(part: Part) -> Iterator[Diagnostic]:
    """Find members that are missing though the API's model does not ask for them."""
    for need in NEEDS.get(part.kind, ()):
        owner, _, member = need.member.rpartition(".")
        is_given = part.get(need.member) is not None or any(map(part.has, need.unless))
        if is_given or (owner and not part.has(owner)) or _is_misspelt(part):
            continue
        yield Diagnostic(
            code=codes.MISSING_MEMBER,
            message=f"`{owner or part.shape.name}` needs the member `{member}`",
            span=part.span(owner) if owner else part.place,
            hint=f"set {need.fields}" if need.fields is not None else None,
        )


def _is_misspelt(part: Part) -> bool:
    """Return whether a member is unknown, which is reported and may be the one that is missing."""
    return any(name not in part.shape.members for name in part.node.members)
