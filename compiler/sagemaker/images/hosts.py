"""The host of ECR in a region, by botocore's list of partitions."""

import json
import re
from functools import cache
from typing import Any

from compiler.sagemaker.api import botocore_data


@cache
def ecr_host(region: str) -> str | None:
    """Return the host name of ECR, or None for a region of no partition."""
    for partition in _partitions():
        if region in partition["regions"] or re.match(partition["regionRegex"], region):
            return f"ecr.{region}.{partition['outputs']['dnsSuffix']}"
    return None


@cache
def _partitions() -> list[dict[str, Any]]:
    path = botocore_data() / "partitions.json"
    partitions: list[dict[str, Any]] = json.loads(path.read_bytes())["partitions"]
    return partitions
