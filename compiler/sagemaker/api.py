"""botocore's models of the AWS APIs, read from their data files without importing botocore.

A shape is named as in SageMaker's model; one of another service with the service before it,
`emr:StepConfig`. Bedrock's members are `camelCase` in its API and `PascalCase` in a pipeline, as
are the shapes that only SageMaker Pipelines knows; those stand in `compiler.sagemaker.shapes`.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from compiler.sagemaker.shapes import PIPELINE_SHAPES

SAGEMAKER, PIPELINE = "sagemaker", "pipeline"
PASCAL_CASED = frozenset({"bedrock"})


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of a service model: a structure, list, map or scalar with its bounds.

    `kind` is `structure`, `list`, `map`, `string`, `integer`, `long`, `float`, `boolean` and so on;
    `any` takes whatever stands there. `members` are the names of the shapes of a structure's
    members.
    """

    name: str
    kind: str
    members: Mapping[str, str]
    required: tuple[str, ...]
    model: Mapping[str, Any]
    service: str = SAGEMAKER

    def member(self, name: str) -> "Shape":
        """Return the shape of a structure's member."""
        return shape(self.members[name])

    def element(self) -> "Shape":
        """Return the shape of a list's items or of a map's values."""
        inner = self.model["member"] if self.kind == "list" else self.model["value"]
        return shape(_qualified(self.service, inner["shape"]))

    def key(self) -> "Shape":
        """Return the shape of a map's keys."""
        return shape(_qualified(self.service, self.model["key"]["shape"]))


class ServiceModelMissingError(Exception):
    """botocore, or its model of a service, is not installed."""


@cache
def shape(name: str) -> Shape:
    """Return a shape by its name, with the service before it unless that is SageMaker."""
    service, _, short = name.rpartition(":")
    service = service or SAGEMAKER
    if service == PIPELINE:
        return _composed(short, PIPELINE_SHAPES[short])
    model = _shapes(service)[short]
    spell = _pascal if service in PASCAL_CASED else str
    members = {
        spell(member): _qualified(service, each["shape"])
        for member, each in model.get("members", {}).items()
    }
    required = tuple(spell(member) for member in model.get("required", ()))
    return Shape(short, model["type"], members, required, model, service)


def _composed(name: str, model: Mapping[str, Any]) -> Shape:
    """Return a shape of `compiler.sagemaker.shapes`, with the members of its bases."""
    members: dict[str, str] = {}
    required: tuple[str, ...] = ()
    for base in map(shape, model.get("bases", ())):
        members |= base.members
        required += base.required
    dropped = model.get("without", ())
    members = {member: named for member, named in members.items() if member not in dropped}
    members |= {member: each["shape"] for member, each in model.get("members", {}).items()}
    required = tuple(model["required"]) if "required" in model else required
    return Shape(name, model["type"], members, required, model, PIPELINE)


def _qualified(service: str, name: str) -> str:
    return name if service in (SAGEMAKER, PIPELINE) else f"{service}:{name}"


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]


def botocore_data() -> Path:
    """Return the folder with botocore's data, which is read without importing botocore."""
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        raise ServiceModelMissingError("botocore is not installed")
    return Path(spec.origin).parent / "data"


@cache
def _shapes(service: str) -> dict[str, dict[str, Any]]:
    folder = botocore_data() / service
    versions = sorted(folder.glob("*/service-2.json*"))
    if not versions:
        raise ServiceModelMissingError(f"botocore has no model of {service} in {folder}")
    content = versions[-1].read_bytes()
    if versions[-1].suffix == ".gz":
        content = gzip.decompress(content)
    shapes: dict[str, dict[str, Any]] = json.loads(content)["shapes"]
    return shapes
