"""The tables of rules speak of shapes and members that the service model has."""

import pytest

from compiler.rules import PART_RULES, STEP_IN_PIPELINE_RULES, STEP_RULES
from compiler.rules.alternatives import CHOICES, NEEDS
from compiler.sagemaker.api import Shape, shape
from compiler.sagemaker.shapes import PIPELINE_SHAPES
from compiler.steps import STEP_TYPES


def shape_of(kind: str) -> Shape:
    """Return the shape of a kind of part, as `Part.kind` names it."""
    return shape(f"pipeline:{kind}" if kind in PIPELINE_SHAPES else kind)


@pytest.mark.parametrize("kind", sorted({*PART_RULES, *CHOICES, *NEEDS}))
def test_a_rule_is_about_a_structure_that_there_is(kind: str) -> None:
    assert shape_of(kind).kind == "structure"


def test_a_rule_about_steps_is_about_a_type_that_there_is() -> None:
    named = set(STEP_RULES) | set(STEP_IN_PIPELINE_RULES)
    assert named <= {each.sagemaker_type for each in STEP_TYPES.values()}


@pytest.mark.parametrize("name", STEP_TYPES)
def test_a_type_is_found_under_its_own_name(name: str) -> None:
    assert STEP_TYPES[name].name == name


@pytest.mark.parametrize("kind", CHOICES)
def test_the_members_of_a_choice_are_those_of_its_shape(kind: str) -> None:
    members = {member for choice in CHOICES[kind] for member in choice.members}
    first = {member.partition(".")[0] for member in members}
    assert first <= set(shape_of(kind).members)
