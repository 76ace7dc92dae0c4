"""How much of random changes in AWS is taken over: `python -m tests.takeover.measure --of 300`."""

import argparse
import json
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compiler.compile import compile_pipeline
from compiler.deploy.changes import changes
from compiler.deploy.deployment import wanted
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.document.outline import outline
from compiler.importer.import_definition import import_definition
from compiler.takeover.draft import Workshop, draft_of
from compiler.takeover.take_over import Edited, take_over
from tests.conftest import ROOT
from tests.takeover.mutations import KINDS, mutated

SPECS = [
    ROOT / "pipelines" / "bert_reviews.yaml",
    *sorted((ROOT / "tests" / "cases" / "steps").glob("*/*.yaml")),
    *sorted((ROOT / "tests" / "conformance").glob("*/spec.yaml")),
]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one change."""

    spec: Path
    kinds: tuple[str, ...]
    said: str
    before: str
    edited: Edited
    is_possible: bool
    wrong: str = ""


def commented(text: str) -> str:
    """Return a spec with a comment above each section and each step."""
    root = outline(text)
    assert root is not None
    starts = [entry.start for entry in root.entries]
    steps = root.entry("steps")
    if steps is not None and not steps.value.is_flow:
        starts += [entry.start for entry in steps.value.entries]
    for number, start in sorted(enumerate(starts), key=lambda each: -each[1]):
        line = text.rfind("\n", 0, start) + 1
        text = f"{text[:line]}{text[line:start]}# kept {number}: é\n{text[line:]}"
    return text


def outcome(path: Path, kinds: tuple[str, ...], seed: str) -> Outcome | None:
    """Change what a spec compiles to, take that over, and look at the result."""
    dice = random.Random(seed)  # noqa: S311 - that it can be repeated is what is wanted
    before = compile_pipeline(path)
    if before.pipeline is None or before.source is None:
        return None
    want = wanted(before.pipeline)
    definition: Any = want.definition
    said = []
    for kind in kinds:
        definition, change = mutated(definition, kind, dice)
        if change is None:
            return None
        said.append(change)
    deployed = replace(want, definition=definition)
    if not list(changes(want, deployed, "")):
        return None
    text = commented(before.source.text)
    workshop = Workshop(
        source=before.source.name, project=before.project, target=None, environment={},
        deployed=deployed,
    )  # fmt: skip
    edited = take_over(text, workshop)
    assert edited is not None
    after, errors = draft_of(edited.text, workshop)
    wrong = "" if after is not None else f"does not compile: {errors[0].message}"
    if after is not None and after.changes != edited.left:
        wrong = "tells not what is left"
    if not any("removed" in each for each in said):
        lost = [line for line in text.splitlines() if "# kept" in line]
        lost = [line for line in lost if line not in edited.text.splitlines()]
        wrong = f"loses {lost}" if lost else wrong
    return Outcome(
        spec=path, kinds=kinds, said=", ".join(said), before=text, edited=edited, wrong=wrong,
        is_possible=_is_possible(definition),
    )  # fmt: skip


def _is_possible(definition: Any) -> bool:
    """Return whether there is a spec without mistakes that compiles to a definition."""
    source = SourceFile("definition.json", json.dumps(definition))
    imported = import_definition(source, "x", Diagnostics())
    return imported is not None and imported.mistakes == 0


def outcomes(count: int, seed: int, kinds: list[str], changes_each: int = 1) -> Iterator[Outcome]:
    """Yield what becomes of a number of changes."""
    found = number = 0
    while found < count and number < count * 20:
        number += 1
        dice = random.Random(f"{seed}-{number}")  # noqa: S311
        path = SPECS[0] if number % 8 == 0 else dice.choice(SPECS)
        chosen = tuple(dice.choice(kinds) for _ in range(changes_each))
        result = outcome(path, chosen, f"{seed}-{number}-x")
        if result is not None:
            found += 1
            yield result


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--of", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kind", choices=KINDS)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    kinds = [options.kind] if options.kind else list(KINDS)
    whole: Counter[str] = Counter()
    alls: Counter[str] = Counter()
    times: dict[str, float] = defaultdict(float)
    start = time.perf_counter()
    for each in outcomes(options.of, options.seed, kinds, options.each):
        name = each.kinds[0] if options.each == 1 else "several"
        if not each.is_possible:
            name = f"{name}, wrong"
        alls[name] += 1
        whole[name] += not each.edited.left
        times[name] += time.perf_counter() - start
        start = time.perf_counter()
        if each.wrong or (options.show and each.edited.left and each.is_possible):
            left = [
                (one.name, one.verb, [(d.path, d.old, d.new) for d in one.differences][:3])
                for one in each.edited.left
            ]
            print(each.spec.relative_to(ROOT), each.said, each.wrong, str(left)[:400])
            print("    ", each.edited.notes)
    for name, count in sorted(alls.items()):
        share = 100 * whole[name] / count
        print(
            f"{name:22} {whole[name]:4} of {count:4}  {share:5.1f} %  {times[name] / count:.2f} s"
        )
    total, taken = sum(alls.values()), sum(whole.values())
    print(f"{'all':22} {taken:4} of {total:4}  {100 * taken / total:5.1f} %")


if __name__ == "__main__":
    main()
