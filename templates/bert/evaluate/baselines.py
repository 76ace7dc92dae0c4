"""What a classifier has to beat: the most frequent label, and words counted without order."""

from collections import Counter
from collections.abc import Sequence

from reviews import Review
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline


def majority_class(train: Sequence[Review], test: Sequence[Review]) -> list[int]:
    """Give every text the label that most training texts have; of equals, the smallest."""
    counts = Counter(review.label for review in train)
    majority = min(counts, key=lambda label: (-counts[label], label))
    return [majority] * len(test)


def bag_of_words(train: Sequence[Review], test: Sequence[Review], ngrams: int) -> list[int]:
    """Fit a logistic regression on the weighted words of the training texts."""
    classifier = make_pipeline(
        TfidfVectorizer(ngram_range=(1, ngrams), sublinear_tf=True),
        LogisticRegression(max_iter=1000, C=4.0),
    )
    classifier.fit([_words(review) for review in train], [review.label for review in train])
    predicted = classifier.predict([_words(review) for review in test])
    return [int(label) for label in predicted]


def _words(review: Review) -> str:
    return review.text if review.second is None else f"{review.text} {review.second}"
