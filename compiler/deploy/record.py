"""The record of the last upsert, an object in S3, which also lets one upsert work at a time.

It is written only over the version that was read before (`If-Match`), so that of two upserts that
begin at once one wins. While it works, an upsert claims the record; a claim holds for some time
only, so that an upsert that has died does not stand in the way of the next.
"""

import json
import time
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from compiler.deploy.aws import LONGEST_CALL, Aws, AwsError
from compiler.deploy.deployment import Deployment, deployment_of
from compiler.deploy.objects import Place
from compiler.local.resolve import Json

VERSION = 1
# A claim is renewed before a call that could outlast it, so it holds as long as its upsert lives.
LEASE_SECONDS = LONGEST_CALL + 50.0
WAIT_SECONDS = 3.0


class TakenError(Exception):
    """Another upsert has the record, or has written it since it was read."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Claim:
    """Who is at work, since when, and until when that holds; seconds since the epoch."""

    by: str
    since: float
    until: float

    @property
    def is_active(self) -> bool:
        """Whether the upsert may still be at work."""
        return time.time() < self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What the last upsert made; `etag` is the version of the object, None if there is none yet."""

    place: Place
    etag: str | None
    deployment: Deployment | None = None
    by: str = ""
    at: str = ""
    claim: Claim | None = None


def record_place(storage: str, pipeline: str, account: str, region: str) -> Place:
    """Return where the record of a pipeline in an account and region is kept."""
    return Place.of(f"{storage.rstrip('/')}/{pipeline}/deployed/{account}.{region}.json")


def read_record(aws: Aws, place: Place) -> Record:
    """Return the record; one that can't be understood counts as none, and is written over.

    Raises AwsError for one of a newer pipec, which is not to be written over.
    """
    try:
        found = aws.read(place.bucket, place.key)
    except AwsError as error:
        # To who may list only a part of a bucket, S3 says of what is missing that it is denied.
        if not error.is_denied or _is_listed(aws, place):
            raise
        found = None
    if found is None:
        return Record(place=place, etag=None)
    text, etag = found
    content = _parsed(text)
    version = content.get("version")
    if isinstance(version, int) and version > VERSION:
        raise AwsError(f"{place.uri} is the record of a newer pipec, which has to be used")
    return Record(
        place=place,
        etag=etag,
        deployment=deployment_of(content.get("deployment")),
        by=str(content.get("by") or ""),
        at=str(content.get("at") or ""),
        claim=_claim_of(content.get("claim")),
    )


def _parsed(text: bytes) -> dict[str, Json]:
    try:
        content = json.loads(text)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _claim_of(value: Json) -> Claim | None:
    match value:
        case {
            "by": str() as by,
            "since": int() | float() as since,
            "until": int() | float() as end,
        }:
            return Claim(by=by, since=since, until=end)
        case _:
            return None


def _is_listed(aws: Aws, place: Place) -> bool:
    listed = aws.pages("s3", "ListObjectsV2", "Contents", Bucket=place.bucket, Prefix=place.key)
    return any(item["Key"] == place.key for item in listed)


def claim(aws: Aws, record: Record) -> Record:
    """Return the record, claimed; raises TakenError if it is not the version that was read."""
    now = time.time()
    return _written(
        aws, replace(record, claim=Claim(by=_caller(aws), since=now, until=now + LEASE_SECONDS))
    )


def renew(aws: Aws, record: Record) -> Record:
    """Return the record with a claim that outlasts any one call.

    Raises TakenError if it has run out meanwhile and another upsert has claimed the record.
    """
    claim_ = record.claim
    if claim_ is not None and claim_.until - time.time() > LONGEST_CALL:
        return record
    return claim(aws, record)


def settle(aws: Aws, record: Record, deployment: Deployment) -> Record:
    """Return the record with what was deployed and without a claim."""
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return _written(aws, replace(record, deployment=deployment, by=_caller(aws), at=at, claim=None))


def release(aws: Aws, record: Record) -> None:
    """Give a claim back, with what was recorded before."""
    _written(aws, replace(record, claim=None))


def _written(aws: Aws, record: Record) -> Record:
    token = uuid.uuid4().hex
    content = {
        "version": VERSION,
        "token": token,
        "by": record.by,
        "at": record.at,
        "claim": _claim_json(record.claim),
        "deployment": record.deployment.as_json() if record.deployment is not None else None,
    }
    body = json.dumps(content, ensure_ascii=False, indent=1).encode()
    expected = {"IfNoneMatch": "*"} if record.etag is None else {"IfMatch": record.etag}
    place = record.place
    try:
        done = aws.call(
            "s3", "PutObject", Bucket=place.bucket, Key=place.key, Body=body,
            ContentType="application/json", **expected,
        )  # fmt: skip
    except AwsError as error:
        # A first attempt whose answer was lost makes the second fail: then it is ours already.
        if error.is_precondition and (etag := _etag_if_ours(aws, place, token)) is not None:
            return replace(record, etag=etag)
        if error.is_precondition or error.is_conflict or error.is_missing:
            raise TakenError from error
        raise
    return replace(record, etag=done["ETag"])


def _etag_if_ours(aws: Aws, place: Place, token: str) -> str | None:
    found = aws.read(place.bucket, place.key)
    if found is None or _parsed(found[0]).get("token") != token:
        return None
    return found[1]


def _claim_json(claim: Claim | None) -> dict[str, str | float] | None:
    return {"by": claim.by, "since": claim.since, "until": claim.until} if claim else None


def _caller(aws: Aws) -> str:
    return str(aws.identity["Arn"])
