"""The packed code that a definition names, and whether it is in S3."""

from compiler.code.pack import URI
from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.objects import Place
from compiler.local.resolve import Json
from compiler.walk import texts_in


def storage_of(definition: Json, pipeline: str) -> str | None:
    """Return the S3 prefix below which the code of a pipeline is, None if it is not sure."""
    found = {
        match["storage"]
        for text in texts_in(definition)
        if (match := URI.fullmatch(text)) is not None and match["pipeline"] == pipeline
    }
    return found.pop() if len(found) == 1 else None


def missing_code(aws: Aws, definition: Json) -> tuple[str, ...]:
    """Return the URIs of packed code in a definition at and below which nothing is in S3."""
    uris = dict.fromkeys(text for text in texts_in(definition) if URI.fullmatch(text))
    return tuple(uri for uri in uris if not _is_there(aws, Place.of(uri)))


def _is_there(aws: Aws, place: Place) -> bool:
    try:
        listed = aws.call(
            "s3", "ListObjectsV2", Bucket=place.bucket, Prefix=place.key, MaxKeys=1
        )  # fmt: skip
    except AwsError as error:
        if error.code != "NoSuchBucket":
            raise
        return False
    return bool(listed.get("Contents"))
