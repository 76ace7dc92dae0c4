"""Whether two definitions mean the same, one of which may leave out what has a default."""

from typing import Any

from compiler.definition import VERSION
from tests.conformance.meaning import differences, normalise

CHECKS = ("ClarifyCheck", "QualityCheck")
CHECK_DEFAULTS = {"SkipCheck": False, "RegisterNewBaseline": False, "FailOnViolation": True}


def differences_of(given: Any, compiled: Any) -> list[str]:
    """Return where they differ; meaning is asked for only where they are not plainly equal."""
    if _in_any_order(given) == _in_any_order(compiled):
        return []
    whole = {"Version": VERSION, **_complete(given)}
    return differences(normalise(whole), normalise(_complete(compiled)))


def _in_any_order(value: Any, member: str = "") -> Any:
    """Return a value with its steps by name, and in which `1` and `true` are different."""
    match value:
        case dict():
            return {name: _in_any_order(item, name) for name, item in value.items()}
        case list() if member.endswith("Steps") and all(isinstance(item, dict) for item in value):
            return {str(item.get("Name")): _in_any_order(item) for item in value}
        case list():
            return [_in_any_order(item, member) for item in value]
        case bool():
            return (bool, value)
        case _:
            return value


def _complete(value: Any) -> Any:
    """Return a definition in which steps have what they may leave out, which says the same."""
    match value:
        case {"Name": _, "Type": str(kind)}:
            given = {name: _complete(item) for name, item in value.items() if item is not None}
            return {"Arguments": {}, **(CHECK_DEFAULTS if kind in CHECKS else {}), **given}
        case dict():
            return {
                name: item if name == "Parameters" else _complete(item)
                for name, item in value.items()
                if item is not None or name != "PipelineExperimentConfig" or "Steps" in value
            }
        case list():
            return [_complete(item) for item in value]
        case _:
            return value
