"""Pack a step's code so that the same files give the same bytes and the same key."""

import gzip
import hashlib
import io
import re
import tarfile
from dataclasses import dataclass

ARCHIVE_NAME = "sourcedir.tar.gz"
# What `Artifact.uri` and `Artifact.prefix` give.
URI = re.compile(r"(?P<storage>s3://.+)/(?P<pipeline>[^/]+)/code/(?P<sha256>[0-9a-f]{64})(/.*)?")
REQUIREMENTS = "requirements.txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class Artifact:
    """The code of a step: files by name, and whether they travel as a folder or an archive."""

    files: dict[str, bytes]
    entry: str
    packs_as: str

    @property
    def sha256(self) -> str:
        """The hash of names and contents; how they are compressed does not count."""
        digest = hashlib.sha256()
        for name, content in sorted(self.files.items()):
            for part in (name.encode(), content):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()

    @property
    def has_requirements(self) -> bool:
        """Whether packages are to be installed before the code runs."""
        return REQUIREMENTS in self.files

    def prefix(self, storage: str, pipeline: str) -> str:
        """Return the S3 prefix that the code is kept under."""
        return f"{storage.rstrip('/')}/{pipeline}/code/{self.sha256}/"

    def uri(self, storage: str, pipeline: str) -> str:
        """Return the S3 URI that the step's request names."""
        prefix = self.prefix(storage, pipeline)
        return prefix + ARCHIVE_NAME if self.packs_as == "archive" else prefix

    def uploads(self) -> dict[str, bytes]:
        """Return what is uploaded below the prefix, by name."""
        if self.packs_as == "archive":
            return {ARCHIVE_NAME: archive(self.files)}
        return dict(sorted(self.files.items()))


def archive(files: dict[str, bytes]) -> bytes:
    """Return a tar.gz with sorted names and fixed times, owners and modes."""
    buffer = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="") as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name, content in sorted(files.items()):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            entry.mode = 0o644
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
