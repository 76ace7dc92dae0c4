"""A definition is written as the standard library would write it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.definition import definition_text

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS.filter(lambda value: value not in (float("inf"), float("-inf"))),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(VALUES)
def test_a_value_is_written_as_by_the_standard_library(value: Any) -> None:
    expected = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    assert definition_text(value) == expected


def test_what_is_no_json_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        definition_text({"value": float("nan")})
