"""The expressions of GitHub that the action uses: names, texts, ==, !=, &&, ||, ! and functions."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(==|!=|&&|\|\||[!().])|([A-Za-z_][\w-]*))")
PLACE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
STATUS = re.compile(r"\b(?:always|success|failure)\(\)")


@dataclass(slots=True)
class Parser:
    """Evaluate an expression while reading it, as GitHub does: && and || give an operand."""

    tokens: list[tuple[str, str]]
    contexts: Mapping[str, Any]
    functions: Mapping[str, Callable[[], bool]]

    def either(self) -> Any:
        value = self.both()
        while self._take("||"):
            other = self.both()
            value = value or other
        return value

    def both(self) -> Any:
        value = self.comparison()
        while self._take("&&"):
            other = self.comparison()
            value = value and other
        return value

    def comparison(self) -> Any:
        left = self.negation()
        for sign, same in (("==", True), ("!=", False)):
            if self._take(sign):
                return (text_of(left).lower() == text_of(self.negation()).lower()) is same
        return left

    def negation(self) -> Any:
        if self._take("!"):
            return not self.negation()
        return self.value()

    def value(self) -> Any:
        if self._take("("):
            inner = self.either()
            assert self._take(")"), "`)` is missing"
            return inner
        kind, text = self.tokens.pop(0)
        if kind == "text":
            return text[1:-1].replace("''", "'")
        assert kind == "name", text
        if self._take("("):
            assert self._take(")"), f"{text} takes no arguments here"
            return self.functions[text]()
        found: Any = self.contexts[text]
        while self._take("."):
            _, member = self.tokens.pop(0)
            found = found.get(member) if isinstance(found, Mapping) else None
        return found

    def _take(self, sign: str) -> bool:
        if self.tokens and self.tokens[0] == ("sign", sign):
            self.tokens.pop(0)
            return True
        return False


def evaluate(
    expression: str, contexts: Mapping[str, Any], functions: Mapping[str, Callable[[], bool]]
) -> Any:
    """Return the value of an expression; fails on what is not of the subset."""
    tokens, at = [], 0
    text = expression.strip()
    while at < len(text):
        found = TOKEN.match(text, at)
        assert found, f"not understood: {text[at:]}"
        kind = ("text", "sign", "name")[(found.lastindex or 1) - 1]
        tokens.append((kind, found[found.lastindex or 1]))
        at = found.end()
    parser = Parser(tokens, contexts, functions)
    value = parser.either()
    assert not parser.tokens, parser.tokens
    return value


def filled(text: object, contexts: Mapping[str, Any]) -> str:
    """Return a text with its expressions evaluated."""
    return PLACE.sub(lambda found: text_of(evaluate(found[1], contexts, {})), text_of(text))


def text_of(value: object) -> str:
    """Return a value as GitHub writes it into a text."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
