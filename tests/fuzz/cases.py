"""A mutated spec or definition, made from nothing but its number."""

import copy
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeAlias
from zlib import crc32

import yaml

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.node import plain
from compiler.document.read import read_document
from compiler.document.write import yaml_text
from tests.fuzz.definitions import DEFINITION
from tests.fuzz.mild import MILD
from tests.fuzz.seeds import Seed, definition_seeds, spec_seeds
from tests.fuzz.texts import JSON_TEXT, YAML_TEXT, TextMutation
from tests.fuzz.trees import TREE, Tree, TreeMutation, paths

Kind: TypeAlias = Literal["spec", "definition"]

COUNTS = (1, 1, 1, 1, 1, 2, 2, 3, 5, 8)
MILD_SHARE = 0.35
# What is larger is not mutated again.
LARGEST = 300_000
MOST_NODES = 8_000
DEEPEST = 150


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """What is fed to the compiler, and how it came about."""

    number: int
    kind: Kind
    seed: str
    mutations: tuple[str, ...]
    content: bytes

    @property
    def label(self) -> str:
        """The case in one line."""
        return f"{self.number}: {self.kind} {self.seed}: {', '.join(self.mutations)}"


def case_of(seed: int, number: int) -> Case:
    """Return a case; the same one for the same numbers and the same seeds."""
    rng = random.Random(f"{seed}:{number}")  # noqa: S311 - not for secrets
    kind: Kind = rng.choice(("spec", "definition"))
    seeds = spec_seeds() if kind == "spec" else definition_seeds()
    # So that a new seed takes its share of the cases and leaves the others as they are.
    origin = max(seeds, key=lambda each: crc32(f"{seed}:{number}:{each.name}".encode()))
    applied: list[str] = []
    text = origin.text
    is_text = rng.random() < (0.5 if kind == "spec" else 0.25)
    tree = None if is_text else _tree(origin, kind)
    if tree is not None:
        wild = TREE if kind == "spec" else (*TREE, *DEFINITION)
        mutations = MILD if rng.random() < MILD_SHARE else wild
        tree = _mutate_tree(rng, copy.deepcopy(tree), mutations, applied)
        text = _json_text(rng, tree) if kind == "definition" else _yaml_text(rng, tree)
    if tree is None or rng.random() < 0.06:
        text = _mutate_text(rng, text, YAML_TEXT if kind == "spec" else JSON_TEXT, applied)
    content = _encoded(rng, text, applied)
    return Case(
        number=number, kind=kind, seed=origin.name, mutations=tuple(applied), content=content
    )


@cache
def _tree(origin: Seed, kind: Kind) -> Tree:
    """Return a seed as plain data; None for a spec that is no YAML."""
    if kind == "definition":
        return json.loads(origin.text)
    document = read_document(SourceFile(origin.name, origin.text), Diagnostics())
    return plain(document.root) if document is not None else None


def _mutate_tree(
    rng: random.Random, tree: Tree, mutations: Sequence[TreeMutation], applied: list[str]
) -> Tree:
    for _ in range(rng.choice(COUNTS)):
        lengths = [len(path) for path in paths(tree)]
        if len(lengths) > MOST_NODES or max(lengths) > DEEPEST:
            break
        mutation = rng.choice(mutations)
        applied.append(mutation.__name__)
        tree = mutation(rng, tree)
    return tree


def _mutate_text(
    rng: random.Random, text: str, mutations: Sequence[TextMutation], applied: list[str]
) -> str:
    for _ in range(rng.choice(COUNTS)):
        if len(text) > LARGEST:
            break
        mutation = rng.choice(mutations)
        applied.append(mutation.__name__)
        text = mutation(rng, text)
    return text


def _json_text(rng: random.Random, tree: Tree) -> str:
    indent = rng.choice((None, 1, 2))
    text = json.dumps(tree, indent=indent, ensure_ascii=rng.random() < 0.5)
    return text if len(text) < LARGEST else json.dumps(tree)


def _yaml_text(rng: random.Random, tree: Tree) -> str:
    match rng.randrange(4):
        case 0:
            return _json_text(rng, tree)
        case 1 if not _holds_surrogate(tree):
            # Through JSON, so that what is the same list twice does not become an alias.
            tree = json.loads(json.dumps(tree))
            return yaml.safe_dump(tree, sort_keys=False, allow_unicode=rng.random() < 0.5)
        case _ if isinstance(tree, dict) and max(map(len, paths(tree))) < DEEPEST:
            return yaml_text(tree)
        case _:
            return _json_text(rng, tree)


def _holds_surrogate(tree: Tree) -> bool:
    return "\\ud8" in json.dumps(tree) and "\\ud800" in json.dumps(tree)


def _encoded(rng: random.Random, text: str, applied: list[str]) -> bytes:
    content = text.encode("utf-8", errors="surrogatepass")
    match rng.randrange(60):
        case 0:
            applied.append("utf-16")
            return text.encode("utf-16", errors="surrogatepass")
        case 1:
            applied.append("latin-1")
            return text.encode("latin-1", errors="replace")
        case 2:
            applied.append("utf-8-sig")
            return b"\xef\xbb\xbf" + content
        case 3:
            applied.append("a byte")
            at = rng.randrange(len(content) + 1)
            return content[:at] + bytes([rng.randrange(256)]) + content[at + 1 :]
    return content
