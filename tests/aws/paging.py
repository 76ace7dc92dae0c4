"""Hand out long lists page by page, with a token for the next page."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from tests.aws.refusals import invalid


def page(
    items: Sequence[dict[str, Any]], request: dict[str, Any], size: int, mark: object = None
) -> tuple[list[dict[str, Any]], str | None]:
    """Return the page that is asked for and the token of the next one, if there is one."""
    start, _ = token_of(request)
    end = start + min(size, int(request.get("MaxResults", size)))
    return list(items[start:end]), (written(end, mark) if end < len(items) else None)


def token_of(request: dict[str, Any]) -> tuple[int, Any]:
    """Return at which item the page starts, and the mark in the token."""
    token = request.get("NextToken")
    if token is None:
        return 0, None
    try:
        start, mark = json.loads(base64.b64decode(token, validate=True))
    except ValueError:
        raise invalid("The NextToken is not valid.") from None
    return int(start), mark


def written(start: int, mark: object) -> str:
    return base64.b64encode(json.dumps([start, mark]).encode()).decode()


def in_order(
    items: list[dict[str, Any]], request: dict[str, Any], *, descending: bool
) -> list[dict[str, Any]]:
    """Turn a list round if that is asked for."""
    order = request.get("SortOrder", "Descending" if descending else "Ascending")
    return items[::-1] if order == "Descending" else items


def created_between(items: list[dict[str, Any]], request: dict[str, Any]) -> list[dict[str, Any]]:
    """Keep what was created between two times, which come as seconds."""
    after = float(request.get("CreatedAfter", "-inf"))
    before = float(request.get("CreatedBefore", "inf"))

    def created(item: dict[str, Any]) -> float:
        time = item.get("CreationTime") or item["StartTime"]
        return float(time.timestamp())

    return [item for item in items if after < created(item) < before]
