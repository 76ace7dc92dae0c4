"""Structures that travel as JSON text: written, and read back into fields."""

import json
from typing import Any

import pytest

from compiler.steps.codecs import NOTHING, Reference
from compiler.steps.documents import DOCUMENT, structure
from tests.specs import Workshop

JOB = """\
parameters: {{p: {{type: string, default: x}}, n: {{type: integer, default: 1}}}}
steps:
  s:
    type: job
    category: DataTransformation
    role: arn:aws:iam::111122223333:role/r
    config: {config}
    tags: {{uses: "${{{{ parameters.p }}}} ${{{{ parameters.n }}}}"}}
"""


def written(workshop: Workshop, config: str) -> Any:
    return workshop.arguments(JOB.format(config=config))["JobConfigDocument"]


def test_a_structure_without_references_is_its_text(workshop: Workshop) -> None:
    config = '{a: 1, b: [true, null, 1.5], c: {"d\\"": "é\\n"}, e: {}, f: []}'
    text = written(workshop, config)
    assert text == json.dumps(
        {"a": 1, "b": [True, None, 1.5], "c": {'d"': "é\n"}, "e": {}, "f": []}
    )


@pytest.mark.parametrize(
    ("config", "values"),
    [
        ("{a: '${{ parameters.p }}'}", ['{"a": "', {"Get": "Parameters.p"}, '"}']),
        ("{a: 'x\"${{ parameters.n }}'}", ['{"a": "x\\"', {"Get": "Parameters.n"}, '"}']),
        (
            "{a: ['${{ parameters.p }}', '${{ parameters.n }}']}",
            ['{"a": ["', {"Get": "Parameters.p"}, '", "', {"Get": "Parameters.n"}, '"]}'],
        ),
        (
            "{a: \"${{ join('/', 's3://b', parameters.p) }}\"}",
            [
                '{"a": "',
                {"Std:Join": {"On": "/", "Values": ["s3://b", {"Get": "Parameters.p"}]}},
                '"}',
            ],
        ),
    ],
)
def test_a_reference_becomes_a_part_of_a_string(
    config: str, values: list[Any], workshop: Workshop
) -> None:
    assert written(workshop, config) == {"Std:Join": {"On": "", "Values": values}}


def test_a_mistake_in_a_document_is_reported_once_and_in_its_place(workshop: Workshop) -> None:
    body = JOB.format(config="{a: 1, b: '${{ parameters.q }}'}")
    assert workshop.messages(body) == ["E302 7:39 `q` is not a parameter"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('{"a": 1, "b": ["x", 1e-05]}', {"a": 1, "b": ["x", 1e-05]}),
        ('{"a": "$${{ x }}"}', {"a": "$${{ x }}"}),
        (Reference('{"a": "${{ parameters.p }}"}', is_text=True), {"a": "${{ parameters.p }}"}),
        (
            Reference('{"a": "s3://${{ parameters.p }}/\\"y\\"", "b": "plain"}', is_text=True),
            {"a": 's3://${{ parameters.p }}/"y"', "b": "plain"},
        ),
        (
            Reference(
                "${{ join('', '{\"a\": \"', join('/', parameters.p, 'x'), '\"}') }}", is_text=True
            ),
            {"a": "${{ join('/', parameters.p, 'x') }}"},
        ),
    ],
)
def test_a_text_is_lifted_to_the_structure_that_it_is(text: str, found: Any) -> None:
    assert DOCUMENT.lift(text) == (found, NOTHING)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1}',
        '{"a": 1, "a": 1}',
        '{"a": 1.50}',
        '{"a": "é"}',
        "[1]",
        "text",
        7,
        Reference("${{ parameters.p }}", is_text=True),
        Reference('{"a": ${{ parameters.p }}}', is_text=True),
        Reference('{"${{ parameters.p }}": 1}', is_text=True),
        Reference('{"a": "<reference-0>${{ parameters.p }}"}', is_text=True),
    ],
)
def test_a_text_that_would_be_written_otherwise_stays_a_text(text: Any) -> None:
    assert DOCUMENT.lift(text) == (NOTHING, text)
    assert structure(text) is NOTHING
