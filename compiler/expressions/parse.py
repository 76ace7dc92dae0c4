"""Parse strings with `${{ … }}` in them."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from compiler.expressions.syntax import (
    CLOSE,
    ESCAPED_OPEN,
    OPEN,
    CallTerm,
    Comparator,
    CompareTerm,
    InTerm,
    InterpolationTerm,
    ListTerm,
    LiteralTerm,
    LogicTerm,
    NotTerm,
    PathTerm,
    Segment,
    Term,
)

TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:[^']|'')*'|"[^"]*")
    | (?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![A-Za-z_]))
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*)
    | (?P<operator>===|==|!=|<=|>=|=>|=<|<>|&&|\|\||[-<>()\[\],.!=+*/%?:|&])
    )""",
    re.VERBOSE,
)
SEGMENT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
COMPARATORS = frozenset({"==", "!=", "<", "<=", ">", ">="})
CONSTANTS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
KEYWORDS = frozenset({"and", "or", "not", "in"})
INSTEAD = {
    "&&": "write `and`", "||": "write `or`", "!": "write `not`", "=": "write `==` to compare",
    "=>": "write `>=`", "=<": "write `<=`", "<>": "write `!=`", "===": "write `==`",
    "AND": "write `and`", "OR": "write `or`", "NOT": "write `not`",
    "True": "write `true`", "TRUE": "write `true`", "False": "write `false`",
    "FALSE": "write `false`", "None": "write `null`",
    "?": "a choice at run time is a condition step", "|": "filters belong to Jinja, not here",
    "+": "there is no arithmetic; text is joined by writing expressions side by side",
    "*": "there is no arithmetic", "/": "there is no arithmetic", "%": "there is no arithmetic",
}  # fmt: skip
MAX_DEPTH = 50
MAX_DIGITS = 300


@dataclass(eq=False)
class ExpressionError(Exception):
    """What is wrong in an expression, and in which range of the text."""

    message: str
    start: int
    end: int
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def parse(text: str) -> Term:
    """Return the tree of a string with `${{` in it; raises ExpressionError.

    The tree knows only offsets, so equal strings share it.
    """
    parts: list[Term] = []
    position = 0
    while position < len(text):
        opening = text.find(OPEN, position)
        if opening < 0:
            _add_text(parts, text[position:], position)
            break
        if opening > 0 and text[opening - 1] == "$" and opening - 1 >= position:
            _add_text(parts, text[position : opening - 1] + OPEN, position)
            position = opening + len(OPEN)
            continue
        if opening > position:
            _add_text(parts, text[position:opening], position)
        term, position = _parse_one(text, opening)
        parts.append(term)
    if len(parts) == 1 and not text.startswith(ESCAPED_OPEN):
        return parts[0]
    return InterpolationTerm(tuple(parts), 0, len(text))


def _add_text(parts: list[Term], text: str, start: int) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, LiteralTerm) and isinstance(last.value, str):
        parts[-1] = LiteralTerm(last.value + text, last.start, start + len(text))
    else:
        parts.append(LiteralTerm(text, start, start + len(text)))


def _parse_one(text: str, opening: int) -> tuple[Term, int]:
    tokens, after = _tokens(text, opening)
    if not tokens:
        raise ExpressionError("the expression is empty", opening, after)
    parser = _Parser(tokens, after - len(CLOSE))
    return parser.whole(), after


def _tokens(text: str, opening: int) -> tuple[list[_Token], int]:
    tokens: list[_Token] = []
    position = opening + len(OPEN)
    while True:
        while position < len(text) and text[position].isspace():
            position += 1
        if text.startswith(CLOSE, position):
            return tokens, position + len(CLOSE)
        if position >= len(text):
            raise ExpressionError("the expression has no closing `}}`", opening, len(text))
        if tokens and tokens[-1].text == "." and (name := SEGMENT_NAME.match(text, position)):
            tokens.append(_Token("name", name.group(), position, name.end()))
            position = name.end()
            continue
        found = TOKEN.match(text, position)
        if found is None:
            if text[position] in "'\"":
                swallowed = (each.start for each in tokens if _holds_bracket(each))
                start = next(swallowed, position)
                raise ExpressionError("the quote is never closed", start, start + 1)
            if text[position] == "}":
                raise ExpressionError(
                    "one `}` does not close an expression", position, position + 1, "write `}}`"
                )
            raise ExpressionError(f"unexpected `{text[position]}`", position, position + 1)
        kind = str(found.lastgroup)
        tokens.append(_Token(kind, found.group(kind), found.start(kind), found.end(kind)))
        position = found.end()


def _holds_bracket(token: _Token) -> bool:
    """Return whether a text in quotes looks as if an open quote had found a later one."""
    return token.kind == "string" and "]" in token.text


def _unquoted(token: _Token) -> str:
    text = token.text[1:-1]
    return text.replace("''", "'") if token.text.startswith("'") else text


def _number(token: _Token) -> int | float:
    text = token.text
    if len(text) <= MAX_DIGITS:
        number = int(text) if text.lstrip("-").isdigit() else float(text)
        if abs(number) != float("inf"):
            return number
    raise ExpressionError("the number is too large", token.start, token.end)


