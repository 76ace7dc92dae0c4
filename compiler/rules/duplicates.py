"""Names that stand twice in a list of a request whose items are told apart by them."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from compiler.diagnostics import codes
from compiler.diagnostics.codes import Code
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.document.node import MappingNode, ScalarNode, text_of
from compiler.rules.part import Part

# Owner -> member with the list -> member with the name, and what such an item is called.
NAMED: Mapping[str, Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "CreateTrainingJobRequest": {
            "InputDataConfig": ("ChannelName", "channel"),
            "DebugRuleConfigurations": ("RuleConfigurationName", "rule"),
            "ProfilerRuleConfigurations": ("RuleConfigurationName", "rule"),
        },
        "HyperParameterTrainingJobDefinition": {"InputDataConfig": ("ChannelName", "channel")},
        "CreateHyperParameterTuningJobRequest": {
            "TrainingJobDefinitions": ("DefinitionName", "definition"),
        },
        "AlgorithmSpecification": {"MetricDefinitions": ("Name", "metric")},
        "HyperParameterAlgorithmSpecification": {"MetricDefinitions": ("Name", "metric")},
        "ResourceConfig": {"InstanceGroups": ("InstanceGroupName", "instance group")},
        "CreateProcessingJobRequest": {"ProcessingInputs": ("InputName", "input")},
        "ProcessingOutputConfig": {"Outputs": ("OutputName", "output")},
        "CreateModelInput": {"Containers": ("ContainerHostname", "container")},
        "InferenceSpecification": {"Containers": ("ContainerHostname", "container")},
        "ContainerDefinition": {"AdditionalModelDataSources": ("ChannelName", "channel")},
        "CreateModelPackageInput": {
            "AdditionalInferenceSpecifications": ("Name", "inference specification"),
        },
        "LineageArguments": {
            "Actions": ("ActionName", "action"),
            "Artifacts": ("ArtifactName", "artifact"),
            "Contexts": ("ContextName", "context"),
        },
    }
)
# Together, the items of these lists have different names.
TOGETHER: Mapping[str, tuple[tuple[str, ...], str, str]] = MappingProxyType(
    {
        "ParameterRanges": (
            (
                "IntegerParameterRanges",
                "ContinuousParameterRanges",
                "CategoricalParameterRanges",
                "AutoParameters",
            ),
            "Name",
            "hyperparameter",
        ),
        "CreateEndpointConfigInput": (
            ("ProductionVariants", "ShadowProductionVariants"),
            "VariantName",
            "variant",
        ),
    }
)
# What E312 has always been about; other names have a code of their own.
OF_INPUTS_AND_OUTPUTS = frozenset({"channel", "input", "output"})


def check_duplicates(part: Part) -> Iterator[Diagnostic]:
    """Find two items of one name."""
    for member, (key, noun) in NAMED.get(part.kind, {}).items():
        yield from _check(part, part.rows(member), key, noun)
    if part.kind in TOGETHER:
        members, key, noun = TOGETHER[part.kind]
        rows = [row for member in members for row in part.rows(member)]
        yield from _check(part, rows, key, noun)
    if "Tags" in part.shape.members:
        yield from _check(part, part.rows("Tags"), "Key", "tag")


def check_reserved_tag(part: Part) -> Iterator[Diagnostic]:
    """Find a tag that only AWS itself may give."""
    key = part.text("Key")
    if key is not None and key.lower().startswith("aws:"):
        yield Diagnostic(
            code=codes.RESERVED_TAG,
            message=f"`{key}` is a tag of AWS itself, as are all that begin with `aws:`",
            span=part.span("Key"),
        )


def check_channels_of_automl(part: Part) -> Iterator[Diagnostic]:
    """Find two channels for training, or two for validation."""
    seen = set()
    for row in part.rows("InputDataConfig"):
        node = row.get("ChannelType")
        kind = text_of(node) if node is not None else "training"
        if kind is not None and kind in seen:
            yield Diagnostic(
                code=codes.DUPLICATE_CHANNEL,
                message=f"there are two channels for {kind}",
                span=node.span if node is not None else row.span,
            )
        seen.add(kind)


def _check(part: Part, rows: Iterable[MappingNode], key: str, noun: str) -> Iterator[Diagnostic]:
    seen: dict[str, ScalarNode] = {}
    for row in rows:
        node = row.get(key)
        name = text_of(node)
        if name is None or not isinstance(node, ScalarNode):
            continue
        if node.span == part.step.spec.span:
            continue  # the code of the step itself, of which its type speaks
        if name in seen:
            first = Related(span=seen[name].span, message="first here")
            yield Diagnostic(
                code=_code(noun),
                message=f"there are two of the {noun} `{name}`",
                span=node.span,
                hint="give one of them another name",
                related=(first,),
            )
        seen.setdefault(name, node)


def _code(noun: str) -> Code:
    return codes.DUPLICATE_CHANNEL if noun in OF_INPUTS_AND_OUTPUTS else codes.DUPLICATE_NAME
