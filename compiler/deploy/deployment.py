"""All that pipec sets in AWS for a pipeline, as one value: wanted, deployed, or recorded."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from compiler.compile import CompiledPipeline
from compiler.local.resolve import Json
from compiler.starts import name_in_rule, parameter_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Deployment:
    """A pipeline with what belongs to it.

    What a spec does not say is None or empty. Schedules and triggers have the manifest's form,
    with the values of parameters as text.
    """

    definition: Json
    role: str | None
    description: str = ""
    parallelism: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    schedules: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    triggers: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Json]:
        """Return the value as JSON."""
        return asdict(self)

    @property
    def sha256(self) -> str:
        """The hash of all of it; the order of names does not count."""
        return hash_of(self.as_json())


def hash_of(value: Json) -> str:
    """Return the hash of a JSON value."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def wanted(pipeline: CompiledPipeline) -> Deployment:
    """Return what a compiled pipeline is to be in AWS."""
    manifest = pipeline.manifest
    return Deployment(
        definition=pipeline.definition,
        role=pipeline.role,
        description=_text(manifest["description"]),
        parallelism=_number(manifest["parallelism"]),
        tags={name: str(value) for name, value in _items(manifest["tags"])},
        schedules={name: _start(value) for name, value in _items(manifest["schedules"])},
        triggers={
            name_in_rule(name): _start(value) for name, value in _items(manifest["triggers"])
        },
    )


def deployment_of(value: Json) -> Deployment | None:
    """Return the deployment that JSON describes, None if it is of another form."""
    match value:
        case {
            "definition": _,
            "role": None | str(),
            "description": str(),
            "parallelism": None | int(),
            "tags": dict() as tags,
            "schedules": dict() as schedules,
            "triggers": dict() as triggers,
            **rest,
        } if not rest:
            starts = (*schedules.values(), *triggers.values())
            if all(isinstance(tag, str) for tag in tags.values()) and all(map(_is_start, starts)):
                return Deployment(**value)
    return None


def _is_start(value: Json) -> bool:
    return isinstance(value, dict) and {"RoleArn", "Parameters", "State"} <= value.keys()


def _start(start: Json) -> dict[str, Json]:
    found = dict(_items(start))
    parameters = dict(_items(found.get("Parameters")))
    texts: dict[str, Json] = {name: parameter_text(value) for name, value in parameters.items()}
    return {**found, "Parameters": texts}


def _items(value: Json) -> list[tuple[str, Json]]:
    return list(value.items()) if isinstance(value, dict) else []


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _number(value: Json) -> int | None:
    return value if isinstance(value, int) else None
