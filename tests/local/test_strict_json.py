"""JSON that is written is JSON, and JSON that a script wrote is taken as far as it is."""

import json

import pytest

from compiler.local.strict_json import MAX_DEPTH, json_text, read_json

NAN, INFINITY = float("nan"), float("inf")


def test_numbers_that_are_not_finite_are_written_as_null() -> None:
    assert json_text({"a": [1.5, NAN, (INFINITY, -INFINITY)], "b": "NaN"}) == (
        '{"a": [1.5, null, [null, null]], "b": "NaN"}'
    )
    assert read_json('{"a": [1.5, 1e999]}') == {"a": [1.5, None]}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"v": NaN}', "`NaN` is no number of JSON, line 1, column 7"),
        ('{"NaN \\" NaN": "NaN",\n "v": [1, -Infinity]}',
         "`-Infinity` is no number of JSON, line 2, column 11"),
        (b"\xef\xbb\xbf[Infinity]", "`Infinity` is no number of JSON, line 1, column 2"),
        ("", "expecting value, line 1, column 1"),
        ("{'a': 1}",
         "expecting property name enclosed in double quotes, line 1, column 2"),
        (b"[1]\n\xff", "byte 0xff is not utf-8, line 2"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_with_its_place(text: str | bytes, reason: str) -> None:
    with pytest.raises(ValueError, match="is not JSON") as error:
        read_json(text)
    assert str(error.value) == f"is not JSON: {reason}"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 5_000, 200_000])
def test_what_is_nested_too_deep_is_refused(depth: int) -> None:
    for opened, closed in [("[", "]"), ('{"a":', "}")]:
        with pytest.raises(ValueError, match="is nested more than"):
            read_json(opened * depth + "1" + closed * depth)


def test_what_is_nested_as_deep_as_is_allowed_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read_json(text) == json.loads(text)
