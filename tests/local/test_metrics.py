"""Metrics are read out of a log in the order of its lines, however it arrives."""

import time

import pytest

from compiler.local.metrics import LINE_LIMIT, MetricReader, MetricValue

LOG = b"start\nloss=0.9 f1=x\nloss=0.5, then loss=2.5e-1\r\n\xc3\xa9 f1=0.75"


def read(chunks: list[bytes]) -> tuple[MetricReader, list[MetricValue]]:
    found: list[MetricValue] = []
    reader = MetricReader(
        [
            {"Name": "loss", "Regex": r"loss=([0-9.e-]+)"},
            {"Name": "f1", "Regex": r"f1=(\S+)"},
            {"Name": "never", "Regex": "nothing"},
        ],
        clock=lambda: "now",
        found=found.append,
    )
    for chunk in chunks:
        reader.write(chunk)
    reader.close()
    return reader, found


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_all_values_are_found_in_order(size: int) -> None:
    _, found = read([LOG[place : place + size] for place in range(0, len(LOG), size)])
    assert [(each.name, each.index, each.value) for each in found] == [
        ("loss", 0, 0.9),
        ("loss", 1, 0.5),
        ("loss", 2, 0.25),
        ("f1", 0, 0.75),
    ]


def test_the_last_value_is_the_final_one() -> None:
    reader, _ = read([LOG])
    assert reader.final() == [
        {"MetricName": "loss", "Value": 0.25, "Timestamp": "now"},
        {"MetricName": "f1", "Value": 0.75, "Timestamp": "now"},
    ]
    assert [each["name"] for each in reader.recorded()] == ["loss", "f1"]


def test_a_final_value_is_finite_as_those_of_cloudwatch_are() -> None:
    values: list[MetricValue] = []
    reader = MetricReader(
        [{"Name": "loss", "Regex": "loss=(\\S+)"}], clock=lambda: "now", found=values.append
    )
    reader.write(b"loss=0.5\nloss=nan\nloss=inf\n")
    assert len(values) == 3
    assert reader.final() == [{"MetricName": "loss", "Value": 0.5, "Timestamp": "now"}]


@pytest.mark.parametrize("size", [1 << 16, 1000, 7])
def test_of_a_long_line_only_the_beginning_is_searched(size: int) -> None:
    line = b"loss=0.5 " + b"." * LINE_LIMIT + b" loss=0.25"
    log = line + b"\nloss=0.125\n"
    _, found = read([log[place : place + size] for place in range(0, len(log), size)])
    assert [each.value for each in found] == [0.5, 0.125]


def test_a_line_takes_time_by_its_length_alone() -> None:
    reader, _ = read([])
    begun = time.monotonic()
    for _ in range(1600):
        reader.write(b"." * (1 << 16))
    reader.close()
    # 100 MB: with quadratic time it would be minutes.
    assert time.monotonic() - begun < 20
