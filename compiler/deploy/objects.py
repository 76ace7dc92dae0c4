"""Objects in S3 under keys that say their content: what is there, and what is to be uploaded."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from compiler.code.pack import ARCHIVE_NAME
from compiler.definition import definition_file
from compiler.deploy.aws import AT_A_TIME, Aws, AwsError

# Of another upload of the same object at the same time S3 says to try again.
CONFLICTS, CONFLICT_SECONDS = 5, 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """An object in S3."""

    bucket: str
    key: str

    @classmethod
    def of(cls, uri: str) -> "Place":
        """Return the place that a URI names."""
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return cls(bucket, key)

    @property
    def uri(self) -> str:
        """The URI of the object."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """An object that is not there, or is there with another length than its content has."""

    place: Place
    content: bytes
    replaces: bool = False

    @property
    def size(self) -> int:
        """The length in bytes."""
        return len(self.content)


def definition_place(storage: str, pipeline: str, text: str) -> Place:
    """Return where a definition that is too large for a request is kept, by its content."""
    return Place.of(f"{storage.rstrip('/')}/{pipeline}/{definition_file(text)}")


def missing_uploads(aws: Aws, objects: Mapping[str, bytes]) -> tuple[Upload, ...]:
    """Return those of the objects, by URI, that are not in S3 as they should be.

    Since the keys have the hash of the content, an object is known by its key and its length. The
    length of an archive depends on who has packed it; one that is there is taken as it is.
    """
    places = {Place.of(uri): content for uri, content in objects.items()}
    folders = sorted({(place.bucket, place.key.rpartition("/")[0]) for place in places})
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        listed = pool.map(lambda folder: _sizes(aws, *folder), folders)
        sizes = {place: size for found in listed for place, size in found.items()}
    return tuple(
        Upload(place=place, content=content, replaces=place in sizes)
        for place, content in places.items()
        if not _is_there(place, content, sizes)
    )


def _is_there(place: Place, content: bytes, sizes: Mapping[Place, int]) -> bool:
    if place.key.endswith(f"/{ARCHIVE_NAME}"):
        return sizes.get(place, 0) > 0
    return sizes.get(place) == len(content)


def _sizes(aws: Aws, bucket: str, folder: str) -> dict[Place, int]:
    items = aws.pages("s3", "ListObjectsV2", "Contents", Bucket=bucket, Prefix=f"{folder}/")
    return {Place(bucket, item["Key"]): item["Size"] for item in items}


def upload(aws: Aws, uploads: Iterable[Upload]) -> None:
    """Upload objects, several at a time; one that has come to be there meanwhile is left alone."""
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        # A generator would not raise what the calls raise.
        list(pool.map(lambda each: _upload(aws, each), uploads))


def _upload(aws: Aws, each: Upload) -> None:
    # An attempt whose answer was lost has written the object; the next must not write it again.
    condition = {} if each.replaces else {"IfNoneMatch": "*"}
    place = each.place
    for attempt in range(CONFLICTS + 1):
        try:
            aws.call(
                "s3", "PutObject",
                Bucket=place.bucket, Key=place.key, Body=each.content, **condition,
            )  # fmt: skip
        except AwsError as error:
            if error.is_precondition:
                return
            if not error.is_conflict or attempt == CONFLICTS:
                raise
            time.sleep(CONFLICT_SECONDS)
        else:
            return
