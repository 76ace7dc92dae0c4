"""Classify reviews with a plain transformers Trainer, on the split of the pipeline's latest run.

Needs the package accelerate beside those of the extra `train`.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from runs import latest_run
from sklearn.metrics import accuracy_score, f1_score, precision_score, recall_score
from torch.utils.data import Dataset
from transformers import (
    AutoModelForSequenceClassification,
    AutoTokenizer,
    DataCollatorWithPadding,
    Trainer,
    TrainingArguments,
)

Row = tuple[int, str]


def read(path: Path) -> list[Row]:
    lines = path.read_text(encoding="utf-8").split("\n")[1:]
    rows = [line.split("\t", maxsplit=1) for line in lines if line]
    return [(int(label), text) for label, text in rows]


class Reviews(Dataset[dict[str, Any]]):
    """Texts as token numbers, with their labels."""

    def __init__(self, rows: list[Row], tokenizer: Any) -> None:
        encoded = tokenizer([text for _, text in rows], truncation=True, max_length=48)
        self.rows = [
            {name: values[at] for name, values in encoded.items()} | {"labels": label}
            for at, (label, _) in enumerate(rows)
        ]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Any]:
        return dict(self.rows[index])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".pipec"))
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--learning_rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=42)
    arguments = parser.parse_args()
    run = latest_run(arguments.home, "bert-reviews")
    base = arguments.home / "s3" / "ml-dev" / "models" / "minilm"
    train, test = read(run.train / "train.tsv"), read(run.test / "test.tsv")
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=2)
    with tempfile.TemporaryDirectory() as scratch:
        trainer = Trainer(
            model=model,
            args=TrainingArguments(
                output_dir=scratch,
                num_train_epochs=arguments.epochs,
                learning_rate=arguments.learning_rate,
                per_device_train_batch_size=32,
                warmup_steps=round(0.1 * arguments.epochs * len(train) / 32),
                weight_decay=0.01,
                seed=arguments.seed,
                save_strategy="no",
                report_to=[],
                disable_tqdm=True,
            ),
            train_dataset=Reviews(train, tokenizer),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        trainer.train()
        predicted = trainer.predict(Reviews(test, tokenizer)).predictions.argmax(axis=-1)
    expected = [label for label, _ in test]
    print(f"run {run.name}: {len(train)} texts to learn from, {len(test)} to test with")
    print("             pipeline  reference")
    for name, score in (
        ("accuracy", accuracy_score), ("precision", precision_score),
        ("recall", recall_score), ("f1", f1_score),
    ):  # fmt: skip
        value = score(expected, predicted)
        print(f"{name:12} {run.evaluation[name]['value']:8.4f} {value:10.4f}")


if __name__ == "__main__":
    main()
