"""Mutations of a tree of values, those of a spec and those of a definition alike."""

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Tree: TypeAlias = Any
Path: TypeAlias = tuple[str | int, ...]
TreeMutation: TypeAlias = Callable[[random.Random, Tree], Tree]

NUMBERS = (
    0, -1, 1.5, 10**15, -(10**30), 10**320, 1e308, 2**31, 2**63, 5e-324, float("nan"),
    float("inf"), float("-inf"),
)  # fmt: skip
TEXTS = (
    "", " ", "x", "-", "a b", "é", "\U0001f600", "a\nb", "a\tb", "\x00", "\x1b[31m", "\u2028",
    "\ud800", "it's", '"q"', "'", "y", "on", "null", "true", "1", "1.0", "~", "<<", "- a", "#",
    "${{", "}}", "${{ }}", "$${{ a", "${{ parameters.x }}", "${{ steps.a }}", "${{ vars.x }}",
    "${{ item }}", "${{ item.x }}", "${{ execution.start_time }}", "${{ 1 }}", "${{ [1] }}",
    "a ${{ parameters.x }} b", "s3://", "s3://b", "s3://b/k", "s3://B/../k", "file:///etc/passwd",
    "arn:aws:iam::111122223333:role/x", "arn:aws:s3:::x", "../../etc/passwd", "/", ".", "code",
    "http://[", "(", "[a", "(a+)+$", "P1D", "30d", "1h", "-1h", "9" * 40 + "d", "ml.m5.large",
    "ml.x", "x" * 300, "x" * 5000, "111122223333.dkr.ecr.us-east-1.amazonaws.com/x:1",
)  # fmt: skip
GETS = (
    "", ".", "Parameters", "Parameters.", "Parameters.x", "Steps.", "Steps..x", "Steps.a",
    "Steps.a.b", "Steps.a['", "Steps.a.b[", "Steps.a.b[0]", "Steps.a.b['k'].c", "Execution.X",
    "Execution.PipelineName", "ForEach.CurrentItem", "ForEach.CurrentItem.x.y", "\x00",
    "IterationOutput.a.b", "Steps.a.IterationOutputs[0].b", "Steps.a.PropertyFiles.b", "é.x",
    "Steps." + "a." * 500,
)  # fmt: skip
NODES: tuple[Tree, ...] = (
    None, True, False, [], {}, [[]], [None], [{}], {"": 1}, {"a": {"b": [1, {"c": None}]}},
    {"uri": "s3://b/k"}, {"path": "x"}, {"Get": 1}, {"Get": ["x"]},
    {"Get": "Parameters.x", "a": 1},
    {"Std:Join": {}}, {"Std:Join": {"On": "", "Values": []}},
    {"Std:Join": {"On": 1, "Values": "a"}},
    {"Std:Join": {"On": "-", "Values": [{"Std:Join": {"On": "", "Values": ["a", 1, None]}}]}},
    {"Std:JsonGet": {"PropertyFile": {"Get": "Steps.a.PropertyFiles.b"}, "Path": ""}},
    {"Std:JsonGet": {"PropertyFile": "x", "Path": "a"}}, {"Std:JsonGet": {}},
    {"Std:JsonGet": {"S3Uri": "s3://b/c", "Path": "a"}}, {"Std:JsonGet": {"S3Uri": {}, "Path": 1}},
    {"Std:Unknown": {"a": 1}}, ["x"] * 300, [1, "a", None, {}],
)  # fmt: skip
KEYS = (
    "", " ", "a b", "é", "x", "type", "Type", "name", "Name", "request", "Arguments", "steps",
    "Steps", "inputs", "code", "after", "then", "else", "body", "if", "for_each", "retry", "cache",
    "image", "role", "instance", "vars", "targets", "defaults", "parameters", "schedule",
    "triggers", "request ", "<<", "${{ vars.x }}", "a.b", "a[0]", "a'b", '"', "#", ": ", "-",
    "null", "true", "1", "\x00", "\n", "\u2028", "\U0001f600", "Get", "Std:Join", "DependsOn",
    "RetryPolicies", "CacheConfig", "PropertyFiles", "Foo", "x" * 1100,
)  # fmt: skip
DEEP = (3, 20, 60, 88, 95, 200)


def paths(tree: Tree, path: Path = ()) -> Iterator[Path]:
    """Iterate over the paths of all values, the root's included."""
    yield path
    items = tree.items() if isinstance(tree, dict) else ()
    for name, item in items or (enumerate(tree) if isinstance(tree, list) else ()):
        yield from paths(item, (*path, name))


def at(tree: Tree, path: Path) -> Tree:
    """Return the value at a path."""
    for part in path:
        tree = tree[part]
    return tree


def junk(rng: random.Random) -> Tree:
    """Return some value that hardly fits anywhere."""
    match rng.randrange(5):
        case 0:
            return rng.choice(NUMBERS)
        case 1:
            return rng.choice(TEXTS)
        case 2:
            return {"Get": rng.choice(GETS)}
        case _:
            return copy.deepcopy(rng.choice(NODES))


def _inner(rng: random.Random, tree: Tree) -> Path:
    """Return the path of some value below the root; mappings and lists as often as scalars."""
    found = [path for path in paths(tree) if path]
    if not found:
        return ()
    if rng.random() < 0.5:
        short = [path for path in found if len(path) <= rng.choice((1, 2, 3, 4))]
        return rng.choice(short or found)
    return rng.choice(found)


def _changed(tree: Tree, path: Path, value: Tree) -> Tree:
    if not path:
        return value
    at(tree, path[:-1])[path[-1]] = value
    return tree


