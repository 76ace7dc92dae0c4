"""The examples that messages show are right where they are shown."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from compiler.schema.derive import literals_only, pipeline_schema, step_schema
from compiler.schema.examples import EXAMPLES
from compiler.spec.pipeline import PipelineSpec
from compiler.steps import STEP_TYPES

SCHEMAS: tuple[Mapping[str, Any], ...] = (
    literals_only(pipeline_schema(PipelineSpec, {})),
    *(literals_only(step_schema(each.spec, name)) for name, each in STEP_TYPES.items()),
)


def _of(field: str, schema: object) -> Iterator[Mapping[str, Any]]:
    """Yield the schemas of all fields of a name."""
    if isinstance(schema, Mapping):
        properties = schema.get("properties", {})
        if field in properties:
            yield properties[field]
        for inner in schema.values():
            yield from _of(field, inner)


@pytest.mark.parametrize("field", EXAMPLES)
def test_each_example_is_right_in_some_place(field: str) -> None:
    places = [Draft202012Validator(each) for schema in SCHEMAS for each in _of(field, schema)]
    wrong = [each for each in EXAMPLES[field] if not any(place.is_valid(each) for place in places)]
    assert not wrong
