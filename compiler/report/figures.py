"""Numbers and times as readers expect them."""

import json
from datetime import datetime

from compiler.report.json_value import Json


def figure(value: float) -> str:
    """Write a measured value: four significant digits, thousands kept apart."""
    if value == int(value) and abs(value) < 1e15:
        return minus(f"{int(value):,}")
    if abs(value) >= 1000:
        return minus(f"{value:,.1f}")
    if abs(value) < 0.0001:
        return minus(f"{value:.3g}")
    digits = 4 if abs(value) < 1 else 3 if abs(value) < 10 else 2 if abs(value) < 100 else 1
    return minus(f"{value:.{digits}f}")


def score(value: float) -> str:
    """Write a score between 0 and 1: always three decimals, so that columns line up."""
    return minus(f"{value:.3f}") if abs(value) <= 1 else figure(value)


def difference(value: float) -> str:
    """Write a difference with its sign."""
    return f"+{score(value)}" if value > 0 else score(value)


def minus(written: str) -> str:
    """Use the minus sign, which is as wide as the plus sign."""
    return written.replace("-", "\N{MINUS SIGN}", 1) if written.startswith("-") else written


def duration(seconds: float) -> str:
    """Write a duration with the precision that it deserves."""
    if seconds < 0.05:
        return "< 0.1 s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def elapsed(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds between two times when both are known."""
    return None if start is None or end is None else (end - start).total_seconds()


def moment(time: datetime | None) -> str | None:
    """Write a time to the second, in UTC."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC") if time else None


def plural(count: int, noun: str) -> str:
    """Write a count and its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def plain(value: Json) -> str:
    """Write a parameter's or a setting's value: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