class _Parser:
    """Recursive descent over the tokens of one `${{ … }}`."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.end = end
        self.index = 0
        self.depth = 0

    def whole(self) -> Term:
        term = self.disjunction()
        if (token := self.peek()) is not None:
            raise self.unexpected(token)
        return term

    def peek(self) -> _Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def take(self, *texts: str) -> _Token | None:
        token = self.peek()
        if token is not None and token.kind != "string" and token.text in texts:
            self.index += 1
            return token
        return None

    def expect(self, text: str) -> _Token:
        token = self.take(text)
        if token is None:
            raise self.unexpected(self.peek(), f"`{text}`")
        return token

    def unexpected(self, token: _Token | None, expected: str | None = None) -> ExpressionError:
        if token is None:
            return ExpressionError(
                f"the expression ends where {expected or 'a value'} is expected", self.end, self.end
            )
        message = f"unexpected `{token.text}`" + (f", expected {expected}" if expected else "")
        return ExpressionError(message, token.start, token.end, INSTEAD.get(token.text))

    def disjunction(self) -> Term:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("nested too deep", self.tokens[0].start, self.end)
        operands = [self.conjunction()]
        while self.take("or"):
            operands.append(self.conjunction())
        self.depth -= 1
        if len(operands) == 1:
            return operands[0]
        return LogicTerm("or", tuple(operands), operands[0].start, operands[-1].end)

    def conjunction(self) -> Term:
        operands = [self.negation()]
        while self.take("and"):
            operands.append(self.negation())
        if len(operands) == 1:
            return operands[0]
        return LogicTerm("and", tuple(operands), operands[0].start, operands[-1].end)

    def negation(self) -> Term:
        tokens = []
        while (token := self.take("not")) is not None:
            tokens.append(token)
            if len(tokens) > MAX_DEPTH:
                raise ExpressionError("nested too deep", tokens[0].start, token.end)
        term = self.comparison()
        for token in reversed(tokens):
            term = NotTerm(term, token.start, term.end)
        return term

    def comparison(self) -> Term:
        left = self.operand()
        token = self.take(*COMPARATORS)
        if token is not None:
            right = self.operand()
            operator = cast("Comparator", token.text)
            if (another := self.take(*COMPARATORS)) is not None:
                hint = f"compare twice: `a {operator} b and b {another.text} c`"
                message = f"unexpected `{another.text}`, one comparison ends before it"
                raise ExpressionError(message, another.start, another.end, hint)
            return CompareTerm(operator, left, right, left.start, right.end)
        if self.take("in"):
            values = self.operand()
            return InTerm(left, values, left.start, values.end)
        negated = self.take("not")
        if negated is not None:
            self.expect("in")
            values = self.operand()
            inner = InTerm(left, values, left.start, values.end)
            return NotTerm(inner, left.start, values.end)
        return left

    def operand(self) -> Term:
        token = self.peek()
        if token is None:
            raise self.unexpected(None)
        self.index += 1
        if token.kind == "string":
            return LiteralTerm(_unquoted(token), token.start, token.end)
        if token.kind == "number":
            return LiteralTerm(_number(token), token.start, token.end)
        if token.text == "(":
            term = self.disjunction()
            self.expect(")")
            return term
        if token.text == "[":
            items, end = self.list_of("]")
            return ListTerm(items, token.start, end)
        if token.kind == "name" and token.text in CONSTANTS:
            return LiteralTerm(CONSTANTS[token.text], token.start, token.end)
        if token.kind == "name" and token.text not in KEYWORDS and token.text not in INSTEAD:
            return self.named(token)
        raise self.unexpected(token, "a value")

    def list_of(self, closing: str) -> tuple[tuple[Term, ...], int]:
        items: list[Term] = []
        end = self.take(closing)
        while end is None:
            items.append(self.disjunction())
            if not self.take(","):
                end = self.expect(closing)
        return tuple(items), end.end

    def named(self, token: _Token) -> Term:
        if self.take("("):
            arguments, end = self.list_of(")")
            return CallTerm(token.text, arguments, token.start, end)
        segments = [Segment(token.text, True, token.start, token.end)]
        while True:
            if self.take("."):
                segments.append(self.dotted())
            elif (opening := self.take("[")) is not None:
                segments.append(self.subscript(opening))
            else:
                return PathTerm(tuple(segments), token.start, segments[-1].end)

    def dotted(self) -> Segment:
        token = self.peek()
        if token is None or token.kind != "name":
            raise self.unexpected(token, "a name after the `.`")
        self.index += 1
        return Segment(token.text, True, token.start, token.end)

    def subscript(self, opening: _Token) -> Segment:
        token = self.peek()
        if token is None or token.kind not in {"string", "number"}:
            raise self.unexpected(token, "a number or a text in quotes")
        self.index += 1
        closing = self.expect("]")
        value: str | int = _unquoted(token) if token.kind == "string" else 0
        if token.kind == "number":
            number = _number(token)
            if not isinstance(number, int) or number < 0:
                raise ExpressionError("an index counts from 0", token.start, token.end)
            value = number
        return Segment(value, False, opening.start, closing.end)
