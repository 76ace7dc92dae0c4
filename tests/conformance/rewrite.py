"""Change each part of a definition, the innermost first."""

from collections.abc import Callable
from typing import Any, TypeAlias

from tests.conformance.service import FREE_ARGUMENTS

Json: TypeAlias = Any
Change: TypeAlias = Callable[[str, Json], Json]


def rewrite(value: Json, change: Change, member: str = "") -> Json:
    """Return the value with `change` applied to each part, the innermost first.

    `change` gets the name of the member that a part stands in; for an item of a list that is the
    name of the list.
    """
    match value:
        case dict():
            value = {
                name: rewrite(item, change, _role(name, value)) for name, item in value.items()
            }
        case list():
            value = [rewrite(item, change, member) for item in value]
    return change(member, value)


def _role(member: str, parent: Json) -> str:
    is_free = member == "Arguments" and parent.get("Type") in FREE_ARGUMENTS
    return "free" if is_free else member
