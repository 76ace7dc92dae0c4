"""Find answers in contexts longer than the model: windows that overlap, and the best of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, product
from math import exp
from typing import Any

# Starts and ends that are tried in each window.
CANDIDATES = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A question and a part of its context, as token numbers.

    `number` is that of the question; `places` are the characters of the context that each token
    stands for, None for the other tokens.
    """

    number: int
    tokens: list[int]
    segments: list[int]
    places: list[tuple[int, int] | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A part of a context, from character `start` to before `end`; no answer is empty."""

    text: str
    start: int
    end: int
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """How answers are looked for: the overlap of windows and the longest answer, in tokens."""

    max_length: int
    stride: int
    longest: int
    unanswerable: bool


def make_windows(pairs: Sequence[tuple[str, str]], tokenizer: Any, search: Search) -> list[Window]:
    """Return the windows of each question and its context; long questions are cut."""
    windows = []
    for number, (question, context) in enumerate(pairs):
        encoded = tokenizer(
            _cut(question, tokenizer, search.max_length // 2),
            context,
            truncation="only_second",
            max_length=search.max_length,
            stride=search.stride,
            return_overflowing_tokens=True,
            return_offsets_mapping=True,
            return_token_type_ids=True,
        )
        for at, tokens in enumerate(encoded["input_ids"]):
            offsets = zip(encoded.sequence_ids(at), encoded["offset_mapping"][at], strict=True)
            windows.append(
                Window(
                    number=number,
                    tokens=tokens,
                    segments=encoded["token_type_ids"][at],
                    places=[tuple(place) if part == 1 else None for part, place in offsets],
                )
            )
    return windows


def positions(window: Window, start: int, end: int) -> tuple[int, int]:
    """Return the first and last token of the characters; the window's first if it lacks some."""
    inside = [
        at
        for at, place in enumerate(window.places)
        if place and place[0] < end and place[1] > start
    ]
    if inside:
        first, last = window.places[inside[0]], window.places[inside[-1]]
        if first and last and first[0] <= start and last[1] >= end:
            return inside[0], inside[-1]
    return 0, 0


def best_answers(
    contexts: Sequence[str],
    windows: Sequence[Window],
    logits: Sequence[tuple[Sequence[float], Sequence[float]]],
    search: Search,
    count: int = 1,
) -> list[list[Found]]:
    """Return the `count` best answers to each question, with their probabilities among these."""
    found: list[dict[tuple[int, int], float]] = [{} for _ in contexts]
    for window, (starts, ends) in zip(windows, logits, strict=True):
        scored = found[window.number]
        for span, score in _spans(window, starts, ends, search.longest):
            scored[span] = max(score, scored.get(span, score))
        if search.unanswerable:
            # A window without the answer is sure of nothing; the question has none if all are.
            none = starts[0] + ends[0]
            scored[0, 0] = min(none, scored.get((0, 0), none))
    return [
        _ranked(context, scored, count) for context, scored in zip(contexts, found, strict=True)
    ]


def _cut(question: str, tokenizer: Any, longest: int) -> str:
    encoded = tokenizer(
        question, add_special_tokens=False, return_offsets_mapping=True, verbose=False
    )
    places = encoded["offset_mapping"]
    return question if len(places) <= longest else question[: places[longest - 1][1]]


def _spans(
    window: Window, starts: Sequence[float], ends: Sequence[float], longest: int
) -> list[tuple[tuple[int, int], float]]:
    inside = [at for at, place in enumerate(window.places) if place]
    firsts = sorted(inside, key=lambda at: -starts[at])[:CANDIDATES]
    lasts = sorted(inside, key=lambda at: -ends[at])[:CANDIDATES]
    spans = []
    for first, last in product(firsts, lasts):
        begin, end = window.places[first], window.places[last]
        if begin and end and first <= last < first + longest:
            spans.append(((begin[0], end[1]), starts[first] + ends[last]))
    return spans


def _ranked(context: str, scored: dict[tuple[int, int], float], count: int) -> list[Found]:
    ranked = sorted(scored.items(), key=lambda item: (-item[1], item[0]))
    kept = list(islice(ranked, count))
    weights = [exp(score - kept[0][1]) for _, score in kept]
    return [
        Found(text=context[start:end], start=start, end=end, score=weight / sum(weights))
        for ((start, end), _), weight in zip(kept, weights, strict=True)
    ]
