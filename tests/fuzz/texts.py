"""Mutations of a text: what a person, an editor or a broken disk does to a file."""

import random
import re
from collections.abc import Callable
from typing import TypeAlias

TextMutation: TypeAlias = Callable[[random.Random, str], str]

ODD = (
    "\t", "\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u200b", "\u2028", "\u202e",
    "\ufeff", "\ufffe", "\ud800", "\U0001f600", "e\u0301", "\r", "\r\n", "\f", "\v",
)  # fmt: skip
SYNTAX = (
    "'", '"', "[", "]", "{", "}", ":", ": ", ",", "- ", "? ", "#", " # ", "&a ", "*a", "*", "&",
    "!!binary ", "!!python/name:os.system ", "!", "%", "%YAML 1.1\n", "@", "`", "|", ">-\n",
    "---\n", "...\n", "<<: ", "<<: *a", "\\", "\\u", "${{", "}}", "$${{", "${{ }}", "~", "=",
    "null", "-", "\n", "\n\n", " ", "  ", "0x", "1e999", "-.inf", ".nan", "0o8", "1_000",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "-0", "1e308", "1e999", "9" * 400, "9" * 5000, "0." + "3" * 100, ".nan", "-.inf",
    "NaN", "Infinity", "2147483648", "9223372036854775808", "1e-400", "0x" + "f" * 300, "07", "1.",
    "١٢٣", "Ⅷ", "1:30", "2020-01-01",
)  # fmt: skip
EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.DOTALL)
INSIDE = (
    "'", "''", '"', "[", "]", "[0]", "[-1]", "['", "(", ")", ".", "..", ",", " and ", " or ",
    " not ", " in ", " == ", " < ", "!=", "!", "[1, 2]", "[]", "1", "1e999", "9" * 30, "null",
    "true", "'text'", "{", "}", "}}", "${{", "-", "*", "parameters.", "steps.", "vars.", "item",
    "iteration.x.y", "execution.", "experiment.name", "env('HOME')", "join('-', 'a')", "string(1)",
    "json('s3://b/k', 'a')", "json(", "get('Steps.x.y')", "get('')", ".properties", ".selected",
    ".iterations[0]", "\n", "\t", "\x00", "é", "\u2028", "\U0001f600",
)  # fmt: skip
IGNORES = (
    "# pipec: ignore[E501] a reason", "# pipec: ignore[E501]", "# pipec: ignore[", "# pipec:",
    "# pipec: ignore[] x", "# pipec: ignore[E999] x", "# pipec: ignore[E501,W510, E203] x",
    "# pipec: ignore[É\x00] x", "# pipec: ignore-file[W510] x", "# pipec: ignore[unused] x",
)  # fmt: skip
LONG = (300, 1025, 5_000, 70_000, 300_000)
BRACKETS = (("[", "]"), ("{a: ", "}"), ('{"a": ', "}"), ("- ", ""), ("(", ")"))
DEEP = (5, 30, 89, 95, 101, 400, 3_000)
VALUE = re.compile(r"(?<=[:\-,\[] )[^\s,\[\]{}#][^\n,\[\]{}#]*")
NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w.-])")
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _place(rng: random.Random, text: str) -> int:
    return rng.randrange(len(text) + 1)


def _replaced(rng: random.Random, pattern: re.Pattern[str], text: str, new: str) -> str:
    """Return the text with one match replaced; at random places if there is none."""
    found = [match.span() for match in pattern.finditer(text)]
    start, end = rng.choice(found) if found else (_place(rng, text),) * 2
    return text[:start] + new + text[end:]


def _some_lines(rng: random.Random, lines: list[str]) -> tuple[int, int]:
    start = rng.randrange(len(lines))
    return start, min(len(lines), start + rng.choice((1, 1, 1, 2, 5, 20)))


def delete_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _some_lines(rng, lines)
    return "\n".join(lines[:start] + lines[end:])


def duplicate_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _some_lines(rng, lines)
    at = rng.choice((end, rng.randrange(len(lines) + 1)))
    return "\n".join(lines[:at] + lines[start:end] + lines[at:])


