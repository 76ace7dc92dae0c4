"""The regions of AWS, by botocore's list of them."""

import difflib
import json
from functools import cache

from compiler.sagemaker.api import botocore_data

LIKENESS = 0.8


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


@cache
def _regions() -> frozenset[str]:
    path = botocore_data() / "partitions.json"
    partitions = json.loads(path.read_bytes())["partitions"] if path.is_file() else ()
    return frozenset(region for partition in partitions for region in partition["regions"])
