"""Read a corpus as documents of sentences of token numbers."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from container import JobError

Sentence = list[int]
Document = list[Sentence]
# Sentences given to the tokenizer at once.
TOGETHER = 10_000


def read_corpus(folder: Path, tokenizer: Any) -> list[Document]:
    """Return the documents of every *.txt: a sentence a line, a blank line between documents."""
    texts = [text for path in sorted(folder.glob("*.txt")) for text in _read_documents(path)]
    if not texts:
        raise JobError(f"`{folder}` has no *.txt file with text")
    sentences = [sentence for text in texts for sentence in text]
    tokens = iter(_tokenize(sentences, tokenizer))
    documents = [[next(tokens) for _ in text] for text in texts]
    cleaned = [[sentence for sentence in document if sentence] for document in documents]
    return [document for document in cleaned if document]


def hold_out(documents: Sequence[Document], share: float) -> tuple[list[Document], list[Document]]:
    """Return the documents to learn from and those to measure on, chosen by their hash.

    Documents of one sentence and longer ones are held out in the same share, at least two long
    ones, because a random next sentence must come from another document.
    """
    learnt: list[Document] = []
    held_out: list[Document] = []
    for is_long in (True, False):
        ranked = sorted((d for d in documents if (len(d) > 1) is is_long), key=_rank)
        count = round(share * len(ranked))
        if share and is_long:
            count = max(count, 2)
        held_out += ranked[:count]
        learnt += ranked[count:]
    if not learnt:
        raise JobError(f"the corpus is too small: {len(documents)} documents")
    return learnt, held_out


def _rank(document: Document) -> str:
    return hashlib.sha256(repr(document).encode()).hexdigest()


def _read_documents(path: Path) -> Iterator[list[str]]:
    document: list[str] = []
    with path.open(encoding="utf-8-sig") as lines:
        for line in lines:
            if line.strip():
                document.append(line.strip())
            elif document:
                yield document
                document = []
    if document:
        yield document


def _tokenize(sentences: Sequence[str], tokenizer: Any) -> Iterator[Sentence]:
    for start in range(0, len(sentences), TOGETHER):
        together = list(sentences[start : start + TOGETHER])
        # Sentences longer than the model are cut later, when they are paired.
        yield from tokenizer(together, add_special_tokens=False, verbose=False)["input_ids"]
