"""Step caching by the service's rules: the same step of the same pipeline with the same key.

A key is made of the members of the resolved arguments that the step type names. Content in S3 is
not looked at, only its addresses; code counts because its address has the hash of its content.
Only steps that ended well are kept; the newest within ExpireAfter is taken, and only if all that
it promises is still in local S3.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from compiler.local.database import opened
from compiler.local.resolve import Json
from compiler.local.strict_json import json_text
from compiler.sagemaker.caching import members_that_count

_TABLE = """
CREATE TABLE IF NOT EXISTS steps (
  pipeline TEXT, step TEXT, type TEXT, key TEXT, ended TEXT, execution_id TEXT,
  properties TEXT, metrics TEXT,
  PRIMARY KEY (pipeline, step, execution_id)
)
"""
# The service reads durations leniently: `30d` and `T16m` are as good as `P30D` and `PT16M`.
_DURATION = re.compile(
    r"P?(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.IGNORECASE,
)
_DAYS = {"years": 365, "months": 30, "weeks": 7, "days": 1}


class CacheError(Exception):
    """The file of the cache cannot be used: it is damaged, or another version's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CachedStep:
    """A finished step that another execution can take over."""

    execution_id: str
    ended: str
    properties: Json
    metrics: tuple[Json, ...]


@dataclass(frozen=True, slots=True)
class StepCache:
    """The finished steps of all executions, in one SQLite file."""

    file: Path

    def remember(
        self, *, pipeline: str, step: str, type_: str, key: str, entry: CachedStep
    ) -> None:
        """Keep a finished step."""
        row = (pipeline, step, type_, key, entry.ended, entry.execution_id)
        texts = (json_text(entry.properties), json_text(entry.metrics))
        with opened(self.file, _TABLE, CacheError) as database:
            database.execute(
                "INSERT OR REPLACE INTO steps VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row + texts
            )

    def find(
        self,
        *,
        pipeline: str,
        step: str,
        type_: str,
        key: str,
        not_before: datetime | None,
        is_kept: Callable[[CachedStep], bool],
    ) -> CachedStep | None:
        """Return the newest finished step with this key, or None."""
        if not self.file.exists():
            return None
        with opened(self.file, _TABLE, CacheError) as database:
            rows = database.execute(
                "SELECT execution_id, ended, properties, metrics FROM steps WHERE pipeline = ?"
                " AND step = ? AND type = ? AND key = ? ORDER BY ended DESC",
                (pipeline, step, type_, key),
            ).fetchall()
        for execution_id, ended, properties, metrics in rows:
            if not_before is not None and datetime.fromisoformat(ended) < not_before:
                return None
            try:
                entry = CachedStep(
                    execution_id=execution_id,
                    ended=ended,
                    properties=json.loads(properties),
                    metrics=tuple(json.loads(metrics)),
                )
            except (ValueError, TypeError) as error:
                raise CacheError(f"{self.file}: {error}") from None
            if is_kept(entry):
                return entry
        return None


def cache_key(type_: str, arguments: Mapping[str, Json]) -> str:
    """Return the key of a step: the resolved members that count for its type, as canonical JSON."""
    members = members_that_count(type_, {"Arguments": arguments})
    return json.dumps(members, sort_keys=True, separators=(",", ":"))


def duration(text: str) -> timedelta:
    """Return the length of an ISO 8601 duration; a year has 365 days and a month 30."""
    match = _DURATION.fullmatch(text)
    amounts = {unit: int(n) for unit, n in match.groupdict().items() if n} if match else {}
    if not amounts:
        raise ValueError(f"`{text}` is not a duration such as P30D or PT12H")
    days = sum(_DAYS[unit] * amount for unit, amount in amounts.items() if unit in _DAYS)
    clock = {unit: amount for unit, amount in amounts.items() if unit not in _DAYS}
    return timedelta(days=days, **clock)
