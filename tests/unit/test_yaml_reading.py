"""YAML text to located values: what scalars mean, what anchors bring, where everything stands."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import MappingNode, ScalarNode, plain, scalars
from compiler.document.read import decode, read_document


def read(text: str) -> tuple[MappingNode | None, list[str]]:
    diagnostics = Diagnostics()
    source = decode("spec.yaml", text.encode(), diagnostics)
    assert source is not None
    document = read_document(source, diagnostics)
    messages = [f"{each.span.position[10:]} {each.code.id}" for each in diagnostics]
    return document.root if document is not None else None, messages


def value_of(text: str) -> Any:
    root, messages = read(text)
    assert messages == []
    assert root is not None
    return plain(root)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"), ("NO", "NO"), ("yes", "yes"), ("on", "on"), ("off", "off"), ("y", "y"),
        ("true", True), ("False", False), ("TRUE", True), ("tRue", "tRue"),
        ("null", None), ("~", None), ("", None), ("Null", None), ("nULL", "nULL"),
        ("0", 0), ("-7", -7), ("+7", 7), ("007", 7), ("08", 8), ("0o17", 15), ("0o8", "0o8"),
        ("0x1F", 31), ("0b11", "0b11"), ("1_000", "1_000"), ("1,000", "1,000"),
        ("12:30:45", "12:30:45"), ("190:20:30", "190:20:30"),
        ("1.0", 1.0), ("1.", 1.0), (".5", 0.5), ("-1.5e3", -1500.0), ("1e3", 1000.0),
        ("1e400", "1e400"), ("1e", "1e"), (".", "."), ("-", None), ("1.2.3", "1.2.3"),
        (".inf", ".inf"), ("-.INF", "-.INF"), (".nan", ".nan"), ("NaN", "NaN"),
        ("2024-01-31", "2024-01-31"), ("2001-12-14t21:59:43Z", "2001-12-14t21:59:43Z"),
        ("s3://a/b", "s3://a/b"), ("a: b", {"a": "b"}), ("a #b", "a"), ("a#b", "a#b"),
        ('"no"', "no"), ("'1'", "1"), ('"1.10"', "1.10"), ("'it''s'", "it's"),
        ('"a\\tb\\u00e9\\x41"', "a\tbéA"), ("!!str 1", "1"), ("! 1", "1"),
        ("=", "="), ("<<", "<<"),
        ("[1, [2, no]]", [1, [2, "no"]]), ("{a: , b: 1}", {"a": None, "b": 1}),
    ],
)  # fmt: skip
def test_a_plain_scalar_means_what_yaml_1_2_says(text: str, value: Any) -> None:
    expected = [None] if text == "-" else value
    found = value_of(f"k: {text}\n" if text not in ("a: b", "-") else f"k:\n  {text}\n")
    assert found == {"k": expected}
    assert type(found["k"]) is type(expected)


def test_more_digits_than_python_counts_stay_a_text() -> None:
    assert value_of(f"k: {'9' * 5000}\n") == {"k": "9" * 5000}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("|\n  a\n  b\n", "a\nb\n"),
        ("|-\n  a\n  b\n", "a\nb"),
        (">\n  a\n  b\n\n  c\n", "a b\nc\n"),
        ("|+\n  a\n\n", "a\n\n"),
        ("'a\n  b'\n", "a b"),
        ("a\n  b\n", "a b"),
    ],
)
def test_a_text_of_several_lines(text: str, value: str) -> None:
    assert value_of(f"k: {text}") == {"k": value}


@pytest.mark.parametrize("name", ["no", "1", "null", "true", "1.5", "~"])
def test_a_key_is_a_text(name: str) -> None:
    assert value_of(f"{name}: 1\n") == {name: 1}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: &x 1\nb: *x\n", {"a": 1, "b": 1}),
        ("a: &x {c: 1}\nb: *x\n", {"a": {"c": 1}, "b": {"c": 1}}),
        ("a: &x 1\nb: &x 2\nc: *x\n", {"a": 1, "b": 2, "c": 2}),
        ("a: &x {c: 1, d: 2}\nb: {<<: *x, d: 3}\n", {"a": {"c": 1, "d": 2}, "b": {"d": 3, "c": 1}}),
        ("a: &x {c: 1}\nb: {c: 2, <<: *x}\n", {"a": {"c": 1}, "b": {"c": 2}}),
        (
            "a: &x {c: 1}\nb: &y {c: 2, d: 3}\ne: {<<: [*x, *y]}\n",
            {"a": {"c": 1}, "b": {"c": 2, "d": 3}, "e": {"c": 1, "d": 3}},
        ),
        (
            "a: &x {c: {d: 1}}\nb: {<<: *x, c: {e: 2}}\n",
            {"a": {"c": {"d": 1}}, "b": {"c": {"e": 2}}},
        ),
        ("a: &x {c: 1}\nb: &y {<<: *x}\nc: {<<: *y}\n", {key: {"c": 1} for key in "abc"}),
        ("a: &x {c: 1}\nb: {<<: *x, c: null}\n", {"a": {"c": 1}, "b": {"c": None}}),
        ("'<<': 1\n", {"<<": 1}),
    ],
)  # fmt: skip
def test_aliases_and_merges_bring_values(text: str, value: Any) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: *x\n", "E105"),
        ("a: &x [*x]\n", "E105"),
        ("a: {<<: 1}\n", "E105"),
        ("a: {<<: [{b: 1}, 2]}\n", "E105"),
        ("? [a]\n: 1\n", "E108"),
        ("? {a: 1}\n: 1\n", "E108"),
        ("a: !x 1\n", "E108"),
        ("a: !!python/object:os.system {}\n", "E108"),
        ("a: !!set {b}\n", "E108"),
        ("a: !!binary aGk=\n", "E108"),
        ("a: 1\n---\nb: 2\n", "E107"),
        ("- a\n", "E203"),
        ("", "E107"),
        ("# nothing\n", "E107"),
        ("a: 1\na: 2\n", "E103"),
    ],
)
def test_what_is_not_supported_is_refused(text: str, code: str) -> None:
    root, messages = read(text)
    assert root is None
    assert [each.split(" ")[1] for each in messages] == [code]


def test_aliases_that_multiply_are_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    root, messages = read("\n".join(lines))
    assert root is None
    assert messages[0].endswith("E105")


def test_nesting_has_an_end() -> None:
    assert read("k: " + "[" * 99 + "]" * 99)[0] is not None
    assert read("k: " + "[" * 300 + "]" * 300)[1] == ["1:103 E106"]
    (deeper,) = read("k: " + "[" * 5000 + "]" * 5000)[1]
    assert deeper.endswith("E106")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_end_of_line_reads_the_same(end: str) -> None:
    text = end.join(["a: 1", "b: |", "  x", "  y", "c: [1,", "  2]", ""])
    assert value_of(text) == {"a": 1, "b": "x\ny\n", "c": [1, 2]}


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert value_of("\ufeffa: 1\n") == {"a": 1}


@pytest.mark.parametrize("content", [b"a: \xff\n", "a: 1\n".encode("utf-16"), b"a: \xed\xa0\x80"])
def test_other_encodings_are_refused_where_they_begin(content: bytes) -> None:
    diagnostics = Diagnostics()
    assert decode("spec.yaml", content, diagnostics) is None
    (found,) = diagnostics
    assert found.code.id == "E104"


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=["Cs", "Cc"]),
    max_size=12,
)
VALUES = st.recursive(
    TEXTS.map(lambda text: "'" + text.replace("'", "''") + "'")
    | st.integers().map(str)
    | st.sampled_from(["no", "1.5", "~", "s3://a/b", '"\\n"']),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=5))
def test_every_span_cuts_out_its_own_text(values: list[str]) -> None:
    text = "".join(f"k{index}:   {value}\n" for index, value in enumerate(values))
    root, messages = read(text)
    assert messages == []
    assert root is not None
    for index, value in enumerate(values):
        assert root.key_span(f"k{index}").text == f"k{index}"
        node = root.members[f"k{index}"]
        if isinstance(node, ScalarNode):
            assert node.span.text == value
        for scalar in scalars(node):
            assert scalar.span.text in value


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab: \n-[]{}'\"&*!|>#%@`,?<\t\u2028\x85é"), max_size=40))
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    diagnostics = Diagnostics()
    source = SourceFile("spec.yaml", text)
    document = read_document(source, diagnostics)
    assert (document is None) == diagnostics.has_errors
    for each in diagnostics:
        assert each.span.line < len(source.lines)
