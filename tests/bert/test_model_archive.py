"""Model archives are unpacked without writing outside of their folder."""

import importlib
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

archive: Any = importlib.import_module("archive")
container: Any = importlib.import_module("container")


def pack(path: Path, *members: tuple[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as packed:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            member.linkname = "/etc/passwd"
            member.size = 2 if kind == tarfile.REGTYPE else 0
            packed.addfile(member, io.BytesIO(b"{}"))


def test_a_packed_model_is_unpacked_with_its_folders(tmp_path: Path) -> None:
    files = [("./config.json", tarfile.REGTYPE), ("code/inference.py", tarfile.REGTYPE)]
    pack(tmp_path / "model.tar.gz", ("./code", tarfile.DIRTYPE), *files)
    folder = archive.model_folder(tmp_path, tmp_path / "scratch")
    assert (folder / "config.json").read_text() == "{}"
    assert (folder / "code" / "inference.py").is_file()


def test_a_folder_that_holds_a_model_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    assert archive.model_folder(tmp_path, tmp_path / "scratch") == tmp_path


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../outside", tarfile.REGTYPE),
        ("/outside", tarfile.REGTYPE),
        ("code/../../outside", tarfile.REGTYPE),
        ("..\\outside", tarfile.REGTYPE),
        ("config.json", tarfile.SYMTYPE),
        ("config.json", tarfile.LNKTYPE),
        ("config.json", tarfile.CHRTYPE),
    ],
)
def test_a_dangerous_member_is_refused(tmp_path: Path, name: str, kind: bytes) -> None:
    pack(tmp_path / "model.tar.gz", (name, kind))
    with pytest.raises(container.JobError):
        archive.model_folder(tmp_path, tmp_path / "scratch")
    assert not (tmp_path / "outside").exists()


def test_a_broken_archive_is_named(tmp_path: Path) -> None:
    pack(tmp_path / "model.tar.gz", ("config.json", tarfile.REGTYPE))
    broken = (tmp_path / "model.tar.gz").read_bytes()[:60]
    (tmp_path / "model.tar.gz").write_bytes(broken)
    with pytest.raises(container.JobError, match=r"model\.tar\.gz"):
        archive.model_folder(tmp_path, tmp_path / "scratch")


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(container.JobError, match="neither"):
        archive.model_folder(tmp_path, tmp_path / "scratch")
