"""Names for things in a template: what a language of templates takes, and no two alike."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable


def identifiers(things: Iterable[str], short: Callable[[str], str] = str) -> dict[str, str]:
    """Return a name of small letters, digits and `_` for each; unlike even without the `_`.

    What a thing's `short` name becomes depends on the others only if they would become the same.
    """
    given = list(dict.fromkeys(things))
    counts = Counter(_letters(short(thing)) for thing in given)
    return {
        thing: _words(short(thing))
        if counts[_letters(short(thing))] == 1 and _letters(short(thing))
        else f"{_words(short(thing))}_{_digest(thing)}".lstrip("_")
        for thing in given
    }


def pascal_case(*words: str) -> str:
    """Return identifiers as one word, as CloudFormation's logical ids are written."""
    return "".join(part.capitalize() for word in words for part in word.split("_"))


def snake_case(*words: str) -> str:
    """Return identifiers as one, as Terraform's are written, which begin with no digit."""
    joined = "_".join(words)
    return f"_{joined}" if joined[:1].isdigit() else joined


def _letters(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.lower())


def _words(name: str) -> str:
    return re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:8]
