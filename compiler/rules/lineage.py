"""What must go together in the entities and associations that a lineage step records."""

from collections.abc import Iterator

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic, did_you_mean, listing
from compiler.document.node import MappingNode, text_of
from compiler.rules.part import Part

MOST = {"Actions": 5, "Artifacts": 5, "Contexts": 5, "Associations": 10}
ENTITIES = (
    ("Actions", "ActionName", "Action"),
    ("Artifacts", "ArtifactName", "Artifact"),
    ("Contexts", "ContextName", "Context"),
)


def check_counts(part: Part) -> Iterator[Diagnostic]:
    """Find more entities or associations than a step takes, or none at all."""
    for member, most in MOST.items():
        rows = part.rows(member)
        if len(rows) > most:
            yield Diagnostic(
                code=codes.MEMBER_LENGTH,
                message=f"{part.word(member)} has {len(rows)} items, expected at most {most}",
                span=rows[most].span,
            )
    if not any(member in part.node.members for member in MOST) and not part.node.members:
        yield Diagnostic(
            code=codes.MISSING_MEMBER,
            message=f"a lineage step needs one of {listing(MOST)}",
            span=part.place,
        )


def check_ends(part: Part) -> Iterator[Diagnostic]:
    """Find associations of entities that the step does not record."""
    known: dict[str, set[str]] = {}
    unknown: set[str] = set()
    for member, key, kind in ENTITIES:
        for row in part.rows(member):
            name = text_of(row.get(key))
            if name is None and key in row.members:
                unknown.add(kind)  # named when the pipeline runs
            if name is not None:
                known.setdefault(name, set()).add(kind)
    for row in part.rows("Associations"):
        for side in ("Source", "Destination"):
            end = row.get(side)
            if isinstance(end, MappingNode):
                said = text_of(end.get("Type"))
                if not unknown or (said is not None and said not in unknown):
                    yield from _check_end(end, said, known)


def _check_end(
    end: MappingNode, kind: str | None, known: dict[str, set[str]]
) -> Iterator[Diagnostic]:
    name = text_of(end.get("Name"))
    if name is None:
        return
    if name not in known:
        yield Diagnostic(
            code=codes.LINEAGE_ENTITY,
            message=f"`{name}` is no entity of this step",
            span=end.members["Name"].span,
            hint=did_you_mean(name, known) or "name an entity of another step by its ARN",
        )
    elif kind is not None and kind not in known[name]:
        kinds = " or ".join(f"`{each}`" for each in sorted(known[name]))
        yield Diagnostic(
            code=codes.LINEAGE_ENTITY,
            message=f"`{name}` is of the type {kinds}, not `{kind}`",
            span=end.members["Name"].span,
        )
