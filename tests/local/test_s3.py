"""S3 is a folder that nothing leaves."""

from pathlib import Path

import pytest

from compiler.local.s3 import LocalS3, S3Error
from tests.local.world import World


def test_objects_come_back_under_their_names(world: World, tmp_path: Path) -> None:
    world.s3.write("s3://b/data/x/1.txt", b"one")
    world.s3.write("s3://b/data/2.txt", b"two")
    world.s3.write("s3://b/data2/3.txt", b"three")
    world.s3.download("s3://b/data/", tmp_path / "folder")
    world.s3.download("s3://b/data/2.txt", tmp_path / "object")
    assert [name for name, _ in world.s3.objects("s3://b/data")] == ["2.txt", "x/1.txt"]
    assert (tmp_path / "folder/x/1.txt").read_bytes() == b"one"
    assert {path.name for path in (tmp_path / "folder").iterdir()} == {"2.txt", "x"}
    assert [path.name for path in (tmp_path / "object").iterdir()] == ["2.txt"]


def test_a_job_that_edits_its_input_does_not_change_the_object(
    world: World, tmp_path: Path
) -> None:
    world.s3.write("s3://b/k", b"before")
    world.s3.download("s3://b/k", tmp_path)
    (tmp_path / "k").write_bytes(b"after")
    assert world.s3.read("s3://b/k") == b"before"


def test_a_folder_is_uploaded_without_links(world: World, tmp_path: Path) -> None:
    (tmp_path / "out/sub").mkdir(parents=True)
    (tmp_path / "out/sub/a").write_text("a")
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "out/link").symlink_to(tmp_path / "secret")
    (tmp_path / "out/loop").symlink_to(tmp_path / "out", target_is_directory=True)
    world.s3.upload_folder(tmp_path / "out", "s3://b/out/")
    assert [name for name, _ in world.s3.objects("s3://b/out")] == ["sub/a"]


def test_an_object_that_could_not_be_finished_is_not_there(world: World) -> None:
    def half() -> None:
        with world.s3.unfinished("s3://b/k") as path:
            path.write_text("half")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        half()
    assert not world.s3.exists("s3://b/k")
    assert list((world.s3.root / ".unfinished").iterdir()) == []


@pytest.mark.parametrize(
    "uri",
    [
        "s3://b/../../etc/passwd",
        "s3://b/a/./c",
        "s3://b//etc",
        "s3://../x",
        "s3://.unfinished/x",
        "s3:///x",
        "/etc/passwd",
        "https://b/x",
        "",
    ],
)
def test_an_address_that_leaves_the_folder_is_refused(tmp_path: Path, uri: str) -> None:
    with pytest.raises(S3Error):
        LocalS3(tmp_path).path(uri)


def test_what_is_not_there_is_told_with_its_place(world: World, tmp_path: Path) -> None:
    with pytest.raises(S3Error, match=r"^s3://b/no: there is nothing in local S3 \(.*/s3/b/no\)$"):
        world.s3.download("s3://b/no", tmp_path)
    world.s3.write("s3://b/k", b"")
    with pytest.raises(S3Error, match="cannot hold both"):
        world.s3.write("s3://b/k/below", b"")
    with pytest.raises(S3Error, match="cannot be an object too"):
        world.s3.write("s3://b", b"")
