"""Clean texts, and keep each of them once."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from container import JobError
from keys import text_key
from reviews import Review


def clean_text(text: str) -> str:
    """Return the text in NFC with single spaces and without control characters."""
    composed = unicodedata.normalize("NFC", text)
    # Zs, Zl and Zp are spaces; of the C categories only line breaks and tabs separate words.
    visible = (
        character if unicodedata.category(character)[0] != "C" or character in "\t\r\n" else ""
        for character in composed
    )
    return " ".join("".join(visible).split())


def clean_reviews(reviews: Iterable[Review], minimum_words: int) -> list[Review]:
    """Return each distinct text once, cleaned; texts with contradicting labels are left out."""
    kept: dict[str, Review] = {}
    contradicted = set()
    seen = short = 0
    for review in reviews:
        seen += 1
        text = clean_text(review.text)
        key = text_key(text)
        if not key or len(text.split()) < minimum_words:
            short += 1
            continue
        first = kept.setdefault(key, Review(label=review.label, text=text))
        if first.label != review.label:
            contradicted.add(key)
    distinct = [review for key, review in kept.items() if key not in contradicted]
    print(
        f"labelled_texts={seen} kept={len(distinct)} short={short} contradicted={len(contradicted)}"
    )
    return distinct


def read_documents(folder: Path) -> Iterator[list[str]]:
    """Yield the documents of every *.txt of `folder`: a sentence a line, a blank line between."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        raise JobError(f"`{folder}` has no *.txt file")
    for path in paths:
        document: list[str] = []
        with path.open(encoding="utf-8-sig") as lines:
            for line in lines:
                if line.strip():
                    document.append(line)
                elif document:
                    yield document
                    document = []
        if document:
            yield document


def clean_documents(documents: Iterable[Sequence[str]], tested: frozenset[str]) -> list[list[str]]:
    """Return the documents cleaned, each once, without the sentences whose key is in `tested`."""
    cleaned = []
    seen = set()
    for document in documents:
        keyed = [(text_key(sentence), clean_text(sentence)) for sentence in document]
        kept = [(key, sentence) for key, sentence in keyed if key and key not in tested]
        identity = tuple(key for key, _ in kept)
        if kept and identity not in seen:
            seen.add(identity)
            cleaned.append([sentence for _, sentence in kept])
    if not cleaned:
        raise JobError("the corpus holds no text")
    return cleaned


def write_documents(path: Path, documents: Iterable[Sequence[str]]) -> None:
    """Write documents as `read_documents` reads them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join("".join(f"{sentence}\n" for sentence in document) for document in documents)
    path.write_text(text, encoding="utf-8", newline="\n")
