"""A finished step is taken over by the service's rules."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from compiler.local.cache import CachedStep, StepCache, cache_key, duration


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("P30D", timedelta(days=30)),
        ("PT12H", timedelta(hours=12)),
        ("PT16M", timedelta(minutes=16)),
        ("P1Y2M1W1DT1H1M1S", timedelta(days=365 + 60 + 7 + 1, hours=1, minutes=1, seconds=1)),
        ("30d", timedelta(days=30)),
        ("T16m", timedelta(minutes=16)),
        ("30dT5h", timedelta(days=30, hours=5)),
    ],
)
def test_durations_are_read_as_leniently_as_the_service_does(text: str, length: timedelta) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["", "P", "PT", "banana", "30", "P1.5D"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration(text)


def test_the_key_has_only_the_members_that_count_in_any_order() -> None:
    one = cache_key("Processing", {"ProcessingInputs": [1, 2], "Environment": {"a": 1, "b": 2}})
    two = cache_key(
        "Processing",
        {"RoleArn": "r", "Environment": {"b": 2, "a": 1}, "ProcessingInputs": [1, 2]},
    )
    assert one == two
    assert one != cache_key("Processing", {"ProcessingInputs": [2, 1]})


def entry(execution_id: str, ended: str) -> CachedStep:
    return CachedStep(execution_id=execution_id, ended=ended, properties={"x": 1}, metrics=())


def find(
    cache: StepCache,
    *,
    pipeline: str = "p",
    step: str = "s",
    key: str = "k",
    not_before: str | None = None,
    gone: str | None = None,
) -> str | None:
    found = cache.find(
        pipeline=pipeline,
        step=step,
        type_="Training",
        key=key,
        not_before=None if not_before is None else datetime.fromisoformat(not_before),
        is_kept=lambda each: each.execution_id != gone,
    )
    return None if found is None else found.execution_id


def test_the_newest_step_of_the_same_pipeline_within_the_time_is_found(tmp_path: Path) -> None:
    cache = StepCache(tmp_path / "cache.db")
    assert find(cache) is None
    for name, ended in [
        ("new", "2026-01-03T00:00:00.000Z"),
        ("newest", "2026-01-04T00:00:00.000Z"),
        ("old", "2026-01-01T00:00:00.000Z"),
    ]:
        cache.remember(pipeline="p", step="s", type_="Training", key="k", entry=entry(name, ended))
    assert find(cache) == "newest"
    assert find(cache, gone="newest") == "new"
    assert find(cache, not_before="2026-01-04T00:00:00+00:00") == "newest"
    assert find(cache, not_before="2026-01-04T00:00:01+00:00") is None
    assert find(cache, not_before="2026-01-02T00:00:00+00:00", gone="newest") == "new"
    assert find(cache, pipeline="q") is None
    assert find(cache, step="t") is None
    assert find(cache, key="l") is None
