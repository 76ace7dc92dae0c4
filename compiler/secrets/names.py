"""How a value gets its name where no member has it: in pairs, and by the option before it."""

from collections.abc import Collection

NAMES = ("Key", "Name", "key", "name")
VALUES = frozenset({"value", "values", "default", "defaultvalue", "enum", "enumvalues"})


def name_member(members: Collection[str]) -> str | None:
    """Return the member of a pair that names its value: of `{Name, Value}` it is `Name`."""
    if not any(map(is_value_member, members)):
        return None
    return next((each for each in NAMES if each in members), None)


def is_value_member(member: str) -> bool:
    """Return whether what a member holds is called as the whole is, such as a default."""
    return member.lower() in VALUES


def option(word: str, before: str | None) -> tuple[str | None, str | None]:
    """Return what a word of a command is called, and what that calls the next: `--password`, `x`.

    A word such as `--password=x` is called so itself.
    """
    if not word.startswith("-"):
        return before, None
    name, equals, _ = word.partition("=")
    return (name, None) if equals else (None, name)
