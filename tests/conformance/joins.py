"""Write each Std:Join in one form: On "" with neither nested Joins nor neighbouring texts."""

from typing import Any, TypeAlias

Json: TypeAlias = Any

# Members that the API knows as texts only, so that a reference there is always made a text.
TEXT_MAPS = frozenset({"HyperParameters", "StaticHyperParameters", "Environment"})
TEXT_LISTS = frozenset({"ContainerArguments", "ContainerEntrypoint"})


def join_strings(definition: Json) -> Json:
    """Write Joins in one form.

    A Join puts its parts together with `On` between them, so `a/b` is the same Join whether the
    slash stands in On or in the parts, and a Join inside a Join adds its own parts. A Join of text
    alone is that text. A Join of one reference makes it a text: that changes nothing if it is a
    text, or stands where the API takes nothing else; elsewhere, as in a condition, it is kept.
    """
    parameters = definition.get("Parameters") if isinstance(definition, dict) else None
    texts = {
        f"Parameters.{parameter.get('Name')}"
        for parameter in parameters or ()
        if parameter.get("Type", "String") == "String"
    }
    return _rewrite(definition, texts, takes_text=False)


def _rewrite(value: Json, texts: set[str], *, takes_text: bool) -> Json:
    match value:
        case {"Std:Join": {"Values": list(parts), **rest}} if len(value) == 1:
            separator = str(rest.get("On", ""))
            inner = [_rewrite(part, texts, takes_text=False) for part in parts]
            return _joined(separator, inner, texts, takes_text=takes_text)
        case dict():
            return {name: _entries(name, item, texts) for name, item in value.items()}
        case list():
            return [_rewrite(item, texts, takes_text=takes_text) for item in value]
    return value


def _entries(name: str, value: Json, texts: set[str]) -> Json:
    if name in TEXT_MAPS and isinstance(value, dict):
        return {key: _rewrite(item, texts, takes_text=True) for key, item in value.items()}
    if name in TEXT_LISTS and isinstance(value, list):
        return [_rewrite(item, texts, takes_text=True) for item in value]
    return _rewrite(value, texts, takes_text=False)


def _joined(separator: str, parts: list[Json], texts: set[str], *, takes_text: bool) -> Json:
    merged: list[Json] = []
    for index, part in enumerate(parts):
        if index and separator:
            _append(merged, separator)
        match part:
            case {"Std:Join": {"On": "", "Values": list(inner)}}:
                for item in inner:
                    _append(merged, item)
            case _:
                _append(merged, part)
    match merged:
        case []:
            return ""
        case [str(text)]:
            return text
        case [{"Get": str(path)}] if takes_text or path in texts or path.startswith("Execution."):
            return merged[0]
        case [{"Std:JsonGet": _}] if takes_text:
            return merged[0]
    return {"Std:Join": {"On": "", "Values": merged}}


def _append(merged: list[Json], part: Json) -> None:
    if isinstance(part, int) and not isinstance(part, bool):
        part = str(part)
    if part == "":
        return
    if isinstance(part, str) and merged and isinstance(merged[-1], str):
        merged[-1] += part
    else:
        merged.append(part)
