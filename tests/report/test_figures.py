"""What the report computes: verdicts, excerpts, chart points, ticks and wordings."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from compiler.report.comparison import compare
from compiler.report.curve import nice_ticks, thin
from compiler.report.evaluation import accuracy_interval, read_evaluation
from compiler.report.excerpts import json_text, leaves, log_tail
from compiler.report.figures import duration, figure
from compiler.report.lettering import shorten, text_width
from compiler.report.timeline import Axis

MINUS = "\N{MINUS SIGN}"


def evaluation(mine: dict[str, float], theirs: dict[str, float], **more: Any) -> Any:
    def scored(values: dict[str, float]) -> dict[str, Any]:
        return {name: {"value": value} for name, value in values.items()}

    found = read_evaluation({**scored(mine), "baselines": {"bag_of_words": scored(theirs)}, **more})
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("mine", "theirs", "ahead", "sentence"),
    [
        (0.8, 0.7, True, "The model beats bag of words on f1: 0.800 against 0.700 (+0.100)."),
        (
            0.7,
            0.8,
            False,
            f"The model does not beat bag of words on f1: 0.700 against 0.800 ({MINUS}0.100).",
        ),
        (0.8, 0.8, None, "The model ties with bag of words on f1: 0.800 against 0.800 (0.000)."),
    ],
)
def test_the_verdict_follows_the_numbers(
    mine: float, theirs: float, ahead: bool | None, sentence: str
) -> None:
    (verdict,) = evaluation({"f1": mine}, {"f1": theirs}).verdicts
    assert (verdict.ahead, verdict.sentence, verdict.remarks) == (ahead, sentence, ())


def test_the_verdict_names_the_scores_on_which_the_loser_is_ahead() -> None:
    (verdict,) = evaluation({"f1": 0.8, "recall": 0.7}, {"f1": 0.7, "recall": 0.9}).verdicts
    assert verdict.remarks == (
        "The bag of words baseline is ahead on recall (0.700 against 0.900).",
    )


def test_a_close_accuracy_is_said_to_be_close() -> None:
    (verdict,) = evaluation({"accuracy": 0.82}, {"accuracy": 0.80}, test_size=500).verdicts
    assert verdict.remarks == (
        (
            "The accuracies (0.820 and 0.800) are close: on 500 examples the 95 % interval of the "
            "model's is 0.784 to 0.851."
        ),
    )
    (far,) = evaluation({"accuracy": 0.82}, {"accuracy": 0.80}, test_size=50_000).verdicts
    assert far.remarks == ()


def test_a_claim_that_the_numbers_do_not_bear_out_is_named() -> None:
    (verdict,) = evaluation({"f1": 0.7}, {"f1": 0.8}, beats={"bag_of_words": True}).verdicts
    assert verdict.remarks == ("The file itself says true, which these numbers do not bear out.",)


def test_of_an_error_less_is_better() -> None:
    (verdict,) = evaluation({"mean_error": 1.5}, {"mean_error": 2.5}).verdicts
    assert verdict.ahead is True


def test_the_interval_is_wilsons() -> None:
    low, high = accuracy_interval(0.5, 100)
    assert (round(low, 4), round(high, 4)) == (0.4038, 0.5962)


def test_a_file_without_scores_is_no_evaluation() -> None:
    assert read_evaluation({"rows": 3, "f1": {"value": "high"}}) is None
    assert read_evaluation([1]) is None


@pytest.mark.parametrize(
    "matrix",
    [
        {"labels": ["a"], "matrix": [[1, 2]]},
        {"labels": ["a", "b"], "matrix": [[1, 2], [3, "x"]]},
        {"labels": ["a", "b"], "matrix": [[1, 2], [3, -1]]},
        {"labels": ["a", "b"], "matrix": [1, 2]},
    ],
)
def test_a_matrix_of_another_form_is_left_to_the_list_of_values(matrix: Any) -> None:
    found = read_evaluation({"f1": {"value": 1}, "confusion_matrix": matrix})
    assert found is not None
    assert found.matrix is None
    assert found.rest == {"confusion_matrix": matrix}


def test_bars_share_a_scale_from_nought_to_one() -> None:
    (group,) = compare(evaluation({"f1": 0.8}, {"f1": 0.25}))
    assert [(bar.title, bar.value, bar.own) for bar in group.bars] == [
        ("model", "0.800", True),
        ("bag of words", "0.250", False),
    ]
    assert 'width="80%"' in group.bars[0].svg
    assert 'width="25%"' in group.bars[1].svg


def test_thinning_keeps_both_ends_and_every_spike() -> None:
    values = [(float(i), 0.0) for i in range(10_000)]
    values[4321], values[7777] = (4321.0, 9.0), (7777.0, -9.0)
    kept = thin(values, 160)
    assert len(kept) <= 160
    assert {values[0], values[4321], values[7777], values[-1]} <= set(kept)
    assert kept == sorted(kept)


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (2.1, 6.9, [2.0, 4.0, 6.0, 8.0]),
        (3.0, 3.0, [2.6, 2.8, 3.0, 3.2, 3.4]),
    ],
)
def test_ticks_are_round_and_enclose_the_values(
    low: float, high: float, ticks: list[float]
) -> None:
    assert [round(tick, 9) for tick in nice_ticks(low, high)] == ticks


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.01, "< 0.1 s"),
        (0.2, "0.2 s"),
        (59.94, "59.9 s"),
        (59.97, "1 min 00 s"),
        (125, "2 min 05 s"),
        (3599.7, "1 h 00 min"),
        (7384, "2 h 03 min"),
    ],
)
def test_durations_are_as_precise_as_they_deserve(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.81234, "0.8123"),
        (-2.5, "\N{MINUS SIGN}2.500"),
        (12345.678, "12,345.7"),
        (3.0, "3"),
        (5e-05, "5e-05"),
    ],
)
def test_figures_have_four_significant_digits(value: float, words: str) -> None:
    assert figure(value) == words


def test_a_progress_bar_shows_its_last_state(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b" 10%\r 50%\r100%\r\ndone\n")
    tail = log_tail(tmp_path, "a.log")
    assert tail is not None
    assert tail.text == "100%\ndone"
    assert not tail.cut


def test_leaves_have_paths_and_lists_of_numbers_stay_together() -> None:
    rows, cut = leaves({"a": {"b": [1, 2]}, "c": [{"d": None}, "x"], "e": {}})
    assert rows == [("a.b", "[1, 2]"), ("c[0].d", "null"), ("c[1]", "x"), ("e", "{}")]
    assert not cut


def test_long_json_is_cut_and_says_so() -> None:
    assert json_text("x" * 100_000).endswith("… (60,002 more)")


def test_a_short_name_is_kept_and_a_long_one_fits() -> None:
    assert shorten("prepare", 13, 100) == "prepare"
    cut = shorten("a-very-long-name-of-a-step", 13, 100)
    assert cut.endswith("…")
    assert text_width(cut, 13) <= 100


@pytest.mark.parametrize("seconds", [0.1, 3.0, 59.0, 222.0, 4000.0, 90_000.0, 10_000_000.0])
def test_an_axis_has_a_few_ticks(seconds: float) -> None:
    ticks = Axis(start=datetime(2026, 1, 1, tzinfo=UTC), seconds=seconds).ticks()
    assert 2 <= len(ticks) <= 6
    assert ticks[0] == 0
    assert ticks[-1] <= seconds
