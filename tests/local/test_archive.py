"""Archives have the same bytes for the same files, and nothing gets out of their folder."""

import io
import os
import tarfile
from pathlib import Path

import pytest

from compiler.local.archive import ArchiveError, pack, unpack


def test_the_same_files_give_the_same_bytes(tmp_path: Path) -> None:
    for name, names in {"one": ["a", "b"], "two": ["b", "a"]}.items():
        for place, file in enumerate(names):
            path = tmp_path / name / "sub" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file)
            os.utime(path, (place, place))
        pack(tmp_path / name, tmp_path / f"{name}.tar.gz")
    assert (tmp_path / "one.tar.gz").read_bytes() == (tmp_path / "two.tar.gz").read_bytes()
    unpack(tmp_path / "one.tar.gz", tmp_path / "out")
    assert (tmp_path / "out/sub/a").read_text() == "a"


def test_a_link_is_packed_only_if_it_stays_inside(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "weights").write_text("w")
    (folder / "latest").symlink_to("weights")
    (folder / "outside").symlink_to("../elsewhere")
    (folder / "absolute").symlink_to(folder / "weights")
    pack(folder, tmp_path / "m.tar.gz")
    with tarfile.open(tmp_path / "m.tar.gz") as tar:
        assert tar.getnames() == ["latest", "weights"]


@pytest.fixture(params=["filter", "no filter"])
def _python(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "no filter":
        # As in Python before 3.11.4.
        monkeypatch.delattr(tarfile, "data_filter", raising=False)


@pytest.mark.usefixtures("_python")
def test_what_was_packed_is_unpacked(tmp_path: Path) -> None:
    (tmp_path / "in/sub").mkdir(parents=True)
    (tmp_path / "in/sub/run.sh").write_text("run")
    (tmp_path / "in/sub/run.sh").chmod(0o755)
    (tmp_path / "in/plain").write_text("plain")
    pack(tmp_path / "in", tmp_path / "x.tar.gz")
    unpack(tmp_path / "x.tar.gz", tmp_path / "out")
    assert (tmp_path / "out/plain").read_text() == "plain"
    assert (tmp_path / "out/sub/run.sh").stat().st_mode & 0o777 == 0o755


@pytest.mark.usefixtures("_python")
def test_a_link_out_of_the_archive_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo("link")
        entry.type, entry.linkname = tarfile.SYMTYPE, "../../escaped"
        tar.addfile(entry)
    with pytest.raises(ArchiveError):
        unpack(tmp_path / "evil.tar.gz", tmp_path / "out")


@pytest.mark.usefixtures("_python")
@pytest.mark.parametrize("name", ["../escaped", "a/../../escaped"])
def test_an_archive_that_reaches_out_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = 1
        tar.addfile(entry, io.BytesIO(b"x"))
    with pytest.raises(ArchiveError):
        unpack(tmp_path / "evil.tar.gz", tmp_path / "out")
    assert not (tmp_path / "escaped").exists()


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    with pytest.raises(ArchiveError, match=r"^x\.tar\.gz cannot be unpacked"):
        unpack(tmp_path / "x.tar.gz", tmp_path / "out")
