"""Values of a definition, and texts, with a mark in the place of each secret."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from compiler.secrets.names import is_value_member, name_member, option
from compiler.secrets.texts import form_of, is_secret, sounds_secret

Json: TypeAlias = Any

HIDDEN = "(hidden)"
JOIN = "Std:Join"
# Stands for a reference while the text around it is looked at.
UNKNOWN = "\x00"
QUOTES = f"\\\"'{UNKNOWN}"
# `--password x`, `DB_PASSWORD=x`, `"password": "x"` and the like; a part of an ARN is none.
SET = re.compile(
    r"""(?<![\w.:/-])
    (?: (?P<option>--?[A-Za-z][\w.-]*)\s+(?![\s-])
    |   (?P<name>-{0,2}[A-Za-z_][\w.-]*)\\*["']?\s*[:=]\s* )""",
    re.VERBOSE,
)
SET_TO = re.compile(
    r"""\(hidden\) | "(?:[^"\\]|\\.)*"? | '[^']*'? | \\+"[^"]*"? | [^\s{\[]\S*""",
    re.VERBOSE | re.DOTALL,
)
# For which any name of a secret is one.
SAMPLE = "correct-horse"


def without_secrets(value: Json, name: str = "") -> Json:
    """Return a value with a mark in the place of each secret in it.

    A secret is told by its own form, or by what it is called: by its member, by `name` if it is in
    none or in one such as `Value`, by the other half of a pair, or by the option before it.
    """
    match value:
        case bool():
            return value
        case str() | int() | float():
            return _hidden(value, name)
        case {"Std:Join": {"Values": list()}} if len(value) == 1:
            return _without_join(value, name)
        case dict():
            return _without_members(value, name)
        case list():
            return list(_without_items(value, name))
        case _:
            return value


def _hidden(value: str | float, name: str) -> Json:
    text = str(value)
    if is_secret(name, text) or form_of(text) is not None:
        return HIDDEN
    return _without_set(value) if isinstance(value, str) else value


def _without_members(members: dict[str, Json], name: str) -> dict[str, Json]:
    naming = name_member(members)
    beside = members[naming] if naming is not None else None
    of_value = beside if isinstance(beside, str) else name
    return {
        key: without_secrets(member, (is_value_member(key) and of_value) or key)
        for key, member in members.items()
    }


def _without_items(items: list[Json], name: str) -> Iterator[Json]:
    before: str | None = None
    for item in items:
        word = _text(item)
        called, before = option(word, before)
        if called is None or word.startswith("-"):
            # What an option is set to by `=` is found in the text itself.
            yield without_secrets(item, name)
        else:
            yield without_secrets(item, called)


def _without_join(value: dict[str, Json], name: str) -> Json:
    joined, text = value[JOIN], _text(value)
    is_one = is_secret(name, text.replace(UNKNOWN, "")) or _without_set(text) != text
    is_one = is_one or form_of(text.replace(UNKNOWN, " ")) is not None
    inner = map(_without_literals if is_one else without_secrets, joined["Values"])
    return {JOIN: {**joined, "Values": list(inner)}}


def _without_literals(value: Json) -> Json:
    match value:
        case bool():
            return value
        case str() | int() | float():
            return HIDDEN if str(value) else value
        case {"Std:Join": {"Values": list() as values}} if len(value) == 1:
            return {JOIN: {**value[JOIN], "Values": list(map(_without_literals, values))}}
        case _:
            return value


def _text(value: Json) -> str:
    """Return a value as text, with a mark for each reference in it; what is no text has none."""
    match value:
        case str():
            return value
        case int() | float():
            return str(value)
        case {"Std:Join": {"Values": list() as values, **rest}} if len(value) == 1:
            return str(rest.get("On", "")).join(_text(each) or UNKNOWN for each in values)
        case _:
            return ""


def _without_set(text: str) -> str:
    """Return a text without the secrets that are set in it, such as a command or JSON."""
    kept: list[str] = []
    position = 0
    while (found := SET.search(text, position)) is not None:
        kept.append(text[position : found.end()])
        position = found.end()
        called = found["option"] or found["name"]
        # The value is read only where it counts, so that this takes no longer for a long text.
        value = SET_TO.match(text, position) if sounds_secret(called, SAMPLE) else None
        if value is not None:
            is_set = is_secret(called, value[0].strip(QUOTES))
            kept.append(HIDDEN if is_set else value[0])
            position = value.end()
    return "".join([*kept, text[position:]])


def hidden_texts(value: Json, name: str = "") -> Iterator[str]:
    """Yield the texts in a value that are not shown as they are."""
    yield from _replaced(value, without_secrets(value, name))


def _replaced(value: Json, shown: Json) -> Iterator[str]:
    match value, shown:
        case dict(), dict():
            for key, member in value.items():
                yield from _replaced(member, shown[key])
        case list(), list():
            for item, other in zip(value, shown, strict=True):
                yield from _replaced(item, other)
        case _ if value != shown:
            yield str(value)


def text_without(text: str, hidden: Iterable[str]) -> str:
    """Return a line of text without words that are not shown, and without secrets of its own."""
    lines = {line.strip() for each in hidden for line in each.splitlines()}
    for word in sorted(filter(re.compile(r"\w").search, lines), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda _: HIDDEN, text)
    return HIDDEN if form_of(text) else _without_set(text)
