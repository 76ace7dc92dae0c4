"""Scores of a classifier from its confusion matrix."""

from collections.abc import Sequence


def confusion_matrix(
    expected: Sequence[int], predicted: Sequence[int], number_of_labels: int
) -> list[list[int]]:
    """Count the texts of label `row` that were taken for label `column`."""
    matrix = [[0] * number_of_labels for _ in range(number_of_labels)]
    for row, column in zip(expected, predicted, strict=True):
        matrix[row][column] += 1
    return matrix


def scores(matrix: list[list[int]]) -> dict[str, float]:
    """Return accuracy, precision, recall and f1.

    With two labels they are those of the second, the positive one; with more they are the mean
    over the labels. A share of nothing counts as 0.
    """
    size = len(matrix)
    counted = [size - 1] if size == 2 else list(range(size))
    precisions, recalls, f1s = [], [], []
    for label in counted:
        hit = matrix[label][label]
        precision = _share(hit, sum(row[label] for row in matrix))
        recall = _share(hit, sum(matrix[label]))
        precisions.append(precision)
        recalls.append(recall)
        f1s.append(_share(2 * precision * recall, precision + recall))
    correct = sum(matrix[label][label] for label in range(size))
    return {
        "accuracy": _share(correct, sum(map(sum, matrix))),
        "precision": sum(precisions) / len(counted),
        "recall": sum(recalls) / len(counted),
        "f1": sum(f1s) / len(counted),
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
