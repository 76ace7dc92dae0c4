"""What is written for a term parses to the same term."""

import pytest
from hypothesis import given, settings

from compiler.expressions.parse import parse
from compiler.expressions.syntax import LiteralTerm, NotTerm, Term, UnknownTerm
from compiler.expressions.write import inner_text, text_of_term
from tests.importer.terms import TERMS, without_places


@settings(max_examples=500, deadline=None)
@given(TERMS)
def test_a_written_term_parses_to_itself(term: Term) -> None:
    assert without_places(parse(text_of_term(term))) == without_places(term)


@pytest.mark.parametrize(
    "text",
    [
        "${{ parameters.a }}",
        "s3://b/${{ execution.pipeline_name }}/x",
        "${{ steps.a.properties.Outputs['train'].S3Uri }}",
        "${{ a.x >= 0.5 and (b.y in ['v', 'w'] or not c.z == 1) }}",
        "${{ a.x not in [1, 2] }}",
        "${{ join('/', \"it's\", 'a \"b\" it''s') }}",
        "${{ 'a$' }}${{ parameters.x }}",
        "$${{ no expression }} ${{ parameters.x }}",
        "${{ a['x.y'][0].z }}",
    ],
)
def test_what_a_person_writes_is_written_the_same(text: str) -> None:
    assert text_of_term(parse(text)) == text


def test_a_doubled_quote_is_one_quote() -> None:
    literal = parse("${{ 'it''s' }}")
    assert isinstance(literal, LiteralTerm)
    assert literal.value == "it's"


def test_what_a_mistake_left_has_no_text() -> None:
    with pytest.raises(ValueError, match="UnknownTerm has no text"):
        inner_text(NotTerm(UnknownTerm(0, 1), 0, 1))
