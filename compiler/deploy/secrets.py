"""Secrets in values of a definition, which are never shown."""

import re

from compiler.local.resolve import Json
from compiler.policy.secret_texts import form_of, is_secret

HIDDEN = "(hidden)"


def without_secrets(value: Json, name: str = "") -> Json:
    """Return a value with a mark in the place of each secret in it."""
    match value:
        case str():
            sounds = is_secret(name, value, names=(), harmless=())
            return HIDDEN if sounds or form_of(value) is not None else value
        case dict():
            return {key: without_secrets(member, key) for key, member in value.items()}
        case list():
            return [without_secrets(item, name) for item in value]
        case _:
            return value


def last_name(path: str) -> str:
    """Return the name of the member that a path leads to: `KEY` of `Environment['KEY']`."""
    return re.split(r"[.\[\]']", path.rstrip("]'"))[-1]
