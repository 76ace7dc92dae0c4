"""Mutations that mostly leave a spec or a definition right, so that a result is looked at too."""

import json
import random

from tests.fuzz.trees import NUMBERS, TEXTS, Path, Tree, TreeMutation, at, paths

# Where any text may stand, in a definition and in a spec.
FREE = frozenset(
    {
        "Environment", "HyperParameters", "StaticHyperParameters", "ContainerArguments",
        "ContainerEntrypoint", "ErrorMessage", "Description", "DefaultValue", "Value", "Values",
        "RightValue", "LeftValue", "IterableItems", "Tags", "ParameterOverrides", "DisplayName",
        "environment", "hyperparameters", "arguments", "message", "description", "default",
        "display_name", "tags", "payload", "with", "metadata", "Metadata", "items",
    }
)  # fmt: skip
SMALL = (0, 1, -1, 2, 1.0, 0.1, 1e-7, 1e22, 123456789012345678, 0.30000000000000004)
PART = ("a", " ", "'", "''", '"', "\\", "\n", " #", ": ", "$", "{", "}}", "${", "é", "\t", "-", "0")


def _in_free_place(tree: Tree) -> list[Path]:
    return [
        path
        for path in paths(tree)
        if not isinstance(at(tree, path), (dict, list)) and FREE & {*map(str, path[-3:])}
    ]


def change_free_text(rng: random.Random, tree: Tree) -> Tree:
    found = _in_free_place(tree)
    if not found:
        return shuffle(rng, tree)
    path = rng.choice(found)
    made = "".join(rng.choice(PART) for _ in range(rng.choice((1, 2, 5, 30))))
    at(tree, path[:-1])[path[-1]] = rng.choice((made, made, rng.choice(TEXTS)))
    return tree


def change_free_number(rng: random.Random, tree: Tree) -> Tree:
    found = _in_free_place(tree)
    if not found:
        return shuffle(rng, tree)
    path = rng.choice(found)
    at(tree, path[:-1])[path[-1]] = rng.choice((*SMALL, True, False, *NUMBERS))
    return tree


def add_free_entry(rng: random.Random, tree: Tree) -> Tree:
    found = [path for path in paths(tree) if path and path[-1] in FREE]
    if found:
        value = at(tree, rng.choice(found))
        name = "".join(rng.choice(PART) for _ in range(3))
        if isinstance(value, dict):
            value[name] = rng.choice(TEXTS)
        elif isinstance(value, list):
            value.append(rng.choice(TEXTS))
    return tree


def step_number(rng: random.Random, tree: Tree) -> Tree:
    """Make a number one more or one less."""
    found = [path for path in paths(tree) if type(at(tree, path)) in (int, float)]
    if found:
        path = rng.choice(found)
        at(tree, path[:-1])[path[-1]] += rng.choice((1, -1))
    return tree


def shuffle(rng: random.Random, tree: Tree) -> Tree:
    """Change the order of a mapping or of a list."""
    found = [path for path in paths(tree) if isinstance(at(tree, path), (dict, list))]
    value = at(tree, rng.choice(found)) if found else []
    if isinstance(value, list):
        rng.shuffle(value)
        return tree
    entries = list(value.items())
    rng.shuffle(entries)
    value.clear()
    value.update(entries)
    return tree


def delete_member(rng: random.Random, tree: Tree) -> Tree:
    """Delete a member that lies deep, which is most often one that may be left out."""
    found = [path for path in paths(tree) if len(path) > 4 and isinstance(path[-1], str)]
    if found:
        path = rng.choice(found)
        del at(tree, path[:-1])[path[-1]]
    return tree


def rename_everywhere(rng: random.Random, tree: Tree) -> Tree:
    """Give a step or a parameter another name, in each reference as well."""
    every = [path for path in paths(tree) if path]
    found = [at(tree, path) for path in every if path[-1] == "Name"]
    found += [path[1] for path in every if len(path) == 2 and path[0] in ("steps", "parameters")]
    names = [name for name in found if isinstance(name, str) and len(name) > 3]
    if not names:
        return tree
    name = rng.choice(names)
    new = rng.choice(("and", "not", "true", "a-b", "a_b", "A1", "x" * 64, "steps", "item", "null"))
    text = json.dumps(tree).replace(f'"{name}"', f'"{new}"').replace(f".{name}", f".{new}")
    return json.loads(text)


MILD: tuple[TreeMutation, ...] = (
    change_free_text, change_free_text, change_free_number, add_free_entry, step_number, shuffle,
    delete_member, rename_everywhere,
)  # fmt: skip
