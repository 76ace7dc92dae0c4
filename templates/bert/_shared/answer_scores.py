"""Compare answers as SQuAD does: without case, punctuation and articles."""

import re
import string
from collections import Counter
from collections.abc import Sequence

ARTICLES = re.compile(r"\b(a|an|the)\b")
PUNCTUATION = str.maketrans("", "", string.punctuation)


def answer_scores(expected: Sequence[Sequence[str]], predicted: Sequence[str]) -> dict[str, float]:
    """Return the shares of exact answers and of words found, each by its nearest true answer.

    A question without a true answer is answered by the empty text.
    """
    exact = f1 = 0.0
    for answers, guess in zip(expected, predicted, strict=True):
        true = answers or [""]
        exact += max(normalised(guess) == normalised(answer) for answer in true)
        f1 += max(word_f1(answer, guess) for answer in true)
    return {"exact_match": exact / len(predicted), "f1": f1 / len(predicted)}


def normalised(text: str) -> str:
    """Return the text as it is compared."""
    return " ".join(ARTICLES.sub(" ", text.lower().translate(PUNCTUATION)).split())


def word_f1(answer: str, guess: str) -> float:
    """Return the F1 of the words that two texts share; of two empty ones 1."""
    true, found = normalised(answer).split(), normalised(guess).split()
    if not true or not found:
        return float(true == found)
    shared = sum((Counter(true) & Counter(found)).values())
    return 2 * shared / (len(true) + len(found))
