"""The graph finds who waits for whom, and what may start."""

from typing import Any

import pytest

from compiler.local.graph import Branch, InvalidDefinitionError, Need, Status, decide, read_graph
from tests.local.world import condition, equals, fail, model_of


def step(name: str, arguments: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Training", "Arguments": arguments or {}, **more}


STEPS = [
    step("a"),
    step("b", {"x": [{"y": model_of("a")}]}),
    condition(
        "c",
        [equals({"Std:JsonGet": {"PropertyFile": {"Get": "Steps.b.PropertyFiles.f"}, "Path": "p"}},
                1)],
        [step("d", {"x": model_of("a")}, DependsOn=["b"])],
        [fail("e")],
    ),
    step("g", DependsOn=["d", {"Step": "b", "Trigger": "Failed"}]),
]  # fmt: skip


def test_dependencies_come_from_references_and_depends_on() -> None:
    graph = read_graph({"Steps": STEPS})
    assert [node.name for node in graph.nodes] == ["a", "b", "c", "d", "e", "g"]
    assert {node.name: node.needs for node in graph.nodes} == {
        "a": (),
        "b": (Need(step="a"),),
        # What the branches need is not what the condition needs.
        "c": (Need(step="b"),),
        "d": (Need(step="b"), Need(step="a")),
        "e": (),
        "g": (Need(step="d"), Need(step="b", trigger="Failed")),
    }
    assert graph.node("d").branch == Branch(condition="c", outcome="then")
    assert graph.handles_failure_of("b")
    assert not graph.handles_failure_of("a")


@pytest.mark.parametrize(
    ("name", "statuses", "outcome", "decision"),
    [
        ("a", {}, None, "run"),
        ("b", {}, None, "wait"),
        ("b", {"a": "Executing"}, None, "wait"),
        ("b", {"a": "Succeeded"}, None, "run"),
        ("b", {"a": "Failed"}, None, "wait"),
        ("b", {"a": "Skipped"}, None, "skip"),
        ("e", {"c": "Executing"}, None, "wait"),
        ("e", {"c": "Succeeded"}, "true", "skip"),
        ("e", {"c": "Succeeded"}, "false", "run"),
        ("e", {"c": "Skipped"}, None, "skip"),
        ("d", {"c": "Succeeded", "a": "Succeeded", "b": "Executing"}, "true", "wait"),
        ("d", {"c": "Succeeded", "a": "Executing", "b": "Executing"}, "false", "skip"),
        ("g", {"d": "Succeeded", "b": "Failed"}, None, "run"),
        ("g", {"d": "Succeeded", "b": "Succeeded"}, None, "wait"),
        ("g", {"d": "Skipped", "b": "Executing"}, None, "skip"),
    ],
)
def test_a_step_runs_waits_or_is_skipped(
    name: str, statuses: dict[str, Status], outcome: str | None, decision: str
) -> None:
    graph = read_graph({"Steps": STEPS})
    all_: dict[str, Status] = {node.name: "NotStarted" for node in graph.nodes}
    assert decide(graph.node(name), all_ | statuses, {"c": outcome}) == decision


@pytest.mark.parametrize(
    ("steps", "mistakes"),
    [
        ([step("a"), step("a")], ("two steps are called `a`",)),
        ([step("a", {"x": model_of("b")})], ("step `a` needs `b`, which does not exist",)),
        (
            [step("x"), step("a", DependsOn=["b"]), step("b", {"x": model_of("a")})],
            ("steps wait for each other: `a`, `b`",),
        ),
        (
            [step("a", DependsOn=[{"Step": "b", "Trigger": "Never"}]), step("b")],
            ("step `a`: unknown trigger `Never`",),
        ),
    ],
)
def test_a_definition_that_cannot_run_is_refused(
    steps: list[Any], mistakes: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidDefinitionError) as error:
        read_graph({"Steps": steps})
    assert error.value.mistakes == mistakes
