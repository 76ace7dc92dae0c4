"""What is written as YAML is read as the same values, and reads well."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import as_text
from compiler.diagnostics.span import SourceFile
from compiler.document.node import plain
from compiler.document.read import read_document
from compiler.document.write import Apart, yaml_text

TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text("'\"${}[]()<>. \n\t\r\\#:,-?!|>%@&*`~=a1eE+_/\x00\x85\u2028\ufeff", max_size=12),
    st.sampled_from(
        (
            "", "~", "null", "true", "No", "1", "1.0", "0x1f", "1e3", ".5", "2024-01-01", "1:30",
            "<<", "---", "...", "- a", "a: b", "a #b", "#", "a:", " a", "a ", "*a", "&a", "!a",
            "| a", "s3://b/c", "a\nb", "a\nb\n", "a\n\nb", " a\nb", "a \nb", "a\n", "\n", "a\n ",
            "${{ x }}", "a" * 2000, "a{b", "key 'x'", "=", "%a", "é", "\U0001f600",
        )
    ),
)  # fmt: skip
SCALARS = st.one_of(
    TEXTS,
    st.integers(-(10**40), 10**40),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
)
VALUES = st.recursive(
    SCALARS,
    lambda values: st.one_of(
        st.lists(values, max_size=4),
        st.dictionaries(TEXTS, values, max_size=4),
        st.dictionaries(TEXTS, values, max_size=4).map(Apart),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(TEXTS, VALUES, max_size=5)


def exact(value: Any) -> Any:
    """Return a value in which `1`, `1.0` and `true` are different, and the order of keys counts."""
    match value:
        case dict():
            return [(key, exact(item)) for key, item in value.items()]
        case list():
            return (list, [exact(item) for item in value])
        case _:
            return (type(value), repr(value))


def read(text: str) -> Any:
    diagnostics = Diagnostics()
    document = read_document(SourceFile("x.yaml", text), diagnostics)
    assert as_text(list(diagnostics)) == ""
    assert document is not None
    return plain(document.root)


@settings(max_examples=600, deadline=None)
@given(DOCUMENTS)
def test_what_is_written_is_read_as_the_same(document: dict[str, Any]) -> None:
    assert exact(read(yaml_text(document))) == exact(document)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_a_text_stays_in_its_line_unless_it_has_lines(text: str) -> None:
    assert len(yaml_text({"x": text}).splitlines()) == 1 or "\n" in text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({"a": 1, "b": [1, 2]}, "a: 1\nb: [1, 2]\n"),
        ({"a": {"b": "c d", "e": True}}, "a: {b: c d, e: true}\n"),
        ({"a": {"b": {"c": 1}}}, "a:\n  b: {c: 1}\n"),
        ({"a": ["${{ x }}", "z"]}, "a:\n  - ${{ x }}\n  - z\n"),
        ({"a": [{"b": "${{ x }}", "c": 1}]}, "a:\n  - b: ${{ x }}\n    c: 1\n"),
        ({"a": "1.10", "b": "no", "c": "2024-01-01"}, 'a: "1.10"\nb: "no"\nc: "2024-01-01"\n'),
        ({"a": "s3://b/c"}, "a: s3://b/c\n"),
        ({"a": ["s3://b/c"]}, 'a: ["s3://b/c"]\n'),
        ({"a": "one\ntwo\n"}, "a: |\n  one\n  two\n"),
        ({"a": "one\n\n  two"}, "a: |-\n  one\n\n    two\n"),
        ({"a": 'say "x": y'}, "a: 'say \"x\": y'\n"),
        ({"a": []}, "a: []\n"),
        ({"a": [[1, 2], []]}, "a:\n  - [1, 2]\n  - []\n"),
        (
            Apart({"a": 1, "b": Apart({"c": 1, "d": 2}), "e": 3}),
            "a: 1\n\nb:\n  c: 1\n  d: 2\n\ne: 3\n",
        ),
        ({}, "{}\n"),
    ],
)
def test_a_value_reads_well(value: dict[str, Any], written: str) -> None:
    assert yaml_text(value) == written