def delete(rng: random.Random, tree: Tree) -> Tree:
    path = _inner(rng, tree)
    if path:
        del at(tree, path[:-1])[path[-1]]
    return tree


def put_junk(rng: random.Random, tree: Tree) -> Tree:
    return _changed(tree, _inner(rng, tree), junk(rng))


def put_null(rng: random.Random, tree: Tree) -> Tree:
    return _changed(tree, _inner(rng, tree), None)


def copy_value(rng: random.Random, tree: Tree) -> Tree:
    """Put a value of one place in another."""
    value = copy.deepcopy(at(tree, _inner(rng, tree)))
    return _changed(tree, _inner(rng, tree), value)


def copy_entry(rng: random.Random, tree: Tree) -> Tree:
    """Give a mapping an entry of another, such as a field of another step."""
    path = _inner(rng, tree)
    targets = [found for found in paths(tree) if isinstance(at(tree, found), dict)]
    if path and targets:
        target = rng.choice(targets)
        at(tree, target)[str(path[-1])] = copy.deepcopy(at(tree, path))
    return tree


def swap(rng: random.Random, tree: Tree) -> Tree:
    one, other = _inner(rng, tree), _inner(rng, tree)
    if one and other and one[: len(other)] != other and other[: len(one)] != one:
        left, right = at(tree, one), at(tree, other)
        tree = _changed(_changed(tree, one, right), other, left)
    return tree


def add_key(rng: random.Random, tree: Tree) -> Tree:
    targets = [path for path in paths(tree) if isinstance(at(tree, path), dict)]
    if targets:
        at(tree, rng.choice(targets))[rng.choice(KEYS)] = junk(rng)
    return tree


def rename_key(rng: random.Random, tree: Tree) -> Tree:
    """Misspell a key, or give it an odd name; its place among the others stays."""
    targets = [path for path in paths(tree) if path and isinstance(path[-1], str)]
    if not targets:
        return tree
    path = rng.choice(targets)
    parent, name = at(tree, path[:-1]), str(path[-1])
    cut = rng.randrange(len(name) + 1)
    new = rng.choice(
        (name[:cut] + name[cut + 1 :], name + "s", name.upper(), f"{name} ", rng.choice(KEYS))
    )
    entries = [(new if key == name else key, item) for key, item in parent.items()]
    return _changed(tree, path[:-1], dict(entries))


def add_item(rng: random.Random, tree: Tree) -> Tree:
    targets = [path for path in paths(tree) if isinstance(at(tree, path), list)]
    if targets:
        items = at(tree, rng.choice(targets))
        again = items and rng.random() < 0.5
        new = copy.deepcopy(rng.choice(items)) if again else junk(rng)
        items.insert(rng.randrange(len(items) + 1), new)
    return tree


def repeat_items(rng: random.Random, tree: Tree) -> Tree:
    """Make a list or a mapping very long."""
    targets = [path for path in paths(tree) if isinstance(at(tree, path), (list, dict))]
    if not targets:
        return tree
    path = rng.choice(targets)
    value = at(tree, path)
    limit = 2_000 // max(1, len(list(paths(value))) // max(1, len(value)))
    count = max(2, min(limit, rng.choice((3, 60, 1_200))))
    if isinstance(value, list):
        return _changed(tree, path, [copy.deepcopy(item) for item in value for _ in range(count)])
    for name, item in list(value.items())[:1]:
        for index in range(count):
            value[f"{name}{index}"] = copy.deepcopy(item)
    return tree


def wrap(rng: random.Random, tree: Tree) -> Tree:
    path = _inner(rng, tree)
    value = at(tree, path)
    return _changed(tree, path, rng.choice(([value], {"a": value}, [[value]], {"": value})))


def unwrap(rng: random.Random, tree: Tree) -> Tree:
    targets = [path for path in paths(tree) if path and isinstance(at(tree, path), (dict, list))]
    if not targets:
        return tree
    path = rng.choice(targets)
    value = at(tree, path)
    items = list(value.values()) if isinstance(value, dict) else value
    return _changed(tree, path, items[0] if items else None)


def nest(rng: random.Random, tree: Tree) -> Tree:
    path = _inner(rng, tree)
    value = at(tree, path)
    for _ in range(rng.choice(DEEP)):
        value = {"a": value} if rng.random() < 0.5 else [value]
    return _changed(tree, path, value)


def rewire(rng: random.Random, tree: Tree) -> Tree:
    """Put a reference of one place in another, a text with an expression or a `Get`."""
    found = [path for path in paths(tree) if _is_reference(at(tree, path))]
    if not found:
        return put_junk(rng, tree)
    value = copy.deepcopy(at(tree, rng.choice(found)))
    target = rng.choice(found) if rng.random() < 0.6 else _inner(rng, tree)
    if isinstance(value, dict) and "Get" in value and rng.random() < 0.4:
        value = {"Get": _mangled(rng, str(value["Get"]))}
    return _changed(tree, target, value)


def _is_reference(value: Tree) -> bool:
    if isinstance(value, dict):
        return "Get" in value or any(str(name).startswith("Std:") for name in value)
    return isinstance(value, str) and "${{" in value


def _mangled(rng: random.Random, path: str) -> str:
    cut = rng.randrange(len(path) + 1)
    return rng.choice(
        (path[:cut], path[cut:], path[:cut] + rng.choice(".[]'\"0 é") + path[cut:], f"{path}.x",
         f"{path}[0]", rng.choice(GETS))
    )  # fmt: skip


TREE: tuple[TreeMutation, ...] = (
    delete, delete, put_junk, put_junk, put_junk, put_null, copy_value, copy_entry, swap, add_key,
    rename_key, rename_key, add_item, repeat_items, wrap, unwrap, nest, rewire, rewire,
)  # fmt: skip
