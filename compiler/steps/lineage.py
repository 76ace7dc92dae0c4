"""The lineage step: what came of what, recorded in SageMaker's lineage."""

from typing import Annotated, Any, ClassVar

from compiler.diagnostics.span import Span
from compiler.document.node import MappingNode
from compiler.expressions.types import STRING
from compiler.spec.declared import declared
from compiler.spec.fields import AnyScalar, Choice, Doc, Length, Needed, Table, Text
from compiler.spec.step import Overlay, StepSpec
from compiler.steps.codecs import NOTHING, TEXT_MAP, Codec
from compiler.steps.members import Entry, Group, Items, Member, Rows
from compiler.steps.request import RequestValue
from compiler.steps.step_type import Output, StepType

EDGES = ("ContributedTo", "AssociatedWith", "DerivedFrom", "Produced", "SameAs")


@declared
class LineageSourceSpec:
    """Where the thing lies that an entity stands for."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[Text, Doc("URI of the thing.")]
    type: Annotated[Text | None, Doc("What kind of URI it is.")] = None


@declared
class SourceIdSpec:
    """Another name of the thing that an artifact stands for."""

    span: Span
    type: Annotated[
        Text, Choice(("MD5Hash", "S3ETag", "S3Version", "Custom")), Doc("Kind of the name.")
    ]
    value: Annotated[Text, Doc("The name.")]


@declared
class ArtifactSourceSpec:
    """Where the thing lies that an artifact stands for."""

    SHORTHAND: ClassVar[str] = "uri"

    span: Span
    uri: Annotated[Text, Doc("URI of the thing.")]
    ids: Annotated[tuple[SourceIdSpec, ...], Length(1, 10), Doc("Other names of it.")] = ()


@declared
class ActionSpec:
    """Something that was done."""

    span: Span
    name: Annotated[Text | None, Doc("Its name, if that is a reference.")] = None
    type: Annotated[Text | None, Needed(), Doc("What kind of action it is.")] = None
    source: Annotated[LineageSourceSpec | None, Needed(), Doc("What it is about.")] = None
    description: Annotated[Text | None, Doc("What was done.")] = None
    status: Annotated[
        Text | None,
        Choice(("Unknown", "InProgress", "Completed", "Failed", "Stopping", "Stopped")),
        Doc("How far it got."),
    ] = None
    properties: Annotated[Table[AnyScalar], Length(maximum=30), Doc("Metadata of your own.")]
    request: Annotated[
        MappingNode | None, Doc("Members of CreateActionRequest, laid over the fields.")
    ] = None


@declared
class ArtifactSpec:
    """A thing that was used or made."""

    span: Span
    name: Annotated[Text | None, Doc("Its name, if that is a reference.")] = None
    type: Annotated[Text | None, Needed(), Doc("What kind of artifact it is.")] = None
    source: Annotated[ArtifactSourceSpec | None, Needed(), Doc("Where it lies.")] = None
    properties: Annotated[Table[AnyScalar], Length(maximum=30), Doc("Metadata of your own.")]
    request: Annotated[
        MappingNode | None, Doc("Members of CreateArtifactRequest, laid over the fields.")
    ] = None


@declared
class ContextSpec:
    """What artifacts and actions belong to."""

    span: Span
    name: Annotated[Text | None, Doc("Its name, if that is a reference.")] = None
    type: Annotated[Text | None, Needed(), Doc("What kind of context it is.")] = None
    source: Annotated[LineageSourceSpec | None, Needed(), Doc("What it is about.")] = None
    description: Annotated[Text | None, Doc("What it is for.")] = None
    properties: Annotated[Table[AnyScalar], Length(maximum=30), Doc("Metadata of your own.")]
    request: Annotated[
        MappingNode | None, Doc("Members of CreateContextRequest, laid over the fields.")
    ] = None


@declared
class EntitySpec:
    """One end of an association: an entity by its ARN, or one of this step by its name."""

    SHORTHAND: ClassVar[str] = "arn"

    span: Span
    arn: Annotated[
        Text | None, Needed(("action", "artifact", "context")), Doc("ARN of any entity.")
    ] = None
    action: Annotated[Text | None, Doc("Name of an action of this step.")] = None
    artifact: Annotated[Text | None, Doc("Name of an artifact of this step.")] = None
    context: Annotated[Text | None, Doc("Name of a context of this step.")] = None


@declared
class AssociationSpec:
    """How two entities belong together."""

    span: Span
    source: Annotated[EntitySpec, Doc("Where the arrow begins.")]
    destination: Annotated[EntitySpec, Doc("Where the arrow ends.")]
    type: Annotated[Text | None, Choice(EDGES), Doc("What the arrow says.")] = None


@declared
class LineageSpec(StepSpec):
    """Record where things came from."""

    actions: Annotated[Table[ActionSpec], Doc("What was done, by name.")]
    artifacts: Annotated[Table[ArtifactSpec], Doc("What was used and made, by name.")]
    contexts: Annotated[Table[ContextSpec], Doc("What the others belong to, by name.")]
    associations: Annotated[tuple[AssociationSpec, ...], Doc("How they belong together.")] = ()
    request: Overlay | None = None


KINDS = {"action": "Action", "artifact": "Artifact", "context": "Context"}


def _lower_entity(spec: EntitySpec) -> RequestValue:
    named = {kind: getattr(spec, field) for field, kind in KINDS.items()}
    for kind, name in named.items():
        if name is not None:
            return {"Name": name, "Type": kind}
    return {"Arn": spec.arn}


def _lift_entity(value: Any) -> tuple[Any, Any]:
    fields = {kind: field for field, kind in KINDS.items()}
    match value:
        case {"Arn": str() as arn, **rest} if not rest:
            return arn, NOTHING
        case {"Name": str() as name, "Type": str() as kind, **rest} if kind in fields and not rest:
            return {fields[kind]: name}, NOTHING
    return NOTHING, value


ENTITY = Codec(_lower_entity, _lift_entity)
SOURCE = Group(
    "source",
    "Source",
    (Member("uri", "SourceUri"), Member("type", "SourceType")),
    required=("uri",),
    shorthand="uri",
)
ARTIFACT_SOURCE = Group(
    "source",
    "Source",
    (
        Member("uri", "SourceUri"),
        Rows("ids", "SourceTypes", (Member("type", "SourceIdType"), Member("value", "Value"))),
    ),
    required=("uri",),
    shorthand="uri",
)


def _entities(field: str, kind: str, *members: Entry) -> Items:
    common = (Member("name", f"{kind}Name"), Member("type", f"{kind}Type"))
    properties = Member("properties", "Properties", TEXT_MAP)
    return Items(
        field, field.capitalize(), f"{kind}Name", (*common, *members, properties), named=True
    )


MEMBERS = (
    _entities(
        "actions",
        "Action",
        SOURCE,
        Member("description", "Description"),
        Member("status", "Status"),
    ),
    _entities("artifacts", "Artifact", ARTIFACT_SOURCE),
    _entities("contexts", "Context", SOURCE, Member("description", "Description")),
    Rows(
        "associations",
        "Associations",
        (
            Member("source", "Source", ENTITY),
            Member("destination", "Destination", ENTITY),
            Member("type", "AssociationType"),
        ),
    ),
)


def named_outputs(spec: LineageSpec) -> dict[str, Output]:
    """Return what `steps.S.outputs.<name>` stands for: the ARN of an entity."""
    return {
        name: Output(STRING, f"{kind}Arns['{name}']")
        for kind, table in (
            ("Context", spec.contexts),
            ("Artifact", spec.artifacts),
            ("Action", spec.actions),
        )
        for name, entity in table
        if entity.name is None
    }


LINEAGE = StepType(
    name="lineage",
    sagemaker_type="Lineage",
    spec=LineageSpec,
    members=MEMBERS,
    request_shape="pipeline:LineageArguments",
    describe_shape="pipeline:LineageProperties",
    named_outputs=named_outputs,
)
