"""What a plain YAML scalar means: the core schema of YAML 1.2, where `no` is a string."""

import re

from compiler.document.node import Literal

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
# Not a number: JSON, and so a pipeline definition, has none; the reader of the value says so.
FIRST_OF_NUMBER = frozenset("+-.0123456789")
MAX_DIGITS = 300
TOO_LARGE = 10**MAX_DIGITS  # so that each number is one as a float too


def plain_scalar(text: str) -> Literal:
    """Return the value of an unquoted scalar."""
    if text in NULLS:
        return None
    if text in BOOLEANS:
        return BOOLEANS[text]
    if text[0] not in FIRST_OF_NUMBER or len(text) > MAX_DIGITS:
        return text
    if INTEGER.fullmatch(text):
        whole = int(text, 0) if text.startswith(("0o", "0x")) else int(text)
        return whole if abs(whole) < TOO_LARGE else text
    if FLOAT.fullmatch(text):
        number = float(text)
        return number if abs(number) != float("inf") else text
    return text
