"""What a tagger has to beat: the entities of the training sentences, looked up word by word."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from sentences import OUTSIDE, Sentence
from spans import entity_spans

Words = tuple[str, ...]


def look_up(train: Sequence[Sentence], test: Sequence[Sentence]) -> list[list[str]]:
    """Return tags for the test: the longest run of words that was an entity most often is one."""
    types: dict[Words, Counter[str]] = defaultdict(Counter)
    for sentence in train:
        words = _folded(sentence)
        for name, start, end in entity_spans(sentence.tags):
            types[words[start:end]][name] += 1
    likeliest = {words: min(seen, key=lambda n: (-seen[n], n)) for words, seen in types.items()}
    longest = max(map(len, likeliest), default=0)
    return [_tags(_folded(sentence), likeliest, longest) for sentence in test]


def _folded(sentence: Sentence) -> Words:
    return tuple(word.casefold() for word in sentence.words)


def _tags(words: Words, types: dict[Words, str], longest: int) -> list[str]:
    tags: list[str] = []
    while len(tags) < len(words):
        at = len(tags)
        for end in range(min(at + longest, len(words)), at, -1):
            name = types.get(words[at:end])
            if name:
                tags += [f"B-{name}", *[f"I-{name}"] * (end - at - 1)]
                break
        else:
            tags.append(OUTSIDE)
    return tags
