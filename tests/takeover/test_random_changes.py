"""Whatever is changed in AWS is taken over, or it is told exactly what is left.

`python -m tests.takeover.measure --of 1000` does more of the same, and tells the shares.
"""

import pytest

from tests.takeover.measure import Outcome, outcomes
from tests.takeover.mutations import KINDS

EACH = 12
# A change of code that the spec brings itself is left on purpose.
CODE = "has code of its own"


@pytest.mark.parametrize("kind", KINDS)
def test_one_change_is_taken_over_or_told(kind: str) -> None:
    found = list(outcomes(EACH, 7, [kind]))
    assert [each.wrong for each in found if each.wrong] == []
    left = [each for each in found if each.is_possible and each.edited.left and not is_code(each)]
    assert len(left) <= EACH // 10, [each.said for each in left]


def test_several_changes_are_taken_over_or_told() -> None:
    found = list(outcomes(EACH, 8, list(KINDS), changes_each=3))
    assert [each.wrong for each in found if each.wrong] == []


def test_a_change_of_one_value_changes_few_lines() -> None:
    for each in outcomes(EACH, 9, ["scalar"]):
        before, after = (set(text.splitlines()) for text in (each.before, each.edited.text))
        assert len(before - after) <= 2, each.said


def is_code(each: Outcome) -> bool:
    return any(CODE in note or "template" in note for note in each.edited.notes)
