"""botocore's model of the SageMaker API, read from its data file without importing botocore."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Shape:
    """One shape of the service model: a structure, list, map or scalar with its bounds.

    `kind` is `structure`, `list`, `map`, `string`, `integer`, `long`, `float`, `boolean` and so on;
    `members` are the names of the shapes of a structure's members.
    """

    name: str
    kind: str
    members: Mapping[str, str]
    required: tuple[str, ...]
    model: Mapping[str, Any]

    def member(self, name: str) -> "Shape":
        """Return the shape of a structure's member."""
        return shape(self.members[name])

    def element(self) -> "Shape":
        """Return the shape of a list's items or of a map's values."""
        inner = self.model["member"] if self.kind == "list" else self.model["value"]
        return shape(inner["shape"])

    def key(self) -> "Shape":
        """Return the shape of a map's keys."""
        return shape(self.model["key"]["shape"])


class ServiceModelMissingError(Exception):
    """botocore, or its model of SageMaker, is not installed."""


@cache
def shape(name: str) -> Shape:
    """Return a shape of the SageMaker API by its name."""
    model = _shapes()[name]
    members = {member: each["shape"] for member, each in model.get("members", {}).items()}
    return Shape(name, model["type"], members, tuple(model.get("required", ())), model)


def botocore_data() -> Path:
    """Return the folder with botocore's data, which is read without importing botocore."""
    spec = find_spec("botocore")
    if spec is None or spec.origin is None:
        raise ServiceModelMissingError("botocore is not installed")
    return Path(spec.origin).parent / "data"


@cache
def _shapes() -> dict[str, dict[str, Any]]:
    folder = botocore_data() / "sagemaker"
    versions = sorted(folder.glob("*/service-2.json*"))
    if not versions:
        raise ServiceModelMissingError(f"botocore has no model of SageMaker in {folder}")
    content = versions[-1].read_bytes()
    if versions[-1].suffix == ".gz":
        content = gzip.decompress(content)
    shapes: dict[str, dict[str, Any]] = json.loads(content)["shapes"]
    return shapes
