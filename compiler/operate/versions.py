"""The versions of a pipeline, and the aliases that name them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from compiler.deploy.aws import Aws, AwsError
from compiler.local.resolve import Json
from compiler.operate.executions import time_text
from compiler.operate.refusal import NotDoneError


@dataclass(frozen=True, kw_only=True, slots=True)
class Version:
    """A version of a pipeline: a definition that it has had."""

    number: int
    created: datetime | None
    name: str
    description: str
    aliases: tuple[str, ...]
    last_execution: str | None

    def as_json(self) -> dict[str, Json]:
        """Return the version as JSON."""
        return {
            "version": self.number,
            "created": time_text(self.created),
            "name": self.name or None,
            "description": self.description or None,
            "aliases": list(self.aliases),
            "last_execution": self.last_execution,
        }


def list_versions(aws: Aws, pipeline: str) -> tuple[Version, ...]:
    """Return the versions of a pipeline, the newest first."""
    listed = aws.pages(
        "sagemaker",
        "ListPipelineVersions",
        "PipelineVersionSummaries",
        PipelineName=pipeline,
        SortOrder="Descending",
    )
    found = [
        Version(
            number=each["PipelineVersionId"],
            created=each.get("CreationTime"),
            name=each.get("PipelineVersionDisplayName") or "",
            description=each.get("PipelineVersionDescription") or "",
            aliases=tuple(each.get("PipelineVersionAliases") or ()),
            last_execution=each.get("LastExecutionPipelineExecutionArn"),
        )
        for each in listed
    ]
    return tuple(sorted(found, key=lambda version: -version.number))


def version_called(versions: Iterable[Version], alias: str) -> Version | None:
    """Return the version that has an alias."""
    return next((each for each in versions if alias in each.aliases), None)


def version_numbered(versions: Iterable[Version], number: int | None) -> Version:
    """Return the version of a number, the newest if it is None; raises NotDoneError."""
    versions = tuple(versions)
    if number is None and versions:
        return versions[0]
    for each in versions:
        if each.number == number:
            return each
    known = f"there are 1 to {versions[0].number}" if versions else "there are none"
    raise NotDoneError(f"there is no version {number}: {known}")


def version_before(versions: Iterable[Version], number: int) -> Version:
    """Return the version before the one of a number; raises NotDoneError if it is the first."""
    for each in versions:
        if each.number < number:
            return each
    raise NotDoneError(f"there is no version before version {number}")


class HalfDoneError(AwsError):
    """An alias that is not on the version that had it, and not on the one that was to have it."""


def move_alias(aws: Aws, arn: str, alias: str, *, old: Version | None, new: Version) -> None:
    """Take an alias from a version, and give it to another.

    The API has no call that does both. A call that fails may have been done, if its answer was
    lost, so that the versions are listed then: an alias that is on none is put back. Raises
    AwsError, which is a HalfDoneError if the alias is neither moved nor where it was.
    """
    if old is not None:
        _take(aws, arn, alias, old)
    try:
        _change(aws, arn, new, Add=[alias])
    except AwsError as error:
        now = _version_with(aws, arn, alias, error, f"on version {new.number} or on none")
        if now == new.number:
            return
        if now is not None:
            raise _half_done(error, f"`{alias}` is on version {now} now") from error
        if old is not None:
            _put_back(aws, arn, alias, old, error)
        raise


def _take(aws: Aws, arn: str, alias: str, old: Version) -> None:
    try:
        _change(aws, arn, old, Remove=[alias])
    except AwsError as error:
        now = _version_with(aws, arn, alias, error, f"on version {old.number} or on none")
        if now == old.number:
            raise
        if now is not None:
            raise _half_done(error, f"`{alias}` is on version {now} now") from error


def _put_back(aws: Aws, arn: str, alias: str, old: Version, why: AwsError) -> None:
    try:
        _change(aws, arn, old, Add=[alias])
    except AwsError as error:
        now = _version_with(aws, arn, alias, why, f"on version {old.number} or on none")
        if now == old.number:
            return
        where = f"on version {now}" if now is not None else "on none"
        raise _half_done(
            why,
            f"`{alias}` could not be put back on version {old.number} ({error.message}),"
            f" so that it is {where}",
        ) from error


def _version_with(aws: Aws, arn: str, alias: str, why: AwsError, else_: str) -> int | None:
    """Return the number of the version that has an alias now; `else_` is said if AWS does not."""
    try:
        found = version_called(list_versions(aws, arn), alias)
    except AwsError as error:
        raise _half_done(
            why, f"`{alias}` is {else_}, which could not be asked ({error.message}): pipec versions"
        ) from error
    return found.number if found is not None else None


def _half_done(why: AwsError, where: str) -> HalfDoneError:
    return HalfDoneError(f"{why.message}; and {where}", why.code, why.operation)


def _change(aws: Aws, arn: str, version: Version, **operations: list[str]) -> None:
    aws.call(
        "sagemaker",
        "UpdatePipelineVersion",
        PipelineArn=arn,
        PipelineVersionId=version.number,
        PipelineVersionAliasOperations=operations,
    )
