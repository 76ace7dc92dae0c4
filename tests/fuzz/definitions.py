"""Mutations that only definitions take: names, dependencies, conditions, what steps hold."""

import copy
import random
from typing import Any

from tests.fuzz.trees import GETS, Path, Tree, TreeMutation, at, junk, paths

MOST_ADDED = 6_000
HELD = ("IfSteps", "ElseSteps")
NAMES: tuple[Any, ...] = (
    "", " ", "a b", "a.b", "a-b", "A_b", "é", "x" * 300, "1", "-a", "a'b", "a\nb", "type", "${{",
    "null", "on", "\U0001f600", "\x00", "Parameters", "and", "not", None, 1, True, [], {}, ["a"],
    {"Get": "Parameters.x"}, 1.5,
)  # fmt: skip
CONDITIONS: tuple[Any, ...] = (
    {"Type": "Equals", "LeftValue": {"Get": "Parameters.x"}, "RightValue": "a"},
    {"Type": "Equals", "LeftValue": 1, "RightValue": 1.0},
    {"Type": "In", "QueryValue": {"Get": "Execution.PipelineName"}, "Values": []},
    {"Type": "In", "QueryValue": [], "Values": "a"}, {"Type": "Not"}, {"Type": "Or"},
    {"Type": "Or", "Conditions": []}, {"Type": "Nand", "Conditions": [1]}, {}, None, "a",
)  # fmt: skip


def _is_step(value: Tree) -> bool:
    return isinstance(value, dict) and "Type" in value and "Name" in value


def _steps(tree: Tree) -> list[Path]:
    return [path for path in paths(tree) if _is_step(at(tree, path)) and "Parameters" not in path]


def rename(rng: random.Random, tree: Tree) -> Tree:
    """Give something that has a name an odd one, or that of another."""
    named = [path for path in paths(tree) if path and str(path[-1]).endswith("Name")]
    if named:
        path = rng.choice(named)
        new = at(tree, rng.choice(named)) if rng.random() < 0.4 else rng.choice(NAMES)
        at(tree, path[:-1])[path[-1]] = copy.deepcopy(new)
    return tree


def depend(rng: random.Random, tree: Tree) -> Tree:
    """Add a dependency, in many cases one that closes a cycle."""
    steps = _steps(tree)
    if not steps:
        return tree
    step, other = at(tree, rng.choice(steps)), at(tree, rng.choice(steps))
    name = rng.choice((other["Name"], other["Name"], step["Name"], "nobody", "", 1, None))
    conditional = {"StepName": name, "RunCondition": rng.choice(("Failed", "Any", "x", None, 1))}
    before = step.get("DependsOn")
    new = rng.choice((name, name, conditional, junk(rng)))
    step["DependsOn"] = [*(before if isinstance(before, list) else []), new]
    return tree


def refer(rng: random.Random, tree: Tree) -> Tree:
    """Refer to a step from some place, perhaps from its own arguments."""
    steps = _steps(tree)
    inner = [path for path in paths(tree) if len(path) > 2]
    if steps and inner:
        path = rng.choice(inner)
        tail = rng.choice((".x", ".ModelArtifacts.S3ModelArtifacts", "[0].y", "", ".Outputs['a']"))
        name = at(tree, rng.choice(steps))["Name"]
        get = rng.choice((f"Steps.{name}{tail}", f"Steps.{name}{tail}", rng.choice(GETS)))
        at(tree, path[:-1])[path[-1]] = {"Get": get}
    return tree


def change_type(rng: random.Random, tree: Tree) -> Tree:
    """Give a step the type of another, or one that there is not."""
    steps = _steps(tree)
    if steps:
        other = at(tree, rng.choice(steps))["Type"]
        at(tree, rng.choice(steps))["Type"] = rng.choice(
            (other, other, "Condition", "ForEach", "Fail", "Tuning", "Emr", "Nothing", "", None, 1)
        )
    return tree


def nest_conditions(rng: random.Random, tree: Tree) -> Tree:
    found = [path for path in paths(tree) if path and path[-1] == "Conditions"]
    if not found:
        return hold(rng, tree)
    path = rng.choice(found)
    inner = rng.choice((at(tree, path), [copy.deepcopy(rng.choice(CONDITIONS))]))
    for _ in range(rng.choice((1, 2, 5, 19, 21, 45))):
        first = inner[0] if isinstance(inner, list) and inner else None
        either, negated = {"Type": "Or", "Conditions": inner}, {"Type": "Not", "Condition": first}
        inner = [rng.choice((either, negated))]
    at(tree, path[:-1])[path[-1]] = inner
    return tree


def hold(rng: random.Random, tree: Tree) -> Tree:
    """Move a step into a condition or a loop that may be new, may be deep."""
    steps = _steps(tree)
    if not steps:
        return tree
    path = rng.choice(steps)
    step = at(tree, path)
    for depth in range(rng.choice((1, 1, 1, 2, 8, 25))):
        step = _holder(rng, step, depth)
    at(tree, path[:-1])[path[-1]] = step
    return tree


def _holder(rng: random.Random, step: Tree, depth: int) -> Tree:
    side = rng.choice((*HELD, "ForEachBody"))
    arguments: Tree = {"Conditions": [copy.deepcopy(CONDITIONS[0])], "IfSteps": [], "ElseSteps": []}
    if side == "ForEachBody":
        items: Tree = rng.choice((["a", "b"], [], [{"x": 1}], {"Get": "Parameters.x"}, "a", None))
        arguments = {"IterableItems": items, "MaxConcurrency": rng.choice((1, 0, -1, 10**9, "1"))}
        if rng.random() < 0.3:
            arguments["ExecutionSelector"] = junk(rng)
    twice = [step, copy.deepcopy(step)] if depth == 0 else [step]
    arguments[side] = rng.choice(([step], [step], twice, step))
    kind = "ForEach" if side == "ForEachBody" else "Condition"
    return {"Name": f"hold{depth}", "Type": kind, "Arguments": arguments}


def many_steps(rng: random.Random, tree: Tree) -> Tree:
    """Repeat a step under other names."""
    steps = _steps(tree)
    if steps:
        path = rng.choice(steps)
        beside = at(tree, path[:-1])
        step = beside[path[-1]]
        if isinstance(beside, list):
            count = min(rng.choice((2, 20, 60)), MOST_ADDED // len(list(paths(step))))
            beside += [{**copy.deepcopy(step), "Name": f"many{index}"} for index in range(count)]
    return tree


DEFINITION: tuple[TreeMutation, ...] = (
    rename, rename, depend, refer, change_type, nest_conditions, hold, many_steps,
)  # fmt: skip
