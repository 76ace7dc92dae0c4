"""Labelled texts as files: a header, then one `label<TAB>text` or `label<TAB>text<TAB>second`."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from container import JobError


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """A text or a pair of texts, with the number of its label or, for regression, its score."""

    label: float
    text: str
    second: str | None = None


def read_reviews(folder: Path, measure: str = "label") -> list[Review]:
    """Read every *.tsv of `folder`, in the order of their names; all hold pairs or none.

    The first column is `measure`: `label`, a whole number, or `score`, any finite number.
    """
    paths = sorted(folder.glob("*.tsv"))
    reviews = [review for path in paths for review in _read(path, measure)]
    if not reviews:
        raise JobError(f"`{folder}` has no *.tsv file with labelled texts")
    if len({review.second is None for review in reviews}) > 1:
        raise JobError(f"`{folder}` holds single texts and pairs of texts")
    return reviews


def write_reviews(path: Path, reviews: Iterable[Review]) -> None:
    """Write labelled texts; a text must hold no tab or line break."""
    lines = [f"{review.label}\t{review.text}\n" for review in reviews]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("label\ttext\n" + "".join(lines), encoding="utf-8", newline="\n")


def _read(path: Path, measure: str) -> list[Review]:
    # Only \n ends a line: texts may hold the other characters that str.splitlines breaks at.
    lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    header = lines[0].split("\t")
    if header not in ([measure, "text"], [measure, "text", "second"]):
        raise JobError(
            f"`{path}` must begin with the header {measure}<TAB>text"
            f" or, for pairs, {measure}<TAB>text<TAB>second"
        )
    reviews = []
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        # A single text may hold tabs, a pair can't.
        columns = line.split("\t", maxsplit=1 if len(header) == 2 else -1)
        value = _number(columns[0], measure)
        if value is None or len(columns) != len(header):
            kind = "a whole number" if measure == "label" else "a number"
            texts = "a text" if len(header) == 2 else "two texts"
            raise JobError(f"`{path}` line {number} is not {kind}, a tab and {texts}")
        second = columns[2] if len(header) > 2 else None
        reviews.append(Review(label=value, text=columns[1], second=second))
    return reviews


def _number(text: str, measure: str) -> float | None:
    if measure == "label":
        return int(text) if text.isascii() and text.isdigit() else None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
