"""What was changed in AWS behind our back: since the last upsert, and not to what the spec says."""

from collections.abc import Iterator
from dataclasses import replace

from compiler.deploy.changes import Change, changes
from compiler.deploy.deployment import Deployment


def drift(
    recorded: Deployment, deployed: Deployment, wanted: Deployment, pipeline: str
) -> Iterator[Change]:
    """Yield what is deployed otherwise than it was recorded, and is not what is wanted either.

    What is as it is wanted has no need to be told: the last upsert was cut short, or someone else
    has made the very same change.
    """
    open_ = {(change.kind, change.name): change for change in changes(wanted, deployed, pipeline)}
    for change in changes(recorded, deployed, pipeline):
        other = open_.get((change.kind, change.name))
        if other is None:
            continue
        if change.verb != "change":
            yield change
            continue
        paths = {each.path for each in other.differences}
        kept = tuple(each for each in change.differences if each.path in paths)
        # A thing that the spec no longer has, or has in another form, is told as a whole.
        if kept or other.verb != "change":
            yield replace(change, differences=kept or change.differences)
