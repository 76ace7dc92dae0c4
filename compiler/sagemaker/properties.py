"""Property paths such as `ModelArtifacts.S3ModelArtifacts`, typed by the shape of Describe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from compiler.expressions.syntax import Segment
from compiler.expressions.types import (
    ANY,
    BOOLEAN,
    FLOAT,
    INTEGER,
    LIST,
    MAP,
    STRING,
    STRUCTURE,
    TIMESTAMP,
    Type,
)
from compiler.sagemaker.api import Shape, shape

TYPES = {
    "string": STRING,
    "integer": INTEGER,
    "long": INTEGER,
    "float": FLOAT,
    "double": FLOAT,
    "boolean": BOOLEAN,
    "timestamp": TIMESTAMP,
    "structure": STRUCTURE,
    "list": LIST,
    "map": MAP,
}

# Lists whose items may be chosen by name, `Outputs['train']`: list -> the member with the name.
NAMED_LISTS: Mapping[str, str] = MappingProxyType(
    {
        "AdditionalInferenceSpecifications": "Name",
        "CollectionConfigurations": "CollectionName",
        "OutputParameters": "OutputName",
        "DebugRuleConfigurations": "RuleConfigurationName",
        "DebugRuleEvaluationStatuses": "RuleConfigurationName",
        "FinalMetricDataList": "MetricName",
        "InputDataConfig": "ChannelName",
        "InstanceGroups": "InstanceGroupName",
        "MetricDefinitions": "Name",
        "Outputs": "OutputName",
        "ProcessingInputs": "InputName",
        "ProfilerRuleConfigurations": "RuleConfigurationName",
        "ProfilerRuleEvaluationStatuses": "RuleConfigurationName",
        "ValidationProfiles": "ProfileName",
    }
)


MOST_ITEMS = 10_000  # more than any list of the API holds


@dataclass(eq=False)
class PropertyPathError(Exception):
    """The segment of a path that leads nowhere, and the names that would lead on."""

    segment: Segment
    message: str
    known: tuple[str, ...] = ()


def scalar_type(kind: str) -> Type:
    """Return the expression type of a shape's kind."""
    return TYPES.get(kind, ANY)


def property_type(describe_shape: str, segments: Sequence[Segment]) -> Type:
    """Return the type of a path below a Describe shape; raises PropertyPathError."""
    return scalar_type(property_shape(describe_shape, segments).kind)


def property_shape(describe_shape: str, segments: Sequence[Segment]) -> Shape:
    """Return the shape at a path below a Describe shape; raises PropertyPathError."""
    here, member = shape(describe_shape), ""
    for segment in segments:
        here, member = _step(here, member, segment), str(segment.value)
    return here


def _step(here: Shape, member: str, segment: Segment) -> Shape:  # noqa: C901 - a case per kind
    name = str(segment.value)
    if here.kind == "any":
        return here
    if here.kind == "structure":
        if not isinstance(segment.value, str):
            raise PropertyPathError(segment, f"`{here.name}` has names, not positions")
        if name not in here.members:
            raise PropertyPathError(
                segment, f"`{here.name}` has no member `{name}`", tuple(here.members)
            )
        if not segment.dotted:
            raise PropertyPathError(segment, f"`{here.name}` has members: write `.{name}`")
        return here.member(name)
    if here.kind == "list":
        named = NAMED_LISTS.get(member) in here.element().members
        if segment.dotted or (isinstance(segment.value, str) and not named):
            raise PropertyPathError(segment, f"`{here.name}` is a list: choose an item by `[0]`")
        if isinstance(segment.value, int) and segment.value > MOST_ITEMS:
            raise PropertyPathError(segment, f"`{here.name}` never has so many items")
        return here.element()
    if here.kind == "map":
        if segment.dotted or isinstance(segment.value, int):
            raise PropertyPathError(
                segment, f"`{here.name}` is a map: choose an entry by `['key']`"
            )
        return here.element()
    raise PropertyPathError(segment, f"a {here.kind} has no `{name}`")


def written(segments: Sequence[Segment]) -> str:
    """Return a path in SageMaker's spelling."""
    text = ""
    for segment in segments:
        if isinstance(segment.value, int):
            text += f"[{segment.value}]"
        elif segment.dotted:
            text += f".{segment.value}"
        else:
            text += f"['{segment.value}']"
    return text.lstrip(".")
