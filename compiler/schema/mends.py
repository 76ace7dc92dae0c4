"""What a wrong value was probably meant to be."""

import re
from collections.abc import Callable

# Each turns a text into what it would be without one common mistake.
MENDS: tuple[Callable[[str], str], ...] = (
    str.strip,
    str.lower,
    lambda text: re.sub(r"[_ .]+", "-", text),
    lambda text: text.replace(" ", ""),
    lambda text: text.replace("-", ""),
    lambda text: re.sub(r"([a-z])([0-9])$", r"\1-\2", text),
    lambda text: f"ml.{text}",
    lambda text: re.sub(r"^s3[:/]*", "s3://", text, flags=re.IGNORECASE),
    lambda text: re.sub(r"^(?:PT?)?([1-9][0-9]*) *([smhdSMHD])[a-z]*$", _duration, text),
    lambda text: re.sub(r"^([1-9][0-9]*)\.5h$", lambda m: f"{int(m[1]) * 60 + 30}m", text),
)
BOOLEANS = {
    "yes": "true", "on": "true", "y": "true", "true": "true",
    "no": "false", "off": "false", "n": "false", "false": "false",
}  # fmt: skip


def _duration(found: re.Match[str]) -> str:
    return found[1] + found[2].lower()


def mended(text: str, regex: str) -> str | None:
    """Return the hint with a text that matches, if one small change makes it do so."""
    for mend in MENDS:
        candidate = mend(text)
        if candidate != text and re.search(regex, candidate):
            return f"did you mean `{candidate}`?"
    return None


def as_boolean(value: object) -> str | None:
    """Return the hint for a word that YAML 1.1 took for a boolean and YAML 1.2 takes for text."""
    meant = BOOLEANS.get(value.casefold()) if isinstance(value, str) else None
    return f"write `{meant}`" if meant is not None else None
