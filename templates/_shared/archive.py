"""Find a Hugging Face model in a folder that may hold it packed as model.tar.gz."""

import shutil
import tarfile
from pathlib import Path, PurePosixPath

from container import JobError


def model_folder(source: Path, scratch: Path) -> Path:
    """Return the folder under `source` with config.json, unpacking model.tar.gz into `scratch`."""
    if (source / "config.json").is_file():
        return source
    archive = source / "model.tar.gz"
    if not archive.is_file():
        raise JobError(f"`{source}` holds neither config.json nor model.tar.gz")
    unpack(archive, scratch)
    if not (scratch / "config.json").is_file():
        raise JobError(f"`{archive}` has no config.json at its root")
    return scratch


def unpack(archive: Path, destination: Path) -> None:
    """Unpack the files of `archive` under `destination`; refuse links and paths that lead out."""
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for member in packed:
                _unpack_member(packed, member, archive, destination)
    except (tarfile.TarError, EOFError) as error:
        raise JobError(f"`{archive}` is not a readable tar.gz: {error}") from error


def _unpack_member(
    packed: tarfile.TarFile, member: tarfile.TarInfo, archive: Path, destination: Path
) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts or "\\" in member.name:
        raise JobError(f"`{archive}` has a path that leads out of it: `{member.name}`")
    target = destination.joinpath(*path.parts)
    if member.isdir():
        target.mkdir(parents=True, exist_ok=True)
        return
    content = packed.extractfile(member) if member.isreg() else None
    if content is None:
        raise JobError(f"`{archive}` has a member that is not a plain file: `{member.name}`")
    target.parent.mkdir(parents=True, exist_ok=True)
    with content, target.open("wb") as file:
        shutil.copyfileobj(content, file)