def swap_lines(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def indent(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    start, end = _some_lines(rng, lines)
    by = rng.choice((" ", "  ", "\t", "    ", "-1", "-2", "- "))
    for index in range(start, end):
        line = lines[index]
        lines[index] = line[int(by[1:]) :] if by in {"-1", "-2"} else by + line
    return "\n".join(lines)


def delete_characters(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    return text[:start] + text[start + rng.choice((1, 1, 1, 2, 7, 40)) :]


def delete_punctuation(rng: random.Random, text: str) -> str:
    return _replaced(rng, re.compile(r"[\[\]{}:,'\"$#|>&*()-]"), text, "")


def insert_odd(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    return text[:start] + rng.choice(ODD) * rng.choice((1, 1, 3)) + text[start:]


def insert_syntax(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    return text[:start] + rng.choice(SYNTAX) + text[start:]


def replace_value(rng: random.Random, text: str) -> str:
    return _replaced(rng, VALUE, text, rng.choice((*SYNTAX, *ODD, *NUMBERS)))


def replace_number(rng: random.Random, text: str) -> str:
    return _replaced(rng, NUMBER, text, rng.choice(NUMBERS))


def truncate(rng: random.Random, text: str) -> str:
    start = _place(rng, text)
    return rng.choice((text[:start], text[:start], text[start:]))


def huge_scalar(rng: random.Random, text: str) -> str:
    unit = rng.choice(("x", "a ", "é", "\\", "'", "a, ", "${{ parameters.a }}", "# ", "0", "\n  "))
    return _replaced(rng, VALUE, text, unit * (rng.choice(LONG) // len(unit)))


def nest_deep(rng: random.Random, text: str) -> str:
    depth = rng.choice(DEEP)
    opening, closing = rng.choice(BRACKETS)
    middle = rng.choice(("", "1", "x"))
    return _replaced(rng, VALUE, text, opening * depth + middle + closing * rng.choice((depth, 0)))


def add_aliases(rng: random.Random, text: str) -> str:
    name = rng.choice(("a", "a", "A-1", "é", "x" * 200))
    spots = [match.start() for match in VALUE.finditer(text)] or [0]
    first = rng.choice(spots)
    text = text[:first] + f"&{name} " + text[first:]
    for _ in range(rng.choice((1, 1, 2, 5))):
        text = _replaced(rng, VALUE, text, f"*{name}")
    return text


def add_merge_keys(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    space = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    value = rng.choice(("*a", "[*a, *a]", "{type: training}", "[{a: 1}, {b: 2}]", "1", "[1]", ""))
    anchor = rng.choice(("", "x: &a {type: fail, message: m}\n"))
    return anchor + "\n".join([*lines[:at], f"{space}<<: {value}", *lines[at:]])


def add_bomb(rng: random.Random, text: str) -> str:
    levels = rng.choice((3, 6, 9, 30))
    lines = ["x0: &x0 [y, y, y, y, y, y, y, y, y]"]
    for level in range(1, levels):
        references = ", ".join([f"*x{level - 1}"] * 9)
        lines.append(f"x{level}: &x{level} [{references}]")
    bomb = "\n".join(lines) + "\n"
    return rng.choice((bomb + text, _replaced(rng, VALUE, bomb + text, f"*x{levels - 1}")))


def swap_words(rng: random.Random, text: str) -> str:
    words = WORD.findall(text) or ["x"]
    return _replaced(rng, WORD, text, rng.choice(words))


def misspell(rng: random.Random, text: str) -> str:
    word = rng.choice(WORD.findall(text) or ["x"])
    at = rng.randrange(len(word))
    changed = rng.choice(
        (word[:at] + word[at + 1 :], word + "s", word.upper(), word[::-1], word.replace("_", "-"))
    )
    return _replaced(rng, re.compile(rf"\b{re.escape(word)}\b"), text, changed)


def change_line_ends(rng: random.Random, text: str) -> str:
    end = rng.choice(("\r\n", "\r", "\x85", "\u2028", "\n\n", "\n\r"))
    some = rng.choice((1, 10_000))
    return text.replace("\n", end, some)


def repeat_all(rng: random.Random, text: str) -> str:
    count = min(rng.choice((2, 3, 20)), max(2, LONG[-1] // (len(text) + 1)))
    return rng.choice(("", "---\n", "\ufeff", "  ")).join([text] * count)


def add_comment(rng: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    comment = rng.choice(IGNORES)
    beside = [f"{lines[at]}  {comment}"] if rng.random() < 0.5 else [comment, lines[at]]
    return "\n".join([*lines[:at], *beside, *lines[at + 1 :]])


def change_expression(rng: random.Random, text: str) -> str:
    """Cut one expression, mix it with another, or put something into it."""
    spans = [match.span() for match in EXPRESSION.finditer(text)]
    if not spans:
        return _replaced(rng, VALUE, text, f"${{{{ {rng.choice(INSIDE)}{rng.choice(INSIDE)} }}}}")
    start, end = rng.choice(spans)
    body = text[start + 3 : end - 2]
    at = _place(rng, body)
    match rng.randrange(7):
        case 0:
            body = body[:at] + body[at + rng.choice((1, 1, 4)) :]
        case 1:
            body = body[:at] + rng.choice(INSIDE) + body[at:]
        case 2:
            other, last = rng.choice(spans)
            body = body[:at] + text[other + 3 : last - 2][rng.randrange(4) :]
        case 3:
            other, last = rng.choice(spans)
            body = text[other + 3 : last - 2]
        case 4:
            opening, closing = rng.choice((("(", ")"), ("not ", ""), ("[", "]"), ("string(", ")")))
            depth = rng.choice(DEEP)
            body = opening * depth + body + closing * depth
        case 5:
            word = rng.choice((" and ", " or ", " == ", ", ", "."))
            most = max(2, LONG[-1] // (len(body) + 1))
            body = word.join([body.strip()] * min(most, rng.choice((2, 50, 2_000))))
        case _:
            return text[: start + at + 3] + text[end:]
    return text[: start + 3] + body + text[end - 2 :]


YAML_TEXT: tuple[TextMutation, ...] = (
    delete_lines, duplicate_lines, swap_lines, indent, indent, delete_characters,
    delete_punctuation, insert_odd, insert_syntax, insert_syntax, replace_value, replace_value,
    replace_number, truncate, huge_scalar, nest_deep, add_aliases, add_merge_keys, add_bomb,
    swap_words, swap_words, misspell, misspell, change_line_ends, repeat_all, add_comment,
    change_expression, change_expression, change_expression, change_expression,
)  # fmt: skip
JSON_TEXT: tuple[TextMutation, ...] = (
    delete_lines, duplicate_lines, swap_lines, delete_characters, delete_punctuation, insert_odd,
    insert_syntax, replace_value, replace_number, truncate, huge_scalar, nest_deep, swap_words,
    misspell, change_line_ends, repeat_all,
)  # fmt: skip
