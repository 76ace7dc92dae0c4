"""The plan: what an upsert would change, upload and call, and which steps would then run again."""

from dataclasses import asdict, dataclass

from compiler.deploy.caching import StepCache
from compiler.deploy.calls import Call
from compiler.deploy.changes import Change
from compiler.local.resolve import Json

VERSION = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Uploaded:
    """Files that go to one place in S3: the code of steps, or a definition that is large."""

    uri: str
    steps: tuple[str, ...]
    files: int
    bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What an upsert of a spec would do.

    `basis` is the hash of what is deployed and `content` that of what is wanted: if one of them is
    another, so is the plan. `overwritten` is what was changed in AWS since the last upsert.
    """

    name: str
    source: str
    target: str
    account: str
    region: str
    basis: str
    content: str
    changes: tuple[Change, ...]
    overwritten: tuple[Change, ...]
    uploads: tuple[Uploaded, ...]
    calls: tuple[Call, ...]
    needs_record: bool
    cache: tuple[StepCache, ...]
    notes: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.changes or self.uploads or self.calls or self.needs_record)

    @property
    def is_new(self) -> bool:
        """Whether there is no such pipeline yet."""
        return any(change.kind == "pipeline" and change.verb == "add" for change in self.changes)

    def as_json(self) -> dict[str, Json]:
        """Return the plan as JSON; requests are left out, as what they say stands in the rest."""
        return {
            "pipeline": self.name,
            "source": self.source,
            "target": self.target,
            "account": self.account,
            "region": self.region,
            "basis": self.basis,
            "content": self.content,
            "is_empty": self.is_empty,
            "changes": [change.as_json() for change in self.changes],
            "overwritten": [change.as_json() for change in self.overwritten],
            "uploads": [asdict(each) for each in self.uploads],
            "calls": [
                {"service": call.service, "operation": call.operation, "subject": call.subject}
                for call in self.calls
            ],
            "needs_record": self.needs_record,
            "cache": [each.as_json() for each in self.cache],
            "notes": list(self.notes),
        }
