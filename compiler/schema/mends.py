"""What a wrong value was probably meant to be."""

import re
from collections.abc import Callable, Iterable

from compiler.diagnostics.diagnostic import did_you_mean, near_name

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
# What fields are called in the API, in other languages and in everyday words; the first of several
# that a mapping has is meant.
OTHER_WORDS = {
    "condition": "if", "when": "if", "conditions": "if",
    "on_true": "then", "if_steps": "then", "on_false": "else", "else_steps": "else",
    "otherwise": "else",
    "depends_on": "after", "dependson": "after", "needs": "after", "requires": "after",
    "instance_type": "instance", "instancetype": "instance", "machine": "instance",
    "instance_count": "count", "volume_size": "volume", "disk": "volume",
    "image_uri": "image", "imageuri": "image", "container": "image",
    "role_arn": "role", "rolearn": "role", "execution_role": "role",
    "env": "environment", "variables": "vars", "params": "parameters",
    "inputs": "parameters arguments", "payload": "arguments",
    "environments": "targets", "stages": "targets", "jobs": "steps", "tasks": "steps",
    "channels": "inputs", "data": "inputs", "hyper_parameters": "hyperparameters",
    "script": "code", "source": "code", "source_dir": "path",
    "entry_point": "entry", "entrypoint": "entry", "values": "with", "arguments": "with",
    "timeout": "max_run", "max_runtime": "max_run", "retries": "retry", "max_attempts": "attempts",
    "error_message": "message", "model_package_group": "group", "model_data": "model",
    "s3_uri": "uri", "url": "uri", "bucket": "storage", "caching": "cache", "network": "vpc",
    "py_version": "python", "python_version": "python",
    "kms_key": "kms", "kms_key_id": "kms", "label": "display_name", "desc": "description",
}  # fmt: skip
# What values are called elsewhere; the first of several that are possible is meant.
OTHER_VALUES = {
    "max": "Maximize", "min": "Minimize", "int": "integer", "str": "string", "bool": "boolean",
    "float": "float continuous", "double": "float continuous", "number": "float continuous",
    "real": "continuous", "list": "categorical", "choice": "categorical",
}  # fmt: skip
# A part of a text that is short enough for any name.
PART = 32
BOOLEANS = {
    "yes": "true", "on": "true", "y": "true", "true": "true",
    "no": "false", "off": "false", "n": "false", "false": "false",
}  # fmt: skip


def _duration(found: re.Match[str]) -> str:
    return found[1] + found[2].lower()


def field_meant(name: str, known: Iterable[str]) -> str | None:
    """Return the one of the known fields that a name was meant to be."""
    fields = list(known)
    word = snake_case(name)
    for meant in (*OTHER_WORDS.get(word, "").split(), word, word.rpartition("_")[2]):
        if meant in fields and meant != name:
            return meant
    return near_name(name, fields)


def snake_case(name: str) -> str:
    """Return a name as fields are written: `InstanceType` as `instance_type`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).casefold().replace("-", "_")


def value_meant(text: str, choices: Iterable[object]) -> str | None:
    """Return the hint for the choice that a text was meant to be, or whose last part it was."""
    names = [str(choice) for choice in choices]
    for meant in OTHER_VALUES.get(text.casefold(), "").split():
        if meant in names:
            return f"did you mean `{meant}`?"
    begun = [name for name in names if name.casefold().startswith(text.casefold())]
    if len(begun) == 1 and text and text not in names:
        return f"did you mean `{begun[0]}`?"
    return did_you_mean(text, names) or did_you_mean(text.rpartition(".")[2], names)


def mended(text: str, regex: str) -> str | None:
    """Return the hint with a text that matches, if one small change makes it do so."""
    for mend in MENDS:
        candidate = mend(text)
        if candidate != text and re.search(regex, candidate):
            return f"did you mean `{candidate}`?"
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    if len(parts) > 1 and all(re.search(regex, part.strip("-")) for part in parts):
        return f"it is too long, with {len(text)} characters"
    return None


def as_boolean(value: object) -> str | None:
    """Return the hint for a word that YAML 1.1 took for a boolean and YAML 1.2 takes for text."""
    meant = BOOLEANS.get(value.casefold()) if isinstance(value, str) else None
    return f"write `{meant}`" if meant is not None else None
