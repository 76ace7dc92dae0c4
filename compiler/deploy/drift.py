"""What was changed in AWS behind our back: since the last upsert, and not to what the spec says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from compiler.deploy.changes import Change, changes
from compiler.deploy.deployment import Deployment
from compiler.deploy.lines import change_lines
from compiler.deploy.world import World
from compiler.diagnostics.render import json_text, printable

VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """What is deployed otherwise than it was left.

    `recorded` is when it was, empty if nothing was recorded: then the spec stands for the record.
    `lost` are objects in S3 that the pipeline needs and that are not there any more.
    """

    name: str
    source: str
    recorded: str
    is_deployed: bool
    changes: tuple[Change, ...]
    lost: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether all is as it was left."""
        return not (self.changes or self.lost)


def find_drift(world: World, source: str) -> Drift:
    """Return what has drifted of a pipeline; without a record the spec stands for it."""
    deployed = world.deployed.pipeline
    record = world.record
    has_record = record is not None and record.deployment is not None
    found = overwritten(world)
    if deployed is not None and not has_record:
        found = tuple(drift(world.wanted, deployed, world.wanted, world.name))
    return Drift(
        name=world.name,
        source=source,
        recorded=record.at if record is not None and has_record else "",
        is_deployed=deployed is not None,
        changes=found,
        lost=_lost(world) if has_record else (),
    )


def _lost(world: World) -> tuple[str, ...]:
    """Return what is gone from S3; of another version than the recorded one nothing is known."""
    recorded = world.record.deployment if world.record is not None else None
    if recorded is None or recorded.sha256 != world.wanted.sha256:
        return ()
    return tuple(each.place.uri for each in world.uploads)


def overwritten(world: World) -> tuple[Change, ...]:
    """Return what was changed in AWS since the last upsert, and the next one takes back."""
    recorded = world.record.deployment if world.record is not None else None
    if recorded is None:
        return ()
    if world.deployed.pipeline is None:
        return (Change(kind="pipeline", name=world.name, verb="remove", label="pipeline"),)
    return tuple(drift(recorded, world.deployed.deployment, world.wanted, world.name))


def drift(
    recorded: Deployment, deployed: Deployment, wanted: Deployment, pipeline: str
) -> Iterator[Change]:
    """Yield what is deployed otherwise than it was recorded, and is not what is wanted either.

    What is as it is wanted has no need to be told: the last upsert was cut short, or someone else
    has made the very same change.
    """
    unwanted = {(each.kind, each.name): each for each in changes(wanted, deployed, pipeline)}
    for change in changes(recorded, deployed, pipeline):
        other = unwanted.get((change.kind, change.name))
        if other is None:
            continue
        if change.verb != "change":
            yield change
            continue
        paths = [each.path for each in other.differences]
        kept = tuple(
            each for each in change.differences if any(_overlap(each.path, path) for path in paths)
        )
        # A thing that the spec no longer has, or has in another form, is told as a whole.
        if kept or other.verb != "change":
            yield replace(change, differences=kept or change.differences)


def _overlap(one: str, other: str) -> bool:
    """Return whether two members are the same, or one is in the other."""
    inner, outer = max(one, other, key=len), min(one, other, key=len)
    return inner.startswith(outer) and inner[len(outer) : len(outer) + 1] in ("", ".", "[")


def drift_text(found: Drift) -> str:
    """Return what has drifted, as text."""
    return "\n".join(map(printable, _lines(found))) + "\n"


def _lines(found: Drift) -> Iterator[str]:
    since = f"since the upsert of {found.recorded}" if found.recorded else "beside the spec"
    if not found.is_deployed:
        said = "is no longer there" if found.changes else "is not deployed"
        yield f"{found.name}: {said}"
        return
    if found.is_none:
        yield f"{found.name}: nothing was changed {since}"
        return
    yield f"{found.name}: changed in AWS {since}"
    for uri in found.lost:
        yield f"  - {uri}"
    for change in found.changes:
        yield from change_lines(change)
    way = f"take it over with `pipec import --into {found.source}`, or " if found.changes else ""
    yield f"{way}take it back with `pipec upsert {found.source}`"


def drifts_json(found: Iterable[Drift]) -> str:
    """Return what has drifted, as JSON."""
    pipelines = [
        {
            "pipeline": each.name,
            "source": each.source,
            "recorded": each.recorded or None,
            "is_deployed": each.is_deployed,
            "changes": [change.as_json() for change in each.changes],
            "lost": list(each.lost),
        }
        for each in found
    ]
    content = {"version": VERSION, "pipelines": pipelines}
    return json_text(content)
