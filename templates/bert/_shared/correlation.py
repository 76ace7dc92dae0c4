"""How well predicted numbers follow the true ones."""

from collections.abc import Sequence
from math import sqrt


def regression_scores(expected: Sequence[float], predicted: Sequence[float]) -> dict[str, float]:
    """Return the correlations of Pearson and Spearman, and the mean squared error."""
    pairs = list(zip(expected, predicted, strict=True))
    return {
        "pearson": pearson(expected, predicted),
        "spearman": spearman(expected, predicted),
        "mse": sum((one - other) ** 2 for one, other in pairs) / len(pairs),
    }


def pearson(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the linear correlation; 0 where one side does not vary."""
    first, second = _centred(first), _centred(second)
    length = sqrt(sum(value * value for value in first) * sum(value * value for value in second))
    product = sum(one * other for one, other in zip(first, second, strict=True))
    return product / length if length else 0.0


def spearman(first: Sequence[float], second: Sequence[float]) -> float:
    """Return the correlation of the ranks; equal values share the mean of their ranks."""
    return pearson(_ranks(first), _ranks(second))


def _centred(values: Sequence[float]) -> list[float]:
    if len(set(values)) == 1:
        # The mean of equal values may differ from them in the last digit.
        return [0.0] * len(values)
    mean = sum(values) / len(values)
    return [value - mean for value in values]


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda index: values[index])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for index in order[start:end]:
            ranks[index] = (start + end - 1) / 2
        start = end
    return ranks
