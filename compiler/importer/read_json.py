"""Read JSON into nodes that know their place, and refuse what YAML has no form for."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostics, Related
from compiler.diagnostics.span import SourceFile, Span
from compiler.document.node import MappingNode, Node, ScalarNode, SequenceNode

# The YAML reader's bound is 100; the spec puts some members a few levels deeper.
MAX_DEPTH = 90
MAX_DIGITS = 300
# As the YAML reader's, and more than a definition of the largest size has.
MAX_VALUES = 100_000
SPACE = re.compile(r"[ \t\n\r]*")
STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"')
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])")
WORD = re.compile(r"-?\w+")
WORDS = {"true": True, "false": False, "null": None}
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read_json(source: SourceFile, diagnostics: Diagnostics) -> Node | None:
    """Return the value of a JSON text, or None after reporting what keeps it from being one."""
    reader = _Reader(source, diagnostics)
    try:
        return reader.whole()
    except _NotJsonError as error:
        diagnostics.add(codes.NOT_JSON, error.message, source.span(error.start, error.end))
        return None


@dataclass(eq=False)
class _NotJsonError(Exception):
    message: str
    start: int
    end: int


class _Reader:
    """Recursive descent over the text of one value."""

    def __init__(self, source: SourceFile, diagnostics: Diagnostics) -> None:
        self.source = source
        self.text = source.text
        self.diagnostics = diagnostics
        self.position = 0
        self.depth = 0
        self.values = 0
        self.failed = False

    def whole(self) -> Node | None:
        node = self.value()
        if self.next():
            raise self.unexpected("the end")
        return None if self.failed else node

    def next(self) -> str:
        """Return the next character that is no space; empty at the end."""
        space = SPACE.match(self.text, self.position)
        self.position = space.end() if space is not None else self.position
        return self.text[self.position : self.position + 1]

    def unexpected(self, expected: str) -> _NotJsonError:
        start = self.position
        word = WORD.match(self.text, start)
        found = (word.group() if word is not None else self.text[start : start + 1])[:40]
        what = f"unexpected `{found}`" if found else "the text ends"
        return _NotJsonError(f"{what}, expected {expected}", start, start + max(len(found), 1))

    def value(self) -> Node:
        self.values += 1
        if self.values > MAX_VALUES:
            message = f"more than {MAX_VALUES:,} values"
            raise _NotJsonError(message, self.position, self.position + 1)
        match self.next():
            case "{":
                return self.nested(self.mapping)
            case "[":
                return self.nested(self.sequence)
            case '"':
                start = self.position
                return ScalarNode(self.string(), self.span(start), None, quoted=True)
            case _:
                return self.bare()

    def nested(self, read: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} deep"
            raise _NotJsonError(message, self.position, self.position + 1)
        node = read()
        self.depth -= 1
        return node

    def span(self, start: int) -> Span:
        return self.source.span(start, self.position)

    def mapping(self) -> Node:
        start = self.position
        members: dict[str, Node] = {}
        key_spans: dict[str, Span] = {}
        self.position += 1
        separator = self.take("}")
        while separator != "}":
            if self.next() != '"':
                raise self.unexpected("a name in double quotes")
            at = self.position
            name = self.string()
            if name in key_spans:
                self.report_twice(name, key_spans[name], self.span(at))
            key_spans[name] = self.span(at)
            if not self.take(":"):
                raise self.unexpected("`:`")
            members[name] = self.value()
            separator = self.take(",}")
            if not separator:
                raise self.unexpected("`,` or `}`")
        return MappingNode(members, key_spans, self.span(start))

    def sequence(self) -> Node:
        start = self.position
        items: list[Node] = []
        self.position += 1
        separator = self.take("]")
        while separator != "]":
            items.append(self.value())
            separator = self.take(",]")
            if not separator:
                raise self.unexpected("`,` or `]`")
        return SequenceNode(tuple(items), self.span(start))

    def take(self, characters: str) -> str:
        """Return the next character and pass it if it is one of those; else nothing."""
        found = self.next()
        if not found or found not in characters:
            return ""
        self.position += 1
        return found

    def string(self) -> str:
        found = STRING.match(self.text, self.position)
        if found is None:
            message = "the text in quotes is not closed, or holds what must be escaped"
            raise _NotJsonError(message, self.position, self.position + 1)
        value: str = json.loads(found.group())
        if LONE_SURROGATE.search(value):
            message = "the text holds half of a surrogate pair, which is no character"
            raise _NotJsonError(message, found.start(), found.end())
        self.position = found.end()
        return value

    def bare(self) -> Node:
        start = self.position
        number = NUMBER.match(self.text, start)
        if number is not None:
            value = None if len(number.group()) > MAX_DIGITS else json.loads(number.group())
            if value is None or abs(value) == float("inf"):
                raise _NotJsonError("the number is too large", start, number.end())
            self.position = number.end()
            return ScalarNode(value, self.span(start))
        word = WORD.match(self.text, start)
        if word is None or word.group() not in WORDS:
            raise self.unexpected("a value of JSON")
        self.position = word.end()
        return ScalarNode(WORDS[word.group()], self.span(start))

    def report_twice(self, name: str, first: Span, again: Span) -> None:
        self.failed = True
        self.diagnostics.add(
            codes.JSON_NAME_TWICE,
            f"the name `{name}` is here twice, and only one of the two can be meant",
            again,
            related=[Related(span=first, message="first here")],
        )
