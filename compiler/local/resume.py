"""Go on with an execution: what of it still stands, and with which parameters."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from compiler.local.graph import Graph, InvalidDefinitionError, Node, own_part, read_graph
from compiler.local.parameters import ParameterError, bind_parameters
from compiler.local.record import (
    StepRecord,
    UnknownExecutionError,
    UnreadableRecordError,
    new_step_records,
    read_record,
    run_folder,
    step_record,
)
from compiler.local.resolve import Json
from compiler.local.s3 import LocalS3, S3Error
from compiler.local.step_types import by_type

DEFINITION = "definition.json"


def read_earlier(home: Path, execution_id: str, pipeline: str) -> dict[str, Json]:
    """Return the record of the execution to go on with."""
    record = read_record(home, execution_id)
    if record["pipeline"] != pipeline:
        raise UnknownExecutionError(
            f"the execution `{execution_id}` is of the pipeline `{record['pipeline']}`"
        )
    return record


def kept_parameters(
    definition: Mapping[str, Json],
    parameters: Mapping[str, Json],
    earlier: Mapping[str, Json],
) -> dict[str, Json]:
    """Return the values of the parameters: those that the execution had."""
    had = earlier["parameters"]
    declared = {each["Name"] for each in definition.get("Parameters") or ()}
    known = {name: value for name, value in had.items() if name in declared}
    values = bind_parameters(definition, {**known, **parameters})
    changed = [name for name in values if name in had and values[name] != had[name]]
    if changed:
        raise ParameterError(
            tuple(
                f"parameter `{name}` was `{had[name]}` in the execution"
                f" `{earlier['execution_id']}`, resuming keeps it"
                for name in changed
            )
        )
    return values


def resumed_steps(graph: Graph, earlier: Mapping[str, Json], home: Path) -> tuple[StepRecord, ...]:
    """Return the steps' records, those of the finished steps that still stand taken over.

    A step stands while its definition is the same, all before it stand, and its outputs are there.
    """
    s3 = LocalS3(home / "s3")
    known = {step["name"]: step_record(step) for step in earlier["steps"]}
    file = run_folder(home, earlier["execution_id"]) / DEFINITION
    try:
        old = {node.name: node for node in read_graph(json.loads(file.read_bytes())).nodes}
    except (OSError, ValueError, RecursionError, InvalidDefinitionError) as error:
        raise UnreadableRecordError(f"{file}: {error}") from None
    taken: dict[str, StepRecord] = {}
    records = []
    for node in graph.nodes:
        before = known.get(node.name)
        if (
            before is not None
            and before.status == "Succeeded"
            and _is_same(node, old.get(node.name))
            and _can_take_over(node, before, taken, s3)
        ):
            taken[node.name] = before
    for record in new_step_records(graph):
        attempts = known[record.name].attempts if record.name in known else 0
        records.append(taken.get(record.name, replace(record, attempts=attempts)))
    return tuple(records)


def _is_same(node: Node, old: Node | None) -> bool:
    same_place = old is not None and (node.branch, node.needs) == (old.branch, old.needs)
    return same_place and old is not None and own_part(node.step) == own_part(old.step)


def _can_take_over(
    node: Node, record: StepRecord, taken: Mapping[str, StepRecord], s3: LocalS3
) -> bool:
    before = {need.step for need in node.needs} | (
        {node.branch.condition} if node.branch else set()
    )
    if not before <= set(taken):
        return False
    try:
        return all(s3.exists(uri) for uri in by_type()[node.type].kept(record.properties))
    except S3Error:
        return False
