"""Film reviews with their ratings, and a corpus of texts of the same kind."""

import io
import tarfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from packages import Package, download, member, write

# A snippet rated weaker than this, of -4 to 4, is neither positive nor negative.
WEAKEST_RATING = 0.5
RATINGS = "vaderSentiment-3.3.2/additional_resources/hutto_ICWSM_2014.tar.gz"
SNIPPETS = "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"
CORPUS = {
    "product_reviews.txt": "hutto_ICWSM_2014/amazonReviewSnippets_GroundTruth.txt",
    "editorials.txt": "hutto_ICWSM_2014/nytEditorialSnippets_GroundTruth.txt",
}

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


def fetch_reviews(cache: Path, bucket: Path) -> None:
    """Write the labelled texts and the corpus into the bucket."""
    ratings = read_ratings(download(VADER, cache))
    print(f"  {VADER.licence}")
    snippets = labelled(ratings[SNIPPETS]).encode()
    write(bucket / "reviews" / "labelled" / "reviews.tsv", snippets)
    for name, source in CORPUS.items():
        write(bucket / "reviews" / "corpus" / name, documents(ratings[source]).encode())


def read_ratings(archive: Path) -> dict[str, list[tuple[str, float, str]]]:
    """Return the rated texts of each file that is used: number, mean rating, text."""
    # Members are read by name, so no path of the archive can lead anywhere.
    with tarfile.open(archive, "r:gz") as outer:
        inner = io.BytesIO(member(outer, RATINGS))
    with tarfile.open(fileobj=inner, mode="r:gz") as texts:
        names = (SNIPPETS, *CORPUS.values())
        return {name: list(_rows(member(texts, name).decode("utf-8"))) for name in names}


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


def _rows(text: str) -> Iterator[tuple[str, float, str]]:
    for line in text.replace("\r\n", "\n").split("\n"):
        number, _, rest = line.partition("\t")
        rating, _, snippet = rest.partition("\t")
        words = " ".join(snippet.split())
        if words:
            yield number, float(rating), words
