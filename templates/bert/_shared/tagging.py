"""Align words with the pieces that a tokenizer cuts them into."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Pieces:
    """The token numbers of a sentence, and where the first piece of each word stands.

    Words that the longest length cuts off have no place: `firsts` is shorter than the sentence.
    """

    tokens: list[int]
    firsts: list[int]


def cut_words(sentences: Sequence[Sequence[str]], tokenizer: Any, max_length: int) -> list[Pieces]:
    """Return the pieces of each sentence; a word that leaves no piece stands as unknown."""
    return [_cut(sentence, tokenizer, max_length) for sentence in sentences]


def _cut(words: Sequence[str], tokenizer: Any, max_length: int) -> Pieces:
    pieces = tokenizer(list(words), add_special_tokens=False, verbose=False)["input_ids"]
    tokens, firsts = [tokenizer.cls_token_id], []
    for word in pieces:
        # Control characters alone make no piece, but every word needs a place for its tag.
        shown = word or [tokenizer.unk_token_id]
        if len(tokens) + len(shown) >= max_length:
            break
        firsts.append(len(tokens))
        tokens += shown
    return Pieces(tokens=[*tokens, tokenizer.sep_token_id], firsts=firsts)
