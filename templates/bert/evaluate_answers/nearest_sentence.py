"""What a model has to beat: the sentence that shares most of its words with the question."""

import re
from collections.abc import Sequence

from answer_scores import normalised
from questions import Question

SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def nearest_sentences(test: Sequence[Question]) -> list[str]:
    """Return for each question the nearest sentence of its context; of equals, the first."""
    return [_nearest(asked) for asked in test]


def _nearest(asked: Question) -> str:
    words = set(normalised(asked.question).split())
    sentences = SENTENCE_END.split(asked.context)
    return max(sentences, key=lambda each: len(words & set(normalised(each).split())))
