"""What AWS answers of a pipeline: its definition as text, and what the pipeline has beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode, Node, ScalarNode, plain, text_of
from compiler.importer.read_json import read_json
from compiler.steps.members import Json

DEFINITION = "PipelineDefinition"
NAME = "PipelineName"
FIELDS = {"PipelineDescription": "description", "RoleArn": "role"}
PARALLELISM = ("ParallelismConfiguration", "MaxParallelExecutionSteps", "parallelism")

# What is read here of an answer.
MEMBERS = (DEFINITION, NAME, *FIELDS, PARALLELISM[0])


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """A definition, and of an answer with one in it the name and the fields of the pipeline."""

    definition: Node
    name: str | None = None
    fields: Mapping[str, Json] = field(default_factory=dict)


def read_described(source: SourceFile, diagnostics: Diagnostics) -> Described | None:
    """Return the definition in a JSON text, which it is or which holds it; None after a report.

    A definition that stands there as text is a source of its own, in which its parts have places.
    """
    root = read_json(source, diagnostics)
    if not isinstance(root, MappingNode) or DEFINITION not in root.members:
        return Described(definition=root) if root is not None else None
    definition: Node | None = root.members[DEFINITION]
    if isinstance(definition, ScalarNode) and isinstance(definition.value, str):
        inner = SourceFile(f"{source.name}#{DEFINITION}", definition.value)
        definition = read_json(inner, diagnostics)
    if definition is None:
        return None
    return Described(definition=definition, name=text_of(root.get(NAME)), fields=_fields(root))


def _fields(answer: MappingNode) -> dict[str, Json]:
    found = {
        name: plain(answer.members[member]) for member, name in FIELDS.items() if answer.get(member)
    }
    outer, inner, name = PARALLELISM
    configuration = answer.get(outer)
    if isinstance(configuration, MappingNode) and inner in configuration.members:
        found[name] = plain(configuration.members[inner])
    return {name: value for name, value in found.items() if value not in (None, "")}
