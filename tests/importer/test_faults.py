"""Definitions with a single fault are imported or refused, and the fault is reported."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.span import SourceFile
from compiler.importer.import_definition import import_definition
from tests.importer.more_faults import CLASSES
from tests.importer.test_round_trip import DEFINITIONS, shown

# Of each class, in each second definition; the fuzzer tries more.
SAMPLE = 1
UNCHECKED = {"raw_steps"}  # types that are too new for anybody to know what is wrong with them
LEAST_FOUND = 0.95


@pytest.mark.parametrize("name", CLASSES)
def test_a_fault_is_reported(name: str) -> None:
    made = found = 0
    missed = []
    for path in DEFINITIONS[list(CLASSES).index(name) % 2 :: 2]:
        if path.parent.name in UNCHECKED:
            continue
        definition = json.loads(path.read_text("utf-8"))
        for fault, faulty in faults(name, definition, path):
            made += 1
            if is_reported(faulty):
                found += 1
            else:
                missed.append(f"{shown(path)}: {fault}")
    assert made > 0
    assert found >= LEAST_FOUND * made, "\n".join(missed)


def faults(name: str, definition: Any, path: Path) -> list[tuple[str, Any]]:
    made = list(CLASSES[name](definition))
    return random.Random(shown(path)).sample(made, min(SAMPLE, len(made)))  # noqa: S311


def is_reported(definition: Any) -> bool:
    diagnostics = Diagnostics()
    source = SourceFile("definition.json", json.dumps(definition, indent=2))
    imported = import_definition(source, "x", diagnostics)
    if imported is None:
        assert diagnostics.has_errors
        return True
    return imported.mistakes > 0
