"""A spec as text on its way: what it compiles to, and how far that is from what is deployed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from compiler.code.project import Project
from compiler.compile import CompiledPipeline, compile_source
from compiler.definition import Json
from compiler.deploy.changes import Change, changes
from compiler.deploy.deployment import Deployment, wanted
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.span import SourceFile

Member = tuple[str, str, str]
WHOLE = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Workshop:
    """What a text is compiled with, and what it is to become."""

    source: str
    project: Project
    target: str | None
    environment: Mapping[str, str]
    deployed: Deployment


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A text that compiles, and how what it says differs from what is deployed."""

    text: str
    pipeline: CompiledPipeline
    wanted: Deployment
    changes: tuple[Change, ...]

    @property
    def members(self) -> dict[Member, int]:
        """What differs, and how many values in it do; a whole thing has the path WHOLE."""
        found: dict[Member, int] = {}
        for change in self.changes:
            if change.verb == "change":
                for each in change.differences:
                    size = distance(each.old, each.new)
                    found[change.kind, change.name, each.path] = size
            else:
                found[change.kind, change.name, WHOLE] = 1 + self._size(change)
        return found

    @property
    def distance(self) -> int:
        """How many values differ."""
        return sum(self.members.values())

    def _size(self, change: Change) -> int:
        """Return more than any change within a thing counts, so that being there is progress."""
        return 100_000 if change.kind in ("step", "parameter", "schedule", "trigger") else 1


def draft_of(text: str, workshop: Workshop) -> tuple[Draft | None, list[Diagnostic]]:
    """Return the draft of a text and its errors; one with errors is none."""
    compilation = compile_source(
        SourceFile(workshop.source, text),
        workshop.project,
        target=workshop.target,
        environment=workshop.environment,
    )
    pipeline = compilation.pipeline
    if pipeline is None:
        return None, [each for each in compilation.diagnostics if each.is_error]
    want = wanted(pipeline)
    found = tuple(changes(want, workshop.deployed, pipeline.name))
    return Draft(text=text, pipeline=pipeline, wanted=want, changes=found), []


def is_progress(before: Draft, after: Draft) -> bool:
    """Return whether less differs, and nothing that did not before."""
    had, has = before.members, after.members
    return sum(has.values()) < sum(had.values()) and all(_is_known(each, had) for each in has)


def _is_known(member: Member, had: Mapping[Member, int]) -> bool:
    kind, name, path = member
    return any(
        (kind, name) == (other_kind, other_name) and (_holds(other, path) or _holds(path, other))
        for other_kind, other_name, other in had
    )


def _holds(outer: str, inner: str) -> bool:
    return outer in (WHOLE, inner) or inner.startswith((f"{outer}.", f"{outer}["))


def distance(old: Json, new: Json) -> int:
    """Return how many single values two values do not share."""
    ours, theirs = list(_leaves(old)), list(_leaves(new))
    for each in ours:
        if each in theirs:
            theirs.remove(each)
    return max(1, len(theirs) + sum(1 for each in ours if each not in list(_leaves(new))))


def _leaves(value: Any, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    match value:
        case dict():
            for name, each in value.items():
                yield from _leaves(each, (*path, name))
        case list():
            # An item counts wherever it stands.
            for each in value:
                yield from _leaves(each, (*path, "[]"))
        case None:
            pass
        case _:
            yield (*path, type(value).__name__, value)
