"""Pack and unpack .tar.gz archives: the same bytes for the same files, and nothing from outside."""

import gzip
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

# A model's weights hardly shrink, so time is worth more than size.
_COMPRESSION = 1


class ArchiveError(Exception):
    """An archive that is broken or holds what must not be unpacked."""


def pack(folder: Path, archive: Path) -> None:
    """Pack the files of a folder, their names relative to it; links that leave it are left out."""
    with (
        archive.open("wb") as file,
        gzip.GzipFile(
            filename="", mode="wb", fileobj=file, compresslevel=_COMPRESSION, mtime=0
        ) as stream,
        tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in _entries(folder, folder.resolve()):
            tar.add(path, path.relative_to(folder).as_posix(), recursive=False, filter=_plain)


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive into a folder; refuse one that reaches out of it."""
    try:
        with tarfile.open(archive, "r:*") as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(folder, filter="data")
            else:
                _extract_plain(tar, folder)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise ArchiveError(f"{archive.name} cannot be unpacked: {error}") from error


def _extract_plain(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack as `filter="data"` does, for Python before 3.11.4; links are refused altogether."""
    folder.mkdir(parents=True, exist_ok=True)
    for entry in tar:
        name = PurePosixPath(entry.name)
        if name.is_absolute() or ".." in name.parts or not (entry.isfile() or entry.isdir()):
            raise tarfile.TarError(f"{entry.name} is a link, or would lie outside")
        entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
        tar.extract(entry, folder, set_attrs=False)
        if entry.isfile():
            (folder / name).chmod(entry.mode)


def _entries(folder: Path, top: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            if path.resolve().is_relative_to(top) and not path.readlink().is_absolute():
                yield path
        elif path.is_dir():
            yield path
            yield from _entries(path, top)
        elif path.is_file():
            yield path


def _plain(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    entry.mode = 0o755 if entry.isdir() or entry.mode & 0o100 else 0o644
    return entry
