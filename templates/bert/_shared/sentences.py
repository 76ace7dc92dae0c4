"""Sentences of tagged words as files: `word<TAB>tag` a line, a blank line between sentences."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from container import JobError

OUTSIDE = "O"
DOCUMENT = "-DOCSTART-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """Words, each with its tag: `B-X` begins an entity X, `I-X` goes on with it, `O` is none."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


def read_sentences(folder: Path, entities: Iterable[str]) -> list[Sentence]:
    """Read every *.conll of `folder`; a tag of no entity, or out of order, fails the job."""
    known = frozenset(entities)
    paths = sorted(folder.glob("*.conll"))
    sentences = [sentence for path in paths for sentence in _read(path, known)]
    if not sentences:
        raise JobError(f"`{folder}` has no *.conll file with tagged words")
    return sentences


def write_sentences(path: Path, sentences: Iterable[Sentence]) -> None:
    """Write sentences as `read_sentences` reads them."""
    blocks = [
        "".join(f"{word}\t{tag}\n" for word, tag in zip(each.words, each.tags, strict=True))
        for each in sentences
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")


def _read(path: Path, entities: frozenset[str]) -> list[Sentence]:
    sentences: list[Sentence] = []
    words: list[str] = []
    tags: list[str] = []
    lines = path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").split("\n")
    for number, line in enumerate([*lines, ""], start=1):
        columns = line.split()
        if not columns or columns[0] == DOCUMENT:
            if words:
                sentences.append(Sentence(words=tuple(words), tags=tuple(tags)))
                words, tags = [], []
            continue
        if len(columns) != 2:
            raise JobError(f"`{path}` line {number} is not a word and its tag")
        word, tag = columns
        _check(tag, tags[-1] if tags else OUTSIDE, entities, f"`{path}` line {number}")
        words.append(word)
        tags.append(tag)
    return sentences


def _check(tag: str, before: str, entities: frozenset[str], place: str) -> None:
    position, _, entity = tag.partition("-")
    if tag != OUTSIDE and (position not in {"B", "I"} or entity not in entities):
        known = ", ".join(sorted(entities))
        raise JobError(f"{place}: the tag `{tag}` is neither O nor B- or I- with one of {known}")
    if position == "I" and before not in {f"B-{entity}", tag}:
        raise JobError(f"{place}: `{tag}` goes on with no entity, the word before is `{before}`")
