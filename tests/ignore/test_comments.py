"""A comment is found exactly where YAML has one: where another one changes nothing."""

import re

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from compiler.diagnostics.codes import ALL_CODES, Code
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.comments import ignores_in

# Without a blank behind the colon, so that it can stand in a plain text too.
MARK = "# pipec:ignore[W301] why"
# `~` stands for a mark or for nothing, `@` for a number of its own.
PIECES = (
    "k@: v ~\n",
    "k@: v~\n",
    "k@: a#b ~\n",
    "k@: 'a ~\n  b ~' ~\n",
    'k@: "it\'s \\" ~\n\n  b"~\n',
    "k@: 'it''s ~'\n",
    "k@: | ~\n  a ~\n  ~\n ~\n",
    "k@: |\n  a\n\n  ~\n ~\n~\n",
    "k@: >2- ~\n    a\n   ~\n\n  ~\n ~\n",
    "k@: |+ ~\n  a\n\n~\n\n",
    "k@: &a@ ~\n  'b ~'\n",
    "k@: !!str ~\n  | ~\n  b ~\n",
    "k@: [a, ~\n  'b'~\n  ]~\n",
    "k@: {a: b ~\n  , c: 'd ~'} ~\n",
    "k@: a\n  b ~\n",
    "k@: ~\n",
    "k@: ~\n  - a ~\n  - |\n    ~\n  ~\n",
    "? k@ ~\n: v ~\n",
    "~\n",
    "\n",
    "k@: \N{LATIN SMALL LETTER U WITH DIAERESIS}\N{GRINNING FACE} ~\n",
    "k@: 'a\N{LINE SEPARATOR}b ~' ~\n",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), min_size=1, max_size=6), data=st.data())
def test_a_comment_is_what_another_can_stand_for(pieces: list[str], data: st.DataObject) -> None:
    text = "".join(piece.replace("@", str(number)) for number, piece in enumerate(pieces))
    while "~" in text:
        text = text.replace("~", data.draw(st.sampled_from((MARK, ""))), 1)
    assume(_document(text) is not None)
    assert _found(text) == _comments(text), text


@pytest.mark.parametrize("piece", PIECES)
def test_each_piece_is_tried_with_all_its_marks(piece: str) -> None:
    text = piece.replace("@", "0").replace("~", MARK)
    assert _document(text) is not None
    assert _found(text) == _comments(text)


def test_a_text_without_a_comment_to_the_compiler_is_not_scanned_again() -> None:
    unreadable = "a: [ # pipe\n# a comment\n'"
    assert ignores_in(SourceFile("x", unreadable), Diagnostics()) == ()
    with pytest.raises(yaml.YAMLError):
        ignores_in(SourceFile("x", f"{MARK}\n{unreadable}"), Diagnostics())


@pytest.mark.parametrize("code", ALL_CODES, ids=lambda code: code.id)
def test_warnings_and_errors_of_requests_and_policies_can_be_ignored(code: Code) -> None:
    number = int(code.id[1:])
    of_people = code.id[0] == "E" and (501 <= number <= 569 or 580 <= number <= 589)
    assert code.is_ignorable == (code.id[0] == "W" or of_people)


def _comments(text: str) -> list[int]:
    document = _document(text)
    return [
        match.start()
        for match in re.finditer(re.escape(MARK), text)
        if _document(f"{text[: match.start()]}# another{text[match.end() :]}") == document
    ]


def _document(text: str) -> tuple[object] | None:
    try:
        return (yaml.safe_load(text),)
    except yaml.YAMLError:
        return None


def _found(text: str) -> list[int]:
    source = SourceFile("x", text)
    ignores = ignores_in(source, Diagnostics())
    return [source.offset(each.span.line, each.span.column) for each in ignores]
