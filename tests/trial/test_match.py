"""An expected value is held against what was found: in part, as a whole, by names."""

from typing import Any

import pytest

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.read import read_document
from compiler.trial.match import Place, mismatches

FOUND: dict[str, Any] = {
    "Text": "s3://bucket/a/long/prefix/data",
    "Number": 3,
    "Flag": True,
    "Nothing": None,
    "Map": {"a": "1", "b": "2"},
    "List": ["x", "y", 3],
    "InputDataConfig": [
        {"ChannelName": "train", "ContentType": "text/csv"},
        {"ChannelName": "test", "ContentType": "text/plain"},
    ],
    "Tags": [{"Key": "team", "Value": "nlp"}, {"Key": "stage", "Value": "dev"}],
}


def compare(expected: str, *, exact: bool = False) -> list[str]:
    """Return what is said, as `column message (hint)`."""
    document = read_document(SourceFile("t", expected), Diagnostics())
    assert document is not None
    place = Place(path="a", member="a", span=document.root.span)
    return [
        f"{each.span.column} {each.message}" + (f" ({each.hint})" if each.hint else "")
        for each in mismatches(document.root, FOUND, place, exact=exact)
    ]


@pytest.mark.parametrize(
    "expected",
    [
        "{}",
        "{Text: s3://bucket/a/long/prefix/data}",
        "{Number: 3}",
        "{Number: 3.0}",
        "{Flag: true, Nothing: null}",
        '{Map: {a: "1"}}',
        "{List: [x, y, 3]}",
        "{InputDataConfig: {test: {ContentType: text/plain}}}",
        "{InputDataConfig: [{ChannelName: train}, {}]}",
        "{Tags: {stage: {Value: dev}}}",
        '{Map: {$exact: {a: "1", b: "2"}}}',
        "{Text: {$matches: '^s3://[a-z]+/'}}",
        "{Text: {$contains: /long/}}",
        "{List: {$contains: y}}",
        "{InputDataConfig: {$contains: {ContentType: text/csv}}}",
        "{Gone: {$absent: true}}",
        "{Tags: {$exact: {team: {Value: nlp}, stage: {Value: dev}}}}",
    ],
)
def test_what_is_as_expected_is_passed_over(expected: str) -> None:
    assert compare(expected) == []


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        ("{Number: 4}", "9 `a.Number` is `3`, expected `4`"),
        ("{Flag: 1}", "7 `a.Flag` is `true`, expected `1`"),
        ('{Number: "3"}', ('9 `a.Number` is `3`, expected `"3"`'
                          " (one is a number, the other a string)")),
        ("{Nothing: {}}", "1 `a.Nothing` is `null`, expected `{}`"),
        ("{Numbr: 3}", "1 `a` has no `Numbr` (did you mean `Number`?)"),
        ("{Map: {c: x}}", "7 `a.Map` has no `c` (it has `a`, `b`)"),
        ("{Map: [a]}", '1 `a.Map` is `{"a": "1", "b": "2"}`, expected `["a"]`'),
        ("{List: [x, z, 3]}", "11 `a.List[1]` is `y`, expected `z`"),
        ("{List: [x, y]}", "1 `a.List` has 3 items, expected 2: it also has `3`"),
        ("{List: [x, y, 3, 4]}", "1 `a.List` has 3 items, expected 4: it ends before `4`"),
        ("{List: {x: 1}}", '1 `a.List` is `["x", "y", 3]`, expected `{"x": 1}`'),
        (
            "{InputDataConfig: {tset: {}}}",
            "19 `a.InputDataConfig` has no `tset` (did you mean `test`?)",
        ),
        (
            "{InputDataConfig: {test: {ContentType: x}}}",
            "39 `a.InputDataConfig['test'].ContentType` is `text/plain`, expected `x`",
        ),
        (
            "{Text: s3://bucket/a/long/prefix/datum}",
            ("7 `a.Text` is `s3://bucket/a/long/prefix/data`, expected"
            " `s3://bucket/a/long/prefix/datum`"
            " (from character 30 on it is `a`, expected `um`)"),
        ),
        ("{Text: {$matches: '^gs:'}}", ("18 `a.Text` is `s3://bucket/a/long/prefix/data`,"
                                       " which does not match `^gs:`")),
        ("{Text: {$matches: '('}}", ("18 `(` is no regular expression: missing ), unterminated"
                                    " subpattern at position 0")),
        ("{List: {$contains: z}}", '19 `a.List` is `["x", "y", 3]`, which does not contain `z`'),
        ("{Map: {$absent: true}}", '7 `a.Map` is `{"a": "1", "b": "2"}`, expected none'),
        ('{Map: {$exact: {a: "1"}}}', "7 `a.Map` also has `b`, which is not expected"),
        ("{Map: {$exact: {}, a: 1}}", "7 `a.Map` also has `a`, `b`, which are not expected"),
    ],
)  # fmt: skip
def test_what_is_otherwise_is_told_with_its_path_and_place(expected: str, said: str) -> None:
    assert compare(expected)[0] == said


def test_nothing_may_be_left_out_where_the_whole_is_expected() -> None:
    (said,) = compare("{Number: 3}", exact=True)
    assert said.startswith("0 `a` also has `Text`, `Flag`, `Nothing`, `Map`, `List`")


def test_a_word_that_is_no_operator_says_nothing_beside_one() -> None:
    assert compare("{Text: {$matches: s3, $match: s3}}") == [
        "22 `$match` is no such word (did you mean `$matches`?)"
    ]


def test_a_word_that_does_not_exist_is_no_value() -> None:
    assert compare("{Text: {$match: s3}}") == [
        "8 `$match` is no such word (did you mean `$matches`?)"
    ]
    (said,) = compare("{Map: {$absent: false, c: 1}}")
    assert said.startswith("23 `c` is a member beside a `$` word (such words are `$exact`, ")


def test_a_member_of_the_users_own_may_begin_with_a_dollar() -> None:
    document = read_document(SourceFile("t", "{$ref: x}"), Diagnostics())
    assert document is not None
    place = Place(path="a", member="a", span=document.root.span)
    assert list(mismatches(document.root, {"$ref": "x"}, place, exact=False)) == []
