"""Tag addresses with a plain transformers Trainer, on the split of the latest run of the pipeline.

Needs the packages accelerate and seqeval beside those of the extra `train`.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from runs import latest_run
from seqeval.metrics import f1_score, precision_score, recall_score
from seqeval.scheme import IOB2
from torch.utils.data import Dataset
from transformers import (
    AutoModelForTokenClassification,
    AutoTokenizer,
    DataCollatorForTokenClassification,
    Trainer,
    TrainingArguments,
)

Sentence = tuple[list[str], list[str]]


def read(path: Path) -> list[Sentence]:
    blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
    rows = [[line.split("\t") for line in block.splitlines()] for block in blocks]
    return [([word for word, _ in block], [tag for _, tag in block]) for block in rows]


class Tagged(Dataset[dict[str, Any]]):
    """Sentences cut into pieces, with the tag of a word at its first piece."""

    def __init__(self, sentences: list[Sentence], tokenizer: Any, numbers: dict[str, int]) -> None:
        self.rows = []
        for words, tags in sentences:
            encoded = tokenizer(words, is_split_into_words=True, truncation=True, max_length=96)
            labels, before = [], None
            for word in encoded.word_ids():
                labels.append(-100 if word is None or word == before else numbers[tags[word]])
                before = word
            self.rows.append({**encoded, "labels": labels})

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return dict(self.rows[index])


def tags_of(
    predictions: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], names: list[str]
) -> tuple[list[list[str]], list[list[str]]]:
    guesses = predictions.argmax(axis=-1)
    kept = [row != -100 for row in labels]
    expected = [[names[n] for n in row[mask]] for row, mask in zip(labels, kept, strict=True)]
    predicted = [[names[n] for n in row[mask]] for row, mask in zip(guesses, kept, strict=True)]
    return expected, predicted


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".pipec"))
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--learning_rate", type=float, default=3e-4)
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    run = latest_run(arguments.home, "address-entities")
    base = arguments.home / "s3" / "ml-dev" / "models" / "minilm"
    train, test = read(run.train / "train.conll"), read(run.test / "test.conll")
    names = sorted({tag for _, tags in train for tag in tags})
    numbers = {name: number for number, name in enumerate(names)}
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForTokenClassification.from_pretrained(
        base, num_labels=len(names), id2label=dict(enumerate(names)), label2id=numbers
    )
    with tempfile.TemporaryDirectory() as scratch:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=scratch,
                num_train_epochs=arguments.epochs,
                learning_rate=arguments.learning_rate,
                per_device_train_batch_size=16,
                warmup_steps=round(0.1 * arguments.epochs * len(train) / 16),
                weight_decay=0.01,
                seed=arguments.seed,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
            ),
            train_dataset=Tagged(train, tokenizer, numbers),
            data_collator=DataCollatorForTokenClassification(tokenizer),
        )
        trainer.train()
        found = trainer.predict(Tagged(test, tokenizer, numbers))
    expected, predicted = tags_of(found.predictions, found.label_ids, names)
    print(f"run {run.name}: {len(train)} sentences to learn from, {len(test)} to test with")
    print("             pipeline  reference")
    for name, score in (
        ("precision", precision_score), ("recall", recall_score), ("f1", f1_score),
    ):  # fmt: skip
        value = score(expected, predicted, mode="strict", scheme=IOB2)
        print(f"{name:12} {run.evaluation[name]['value']:8.4f} {value:10.4f}")


if __name__ == "__main__":
    main()
