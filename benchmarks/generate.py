"""Make up a pipeline of any size, as data, and write it as a spec of pipec.

Ten steps make a block: data is prepared, four models are trained on it, measured together, one is
refined and measured again, and a condition lets a last training run. Each block begins with what
the one before it has written, so the graph is as deep as it is wide.
"""

import json
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

BLOCK = 10
STORAGE = "s3://ml-dev/pipec"
IMAGE = "111122223333.dkr.ecr.us-east-1.amazonaws.com/jobs:1.4"
ROLE = "arn:aws:iam::111122223333:role/ml-pipeline"


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A step of the made-up pipeline.

    An input is an S3 URI, or names a step and its output; the output `model` is a training's.
    """

    name: str
    kind: str
    inputs: dict[str, str | list[str]] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    hyperparameters: dict[str, Any] = field(default_factory=dict)
    measures: bool = False
    subject: str = ""
    then: list[str] = field(default_factory=list)


def pipeline(count: int) -> list[Step]:
    """Return the steps of a pipeline of that size."""
    steps: list[Step] = []
    while len(steps) < count:
        steps.extend(_block(len(steps) // BLOCK))
    kept = steps[:count]
    names = {step.name for step in kept}
    return [step for step in kept if set(step.then) <= names]


def _block(number: int) -> list[Step]:
    def name(role: str) -> str:
        return f"{role}_{number}"

    start = [f"judge_{number - 1}", "report"] if number else "s3://ml-dev/reviews/labelled/"
    prepare, judge = name("prepare"), name("judge")
    models = [
        Step(
            name=name(f"train_{index}"),
            kind="training",
            inputs={"train": [prepare, "train"], "test": [prepare, "test"]},
            hyperparameters={"epochs": "$epochs", "layers": 2 + index, "seed": 7 * index},
        )
        for index in range(4)
    ]
    return [
        Step(
            name=prepare,
            kind="processing",
            inputs={"raw": start, "words": "s3://ml-dev/models/words/"},
            outputs=["train", "test"],
        ),
        *models,
        Step(
            name=name("compare"),
            kind="processing",
            inputs={step.name: [step.name, "model"] for step in models},
            outputs=["report"],
            measures=True,
        ),
        Step(
            name=name("refine"),
            kind="training",
            inputs={"train": [prepare, "train"], "model": [models[0].name, "model"]},
            hyperparameters={"epochs": 1, "learning_rate": "$learning_rate"},
        ),
        Step(
            name=judge,
            kind="processing",
            inputs={"model": [name("refine"), "model"], "test": [prepare, "test"]},
            outputs=["report"],
            measures=True,
        ),
        Step(name=name("good_enough"), kind="condition", subject=judge, then=[name("final")]),
        Step(
            name=name("final"),
            kind="training",
            inputs={"train": [prepare, "train"], "model": [name("refine"), "model"]},
            hyperparameters={"epochs": "$epochs", "dropout": 0.1},
        ),
    ]


def used_parameters(steps: list[Step]) -> set[str]:
    """Return the names of the parameters that the steps use."""
    values = [value for step in steps for value in step.hyperparameters.values()]
    used = {value.removeprefix("$") for value in values if isinstance(value, str)}
    return used | {"min_f1" for step in steps if step.kind == "condition"}


def spec(count: int) -> str:
    """Return the pipeline as a spec."""
    steps = pipeline(count)
    lines = [
        "kind: Pipeline",
        "name: made-up",
        f"storage: {STORAGE}",
        *(["parameters:"] if used_parameters(steps) else []),
        *(f"  {line}" for name, line in _PARAMETERS.items() if name in used_parameters(steps)),
        "defaults:",
        f"  image: {IMAGE}",
        f"  role: {ROLE}",
        "  cache: 30d",
        "  retry: {on: [throttling, service_fault], attempts: 3}",
        "steps:",
    ]
    for step in steps:
        lines.append(f"  {step.name}:")
        lines.extend(f"    {line}" for line in _WRITERS[step.kind](step))
    return "\n".join(lines) + "\n"


def _processing(step: Step) -> list[str]:
    lines = [
        "type: processing",
        "instance: {type: ml.m5.xlarge, volume: 30}",
        "max_run: 2h",
        f"entrypoint: [python3, /srv/jobs/{step.name.rsplit('_', 1)[0]}.py]",
        "inputs:",
        *(f"  {name}: {_source(source)}" for name, source in step.inputs.items()),
        "outputs:",
    ]
    files = " {files: {metrics: evaluation.json}}" if step.measures else ""
    return lines + [f"  {name}:{files}" for name in step.outputs]


def _training(step: Step) -> list[str]:
    return [
        "type: training",
        "instance: ml.g5.xlarge",
        "max_run: 4h",
        "inputs:",
        *(f"  {name}: {_source(source)}" for name, source in step.inputs.items()),
        "hyperparameters:",
        *(f"  {name}: {_hyperparameter(value)}" for name, value in step.hyperparameters.items()),
        "metrics: {loss: 'loss=([0-9.]+)'}",
    ]


def _condition(step: Step) -> list[str]:
    measure = f'steps.{step.subject}.files.metrics["f1.value"]'
    return [
        "type: condition",
        f"if: ${{{{ {measure} >= parameters.min_f1 }}}}",
        f"then: [{', '.join(step.then)}]",
    ]


def _source(source: str | list[str]) -> str:
    if isinstance(source, str):
        return source
    name, output = source
    path = "model" if output == "model" else f"outputs.{output}"
    return f"${{{{ steps.{name}.{path} }}}}"


def _hyperparameter(value: Any) -> str:
    if isinstance(value, str):
        return f"${{{{ parameters.{value.removeprefix('$')} }}}}"
    return json.dumps(value)


_PARAMETERS = {
    "epochs": "epochs: {type: integer, default: 3}",
    "learning_rate": "learning_rate: {type: float, default: 0.00005}",
    "min_f1": "min_f1: {type: float, default: 0.8}",
}
_WRITERS = {"processing": _processing, "training": _training, "condition": _condition}


def main(folder: Path, counts: list[int]) -> None:
    """Write the specs, and the same as JSON for the SDKs."""
    for count in counts:
        (folder / f"{count}.yaml").write_text(spec(count), encoding="utf-8")
        plan = [asdict(step) for step in pipeline(count)]
        (folder / f"{count}.json").write_text(json.dumps(plan), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), [int(count) for count in sys.argv[2:]])
