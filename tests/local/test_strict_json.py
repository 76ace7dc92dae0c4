"""JSON that is written is JSON, and JSON that a script wrote is taken as far as it is."""

import json

import pytest

from compiler.local.strict_json import MAX_DEPTH, json_text, read_json

NAN, INFINITY = float("nan"), float("inf")


def test_numbers_that_are_not_finite_are_null() -> None:
    assert json_text({"a": [1.5, NAN, (INFINITY, -INFINITY)], "b": "NaN"}) == (
        '{"a": [1.5, null, [null, null]], "b": "NaN"}'
    )
    assert read_json('{"a": [1.5, NaN, 1e999]}') == {"a": [1.5, None, None]}


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 5_000, 200_000])
def test_what_is_nested_too_deep_is_refused(depth: int) -> None:
    for opened, closed in [("[", "]"), ('{"a":', "}")]:
        with pytest.raises(ValueError, match="is nested more than"):
            read_json(opened * depth + "1" + closed * depth)


def test_what_is_nested_as_deep_as_is_allowed_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read_json(text) == json.loads(text)
