"""A corpus, labelled texts, a tokenizer and a model small enough to train in a moment."""

import importlib
from pathlib import Path
from typing import Any

SUBJECTS = ("the film", "this story", "the cast", "her song", "the plot", "his camera")
GOOD = ("is a joy", "shines with warmth", "delights everyone", "is wonderful fun")
BAD = ("is a bore", "sinks into mud", "annoys everyone", "is dreadful junk")
ENDS = ("from start to end", "in every scene", "as we hoped", "for two hours", "once more")


def reviews() -> list[tuple[int, str]]:
    """Return 240 labelled texts that a few words tell apart."""
    return [
        (label, f"{subject} {verdict} {end}, {number}")
        for label, verdicts in ((0, BAD), (1, GOOD))
        for verdict in verdicts
        for subject in SUBJECTS
        for number, end in enumerate(ENDS)
    ]


def write_inputs(folder: Path) -> None:
    """Write the inputs `corpus` and `reviews` of a preparation into `folder`."""
    rows = "".join(f"{label}\t{text}\n" for label, text in reviews())
    (folder / "reviews").mkdir(parents=True)
    (folder / "reviews" / "reviews.tsv").write_text(f"label\ttext\n{rows}", encoding="utf-8")
    sentences = [
        f"{subject} number {document} was seen {end}"
        for document in range(20)
        for subject in SUBJECTS
        for end in ENDS[:2]
    ]
    size = len(SUBJECTS) * 2
    documents = [sentences[at : at + size] for at in range(0, len(sentences), size)]
    (folder / "corpus").mkdir()
    text = "\n".join("".join(f"{sentence}\n" for sentence in group) for group in documents)
    (folder / "corpus" / "corpus.txt").write_text(text, encoding="utf-8")


def make_tokenizer(folder: Path) -> Any:
    """Learn a tokenizer from the tiny corpus and load it."""
    write_inputs(folder)
    importlib.import_module("tokenizer").learn_tokenizer(folder / "corpus", 200)
    transformers = importlib.import_module("transformers")
    return transformers.AutoTokenizer.from_pretrained(folder / "corpus" / "tokenizer")


def make_config(words: int) -> Any:
    """Return the configuration of a BERT of two layers."""
    transformers = importlib.import_module("transformers")
    return transformers.BertConfig(
        vocab_size=words,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )


def pairs() -> list[tuple[int, str, str]]:
    """Return 192 pairs of texts with 1 where the second praises, whatever the first says."""
    return [
        (int(second in GOOD), f"{subject} {first}", f"it {second} {end}")
        for subject in SUBJECTS
        for first in (GOOD[0], BAD[0])
        for second in (*GOOD, *BAD)
        for end in ENDS[:2]
    ]


def tagged() -> str:
    """Return 240 sentences in which subjects and verdicts are entities."""
    blocks = []
    for _, text in reviews():
        subject = next(subject for subject in SUBJECTS if text.startswith(subject))
        verdict = next(words for words in (*GOOD, *BAD) if f" {words} " in text)
        rest = text[len(subject) + len(verdict) + 2 :].replace(",", "")
        lines = [
            f"{word}\t{'I' if at else 'B'}-{name}\n"
            for name, words in (("THING", subject), ("VERDICT", verdict))
            for at, word in enumerate(words.split())
        ]
        blocks.append("".join([*lines, *[f"{word}\tO\n" for word in rest.split()]]))
    return "\n".join(blocks)


def squad(first: int, last: int) -> dict[str, Any]:
    """Return questions about what is a joy, a subject hidden among others, in SQuAD's form."""
    paragraphs = []
    for number, (_, text) in enumerate(reviews()[first:last]):
        thing = SUBJECTS[number % len(SUBJECTS)]
        context = f"{text}. then {thing} shines with warmth"
        start = context.rindex(thing)
        answers = [{"text": thing, "answer_start": start}]
        asked = {"id": str(number), "question": "what shines", "answers": answers}
        paragraphs.append({"context": context, "qas": [asked]})
    return {"version": "1.1", "data": [{"title": "films", "paragraphs": paragraphs}]}
