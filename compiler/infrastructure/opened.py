"""The definition as text in a template: what is left open stands in it as references."""

import json
import re
from collections.abc import Callable

from compiler.compile import CompiledPipeline
from compiler.definition import definition_file
from compiler.infrastructure.openings import BUCKET, PREFIX, Parts, Storage

# From the words of an opening to the reference that stands for it, such as `${RoleArn}`.
Reference = Callable[[tuple[str, ...]], str]


def opened_definition(pipeline: CompiledPipeline, parts: Parts, reference: Reference) -> str:
    """Return the definition as compact JSON with references for roles and for the storage.

    A `${` of the definition itself, `%{` for Terraform, is written with the code of its first
    character, which any reader of JSON understands and no language of templates takes for its own.
    """
    text = pipeline.definition_line
    for start in ("$", "%"):
        text = text.replace(f"{start}{{", f"\\u{ord(start):04x}{{")
    for role, words in parts.roles.items():
        text = re.sub(_whole(role), lambda _, words=words: reference(words), text)  # type: ignore[misc]
    if parts.storage is not None:
        place = storage_reference(parts.storage, reference)
        text = re.sub(_beginning(parts.storage.uri), lambda _: place, text)
    return text


def storage_reference(storage: Storage, reference: Reference) -> str:
    """Return the URI of the storage, made of references."""
    prefix = f"/{reference(PREFIX)}" if storage.prefix else ""
    return f"s3://{reference(BUCKET)}{prefix}"


def key_reference(storage: Storage, reference: Reference, key: str) -> str:
    """Return a key below the storage, made of references."""
    return f"{reference(PREFIX)}/{key}" if storage.prefix else key


def definition_key(pipeline: CompiledPipeline) -> str:
    """Return where a definition that is read from S3 lies below the storage."""
    return f"{pipeline.name}/{definition_path(pipeline)}"


def definition_path(pipeline: CompiledPipeline) -> str:
    """Return where such a definition lies in the build folder."""
    return definition_file(pipeline.definition_line)


def _whole(text: str) -> str:
    """Match a text that fills a string of JSON, also one within a string of JSON."""
    return rf'(?<="){_escaped(text)}(?=\\?")'


def _beginning(uri: str) -> str:
    """Match a URI with or without a path below it, and no other that only begins like it."""
    return rf"(?<![\w:]){_escaped(uri)}(?=[/\"\\\s,;'|)\]}}]|$)"


def _escaped(text: str) -> str:
    return re.escape(json.dumps(text, ensure_ascii=False)[1:-1])
