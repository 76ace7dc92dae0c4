"""The order of steps, and which steps may use each other's results."""

import random

import pytest

from tests.specs import Workshop

PARAMETERS = "parameters: {p: {type: boolean, default: true}}\n"
JOB = "type: processing, image: i, role: 'arn:aws:iam::111122223333:role/r', instance: ml.m5.large"


def job(name: str, *uses: str, after: str = "") -> str:
    """Return a step that uses the arn of others."""
    arguments = "".join(f"'${{{{ steps.{each}.job_arn }}}}', " for each in uses) or "x"
    waits = f", after: [{after}]" if after else ""
    return f"  {name}: {{{JOB}, entrypoint: [x], arguments: [{arguments}]{waits}}}\n"


def condition(name: str, then: str = "", else_: str = "", if_: str = "parameters.p") -> str:
    branches = "".join(
        f", {side}: [{steps}]" for side, steps in (("then", then), ("else", else_)) if steps
    )
    return f"  {name}: {{type: condition, if: '${{{{ {if_} }}}}'{branches}}}\n"


def order(workshop: Workshop, *steps: str) -> list[str]:
    return list(workshop.pipeline(f"{PARAMETERS}steps:\n{''.join(steps)}{USE}").graph.order)[:-2]


# Uses the parameter, so that no test warns of an unused one.
USE = (
    "  zz: {type: condition, if: '${{ parameters.p }}', then: zzz}\n"
    "  zzz: {type: fail, message: m}\n"
)


def codes(workshop: Workshop, *steps: str) -> list[str]:
    found = workshop.messages(f"{PARAMETERS}steps:\n{''.join(steps)}{USE}")
    return [each.split(" ")[0] for each in found]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((job("a"), job("b"), job("c")), "abc"),
        ((job("c"), job("b"), job("a")), "cba"),
        ((job("a"), job("b", "a"), job("c")), "abc"),
        ((job("b", "a"), job("a"), job("c")), "abc"),
        ((job("b", after="a"), job("c"), job("a")), "cab"),
        ((job("d", "b", "c"), job("c", "a"), job("b", "a"), job("a")), "acbd"),
        ((condition("b", "d", "c"), job("c"), job("d"), job("a")), "bcda"),
        ((job("d"), job("c"), condition("b", "d", "c"), job("a")), "bdca"),
    ],
)
def test_the_order_is_that_of_the_source_where_it_can_be(
    steps: tuple[str, ...], expected: str, workshop: Workshop
) -> None:
    assert "".join(order(workshop, *steps)) == expected


def test_any_order_of_the_source_gives_an_order_that_can_run(workshop: Workshop) -> None:
    needs = {"a": "", "b": "a", "c": "a", "d": "bc", "e": "d", "f": "be", "g": ""}
    chance = random.Random(7)  # noqa: S311
    for _ in range(5):
        names = chance.sample(list(needs), len(needs))
        found = order(workshop, *(job(name, *needs[name]) for name in names))
        assert sorted(found) == sorted(needs)
        for name, used in needs.items():
            assert all(found.index(each) < found.index(name) for each in used)


@pytest.mark.parametrize(
    "steps",
    [
        (job("a", "a"),),
        (job("a", after="a"),),
        (job("a", "b"), job("b", "a")),
        (job("a", "b"), job("b", after="c"), job("c", "a")),
        (condition("a", "a"),),
        (job("b"), condition("a", "b", if_='steps.b.job_name == "x"')),
        (condition("a", "b"), condition("b", "a")),
    ],
)
def test_a_circle_is_reported_once(steps: tuple[str, ...], workshop: Workshop) -> None:
    assert [code for code in codes(workshop, *steps) if code != "W402"] == ["E401"]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ((condition("c", "a, b"), job("a"), job("b", "a")), []),
        ((condition("c", "a", "b"), job("a"), job("b", "a")), ["E404"]),
        ((condition("c", "a", "b"), job("a"), job("b", after="a")), ["E404"]),
        ((condition("c", "a"), job("a"), job("b", "a")), ["E405"]),
        ((condition("c", "a"), job("a"), job("b", after="a")), []),
        ((condition("c", "a"), job("a", "b"), job("b")), []),
        ((condition("c", "a"), condition("d", "b"), job("a"), job("b", "a")), ["E405"]),
        ((condition("c", "d"), condition("d", "b"), job("b", "a"), job("a")), ["W402"]),
        ((condition("c", "d, a"), condition("d", "b"), job("a"), job("b", "a")), ["W402"]),
        (
            (condition("c", "d, a"), condition("d", "b"), job("a", "b"), job("b")),
            ["W402", "E405"],
        ),
        (
            (condition("c", "d", "a"), condition("d", "b"), job("b"), job("a", "b")),
            ["W402", "E404"],
        ),
        ((condition("c", "a"), condition("d", "a"), job("a")), ["E403"]),
        ((condition("c", "a", "a"), job("a")), ["E403"]),
        ((condition("c", "nosuch"),), ["E402"]),
        ((job("a", after="nosuch"),), ["E402"]),
        ((job("a", "nosuch"),), ["E402"]),
        ((job("a", after="zzz"),), ["E406"]),
        ((job("a", after="zz"),), ["W401"]),
    ],
)
def test_a_step_sees_what_surely_ran_before(
    steps: tuple[str, ...], expected: list[str], workshop: Workshop
) -> None:
    assert codes(workshop, *steps) == expected


def test_branches_stand_in_their_condition_and_nowhere_else(workshop: Workshop) -> None:
    body = f"{PARAMETERS}steps:\n" + "".join(
        (job("e"), condition("c", "a, b", "d"), job("b", "a"), job("d", "e"), job("a", "e"))
    )
    first, second = workshop.definition(body)["Steps"]
    assert (first["Name"], second["Name"]) == ("e", "c")
    assert [each["Name"] for each in second["Arguments"]["IfSteps"]] == ["a", "b"]
    assert [each["Name"] for each in second["Arguments"]["ElseSteps"]] == ["d"]
