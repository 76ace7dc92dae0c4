"""The present moment, as the run record writes it."""

from datetime import UTC, datetime


def now() -> str:
    """Return the time in ISO 8601, in UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
