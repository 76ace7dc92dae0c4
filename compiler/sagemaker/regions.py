"""The regions of AWS, by botocore's list of them."""

import difflib
import json
import re
from functools import cache
from typing import Any

from compiler.sagemaker.api import botocore_data

LIKENESS = 0.8
COMMERCIAL = "aws"


def region_meant(region: str) -> str | None:
    """Return the region that a misspelt one was meant to be.

    A region that botocore does not know yet, in an area that it knows, is no mistake.
    """
    area, _, number = region.rpartition("-")
    areas = {known.rpartition("-")[0] for known in _regions()}
    if area in areas:
        return None
    near = difflib.get_close_matches(area, sorted(areas), n=1, cutoff=LIKENESS)
    return f"{near[0]}-{number}" if near else None


def partition_of(region: str | None) -> str:
    """Return the partition that a region belongs to, the second part of an ARN."""
    if region is None:
        return COMMERCIAL
    found = (each for each in _partitions() if re.fullmatch(each["regionRegex"], region))
    return str(next(found, {"id": COMMERCIAL})["id"])


@cache
def _partitions() -> list[dict[str, Any]]:
    path = botocore_data() / "partitions.json"
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_bytes())["partitions"]
    return found


@cache
def _regions() -> frozenset[str]:
    return frozenset(region for partition in _partitions() for region in partition["regions"])
