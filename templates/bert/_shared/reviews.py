"""Labelled texts as files: a header, then one `label<TAB>text` a line."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from container import JobError


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A text and the number of its label."""

    label: int
    text: str


def read_reviews(folder: Path) -> list[Review]:
    """Read every *.tsv of `folder`, in the order of their names."""
    reviews = [review for path in sorted(folder.glob("*.tsv")) for review in _read(path)]
    if not reviews:
        raise JobError(f"`{folder}` has no *.tsv file with labelled texts")
    return reviews


def write_reviews(path: Path, reviews: Iterable[Review]) -> None:
    """Write labelled texts; a text must hold no tab or line break."""
    lines = [f"{review.label}\t{review.text}\n" for review in reviews]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("label\ttext\n" + "".join(lines), encoding="utf-8", newline="\n")


def _read(path: Path) -> list[Review]:
    # Only \n ends a line: texts may hold the other characters that str.splitlines breaks at.
    lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    if lines[0].split("\t") != ["label", "text"]:
        raise JobError(f"`{path}` must begin with the header label<TAB>text")
    reviews = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        label, tab, text = line.partition("\t")
        if not tab or not label.isascii() or not label.isdigit():
            raise JobError(f"`{path}` line {number} is not a whole number, a tab and a text")
        reviews.append(Review(label=int(label), text=text))
    return reviews
