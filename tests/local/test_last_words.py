"""What a failed script said last is its reason only if it looks like one."""

import pytest

from compiler.local.last_words import AFTER_TRACEBACK, LastWords

TRACEBACK = ["Traceback (most recent call last):", '  File "t.py", line 1, in <module>', "    f()"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], None),
        (["", "  the data is empty ", ""], "the data is empty"),
        (["start", *TRACEBACK, "ValueError: first", "second", "cleaning up"], "ValueError: first"),
        ([*TRACEBACK, "KeyError: 1", "During …:", *TRACEBACK, "ValueError: 2"], "ValueError: 2"),
        ([f"[rank0]: {each}" for each in [*TRACEBACK, "OSError: x"]], "OSError: x"),
        ([*TRACEBACK, "KeyError: 1", *["on"] * AFTER_TRACEBACK, "no data"], "no data"),
        (TRACEBACK, "f()"),
    ],
)
def test_the_reason_is_the_last_error_or_the_last_line(
    lines: list[str], reason: str | None
) -> None:
    words = LastWords()
    for line in lines:
        words.line(line)
    assert words.reason == reason


def test_a_metric_is_no_reason() -> None:
    words = LastWords()
    words.line("loss=0.5")
    words.was_metric()
    assert words.reason is None
