"""Two versions of a pipeline side by side, without AWS: what changes, and which steps run again."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from compiler.deploy.caching import StepCache, cache_impact
from compiler.deploy.changes import Change, changes
from compiler.deploy.deployment import Deployment
from compiler.deploy.lines import cache_lines, change_lines, counts, misses
from compiler.deploy.markdown import MARK_OF_DIFF, cache_paragraphs, change_rows, code, comment
from compiler.diagnostics.render import json_text, printable

VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """How a pipeline changes from one version to another; `before` says which is the first."""

    name: str
    before: str
    changes: tuple[Change, ...]
    cache: tuple[StepCache, ...]

    @property
    def summary(self) -> str:
        """How much it is, in words."""
        said = [*counts(self.changes), *misses(self.cache)]
        return ", ".join(said) if said else "no changes"


def compare(name: str, before: str, old: Deployment | None, new: Deployment | None) -> Comparison:
    """Compare two versions; None is a version in which there is no such pipeline."""
    if new is None:
        gone = Change(kind="pipeline", name=name, verb="remove", label="pipeline")
        return Comparison(name=name, before=before, changes=(gone,), cache=())
    return Comparison(
        name=name,
        before=before,
        changes=tuple(changes(old, new, name)),
        cache=cache_impact(old.definition, new.definition) if old is not None else (),
    )


def comparisons_text(found: Iterable[Comparison]) -> str:
    """Return comparisons as text."""
    return "\n\n".join("\n".join(map(printable, _lines(each))) for each in found) + "\n"


def _lines(each: Comparison) -> Iterator[str]:
    yield f"{each.name} beside {each.before}: {each.summary}"
    for change in each.changes:
        yield from change_lines(change)
    yield from cache_lines(each.cache, is_changed=bool(each.changes))


def comparisons_markdown(found: Iterable[Comparison]) -> str:
    """Return comparisons as the comment of a pull request."""
    return comment("pipec diff", MARK_OF_DIFF, map(_paragraphs, found))


def _paragraphs(each: Comparison) -> Iterator[str]:
    yield f"### {code(each.name)} beside {code(each.before)}: {each.summary}"
    yield ""
    if each.changes:
        yield from change_rows(each.changes)
    yield from cache_paragraphs(each.cache, is_changed=bool(each.changes))


def comparisons_json(found: Iterable[Comparison]) -> str:
    """Return comparisons as JSON."""
    pipelines = [
        {
            "pipeline": each.name,
            "before": each.before,
            "changes": [change.as_json() for change in each.changes],
            "cache": [step.as_json() for step in each.cache],
        }
        for each in found
    ]
    content = {"version": VERSION, "pipelines": pipelines}
    return json_text(content)
