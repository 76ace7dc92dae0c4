"""S3 as a folder: s3://BUCKET/KEY is the file ROOT/BUCKET/KEY.

Files are copied, never linked: a job may edit what it was given, and an object in S3 never changes
under its readers. On filesystems that can share blocks the copy costs no space (`copy_file_range`).
Every object appears whole or not at all; a folder, as in S3, may be seen half uploaded.
Symbolic links are not uploaded.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# No bucket can have this name, so unfinished objects are never seen.
_UNFINISHED = ".unfinished"


class S3Error(Exception):
    """An address that is not one, or at which there is nothing."""

    def __init__(self, uri: str, reason: str) -> None:
        super().__init__(f"{uri}: {reason}")
        self.uri = uri
        self.reason = reason


@dataclass(frozen=True, slots=True)
class LocalS3:
    """The S3 of this machine, kept in the folder `root`."""

    root: Path

    def path(self, uri: str) -> Path:
        """Return the place of an object or prefix; refuse an address that leaves the folder."""
        scheme, _, rest = uri.partition("://")
        bucket, _, key = rest.partition("/")
        if scheme != "s3" or not _BUCKET.fullmatch(bucket):
            raise S3Error(uri, "is not an address of the form s3://BUCKET/KEY")
        parts = key.rstrip("/").split("/") if key.rstrip("/") else []
        if any(part in ("", ".", "..") or "\0" in part for part in parts):
            raise S3Error(uri, "has a part that cannot be a folder on this machine")
        return self.root.joinpath(bucket, *parts)

    def exists(self, uri: str) -> bool:
        """Say whether there is an object or a folder at `uri`."""
        return self.path(uri).exists()

    def objects(self, uri: str) -> list[tuple[str, Path]]:
        """Return the objects at `uri`, each with its name below it, sorted by name.

        The name of a single object is the last part of its key.
        """
        place = self.path(uri)
        if place.is_file() and not uri.endswith("/"):
            return [(place.name, place)]
        if not place.is_dir():
            raise S3Error(uri, f"there is nothing in local S3 ({place})")
        return [(path.relative_to(place).as_posix(), path) for path in _files(place)]

    def download(self, uri: str, folder: Path) -> None:
        """Copy the object, or all objects below the prefix, into `folder`."""
        found = self.objects(uri)
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in found:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            copy_file(path, target)

    def read(self, uri: str) -> bytes:
        """Return the content of one object."""
        place = self.path(uri)
        if not place.is_file():
            raise S3Error(uri, f"there is no such object in local S3 ({place})")
        return place.read_bytes()

    def write(self, uri: str, content: bytes) -> None:
        """Make one object."""
        with self.unfinished(uri) as path:
            path.write_bytes(content)

    def upload_file(self, file: Path, uri: str) -> None:
        """Copy one file to the object `uri`."""
        with self.unfinished(uri) as path:
            copy_file(file, path)

    def upload_folder(self, folder: Path, uri: str) -> None:
        """Copy all files of a folder to the prefix `uri`; the prefix exists afterwards."""
        self.make_folder(uri)
        for path in _files(folder):
            if not path.is_symlink():
                name = path.relative_to(folder).as_posix()
                self.upload_file(path, f"{uri.rstrip('/')}/{name}")

    def make_folder(self, uri: str) -> Path:
        """Return the folder of a prefix, made if it is not there."""
        place = self.path(uri)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise S3Error(uri, "is or lies below an object, a folder cannot hold both") from None
        return place

    @contextlib.contextmanager
    def unfinished(self, uri: str) -> Iterator[Path]:
        """Give a path to write an object to; it appears at `uri` when the block ends well."""
        place = self.path(uri)
        if uri.endswith("/") or place.is_dir():
            raise S3Error(uri, "is a folder here, it cannot be an object too")
        self.make_folder(uri.rpartition("/")[0])
        waiting = self.root / _UNFINISHED
        waiting.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=waiting) as folder:
            path = Path(folder) / place.name
            yield path
            path.replace(place)


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's content, sharing its blocks where the filesystem can."""
    if hasattr(os, "copy_file_range"):
        with (
            contextlib.suppress(OSError),
            source.open("rb", buffering=0) as reader,
            target.open("wb", buffering=0) as writer,
        ):
            while os.copy_file_range(reader.fileno(), writer.fileno(), 1 << 30):
                pass
            if reader.tell() == os.fstat(reader.fileno()).st_size:
                return
    shutil.copyfile(source, target)


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder, in the order of their names."""
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            yield from _files(entry)
        elif entry.is_file():
            yield entry
