"""What a spec that has been written compiles to, and which of its steps have mistakes."""

from bisect import bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from compiler.code.project import Project
from compiler.compile import compile_document
from compiler.definition import Json
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode, mapping_of
from compiler.document.read import read_document

SPELLINGS = (codes.INVALID_VALUE, codes.INVALID_NAME, codes.MISSING_FIELD)
# An imported spec has no code, so nothing is looked for there.
NO_PROJECT = Project(Path("/nonexistent"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Compiled:
    """A definition, the number of errors, and the steps that have one, all if it is outside.

    `are_spellings` tells whether the errors speak of nothing but how a text in a short field looks,
    or of one that is left out.
    """

    definition: Mapping[str, Json]
    mistakes: int
    mistaken: frozenset[str]
    are_spellings: bool


def compiled(text: str, name: str) -> Compiled:
    """Return what a spec compiles to."""
    diagnostics = Diagnostics()
    document = read_document(SourceFile(f"{name}.yaml", text), diagnostics)
    steps = mapping_of(document.root.get("steps")) if document is not None else None
    pipeline = None
    if document is not None:
        pipeline = compile_document(
            document, NO_PROJECT, target=None, environment={}, diagnostics=diagnostics
        )
    errors = [diagnostic for diagnostic in diagnostics if diagnostic.is_error]
    return Compiled(
        definition=pipeline.definition if pipeline is not None else {},
        mistakes=max(len(errors), pipeline is None),
        mistaken=_steps_at({error.span.line for error in errors}, steps),
        are_spellings=all(error.code in SPELLINGS for error in errors),
    )


def _steps_at(places: Collection[int], steps: MappingNode | None) -> frozenset[str]:
    """Return the steps that hold these lines; all steps, if a line is above them."""
    if steps is None or not steps.members:
        return frozenset()
    names = sorted(steps.members, key=lambda name: steps.key_span(name).line)
    lines = [steps.key_span(name).line for name in names]
    if any(place < lines[0] for place in places):
        return frozenset(names)
    return frozenset(names[bisect_right(lines, place) - 1] for place in places)
