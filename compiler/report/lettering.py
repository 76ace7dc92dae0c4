"""Text in pictures: how wide it is, what is cut off, and which characters may appear at all."""

import re
from unicodedata import combining, east_asian_width

# Control characters are not allowed in XML, lone surrogates not in UTF-8, and the marks that
# reverse the writing direction would let a name show as another one.
NOT_FOR_DISPLAY = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]"
)
# Widths in thousandths of the font size, generous enough for the widest usual sans-serif.
NARROW, WIDE, BROAD = frozenset("ijlI|!.,:;'`()[]{} ft/\\"), frozenset("mwMW@%"), 1000
ELLIPSIS = "…"


def visible(text: str) -> str:
    """Replace the characters that have no place in a document."""
    return NOT_FOR_DISPLAY.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Return the text without line breaks and with single spaces."""
    return " ".join(visible(text).split())


def text_width(text: str, font_size: float) -> float:
    """Estimate the width of a line of sans-serif text."""
    return sum(_units(character) for character in text) * font_size / 1000


def shorten(text: str, font_size: float, width: float) -> str:
    """Cut a line so that it fits, with an ellipsis in place of what is missing."""
    if text_width(text, font_size) <= width:
        return text
    kept = text
    while kept and text_width(kept + ELLIPSIS, font_size) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def _units(character: str) -> int:
    if combining(character):
        return 0
    if east_asian_width(character) in "WF":
        return BROAD
    if character in NARROW:
        return 370
    if character in WIDE:
        return 960
    return 690 if character.isupper() else 610
