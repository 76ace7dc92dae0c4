"""`pipec run` and `pipec test` say the same: what ran here is evaluated with the same outputs."""

import json
import re
from typing import Any

import pytest

from compiler.local.execute import Execution
from compiler.trial.evaluate import evaluate
from compiler.trial.given import Given, GivenStep
from compiler.trial.outputs import Outputs
from compiler.trial.stand_ins import Scene
from tests.local.world import EXECUTION_ID, Step, World, condition, fail, join, model_of, output_of

PREPARE = """
import os
from pathlib import Path
base = Path(os.environ["PROCESSING_BASE_DIR"])
(base / "output/train/numbers.txt").write_text("1 2 3")
"""
TRAIN = """
import os
from pathlib import Path
Path(os.environ["SM_MODEL_DIR"], "weights.txt").write_text("weights")
"""
MEASURE = """
import os
from pathlib import Path
if os.environ["BREAK"] == "true":
    raise SystemExit("it broke")
out = Path(os.environ["PROCESSING_BASE_DIR"], "output/report/m.json")
out.write_text('{"scores": [{"f1": 0.75}], "good": true}')
"""
DECLARED = [
    {"Name": "limit", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "broken", "Type": "Boolean", "DefaultValue": False},
]
F1 = {
    "Std:JsonGet": {
        "PropertyFile": {"Get": "Steps.measure.PropertyFiles.metrics"},
        "Path": "scores[0].f1",
    }
}


def steps(world: World, *, handled: bool) -> list[Step]:
    better = {"Type": "GreaterThan", "LeftValue": F1, "RightValue": {"Get": "Parameters.limit"}}
    handler = [
        world.processing(
            "tidy", "print('tidied')", DependsOn=[{"Step": "measure", "Trigger": "Failed"}]
        )
    ]
    return [
        world.processing(
            "measure",
            MEASURE,
            inputs={"model": model_of("train")},
            outputs=("report",),
            environment={"BREAK": join({"Get": "Parameters.broken"})},
            PropertyFiles=[
                {"PropertyFileName": "metrics", "OutputName": "report", "FilePath": "m.json"}
            ],
        ),
        world.training(
            "train",
            TRAIN,
            channels={"train": output_of("prepare", "train")},
            hyperparameters={"run": EXECUTION_ID, "status": join("a", 1.5, True)},
        ),
        world.processing("prepare", PREPARE, outputs=("train",)),
        condition(
            "decide",
            [better],
            [
                world.processing(
                    "report",
                    "print('good')",
                    environment={
                        "JOB": {"Get": "Steps.train.TrainingJobName"},
                        "STATUS": {"Get": "Steps.measure.ProcessingJobStatus"},
                        "OUTCOME": {"Get": "Steps.decide.Outcome"},
                        "TEXT": join("f1 ", F1, " of ", {"Get": "Execution.PipelineName"}),
                    },
                )
            ],
            [fail("weak", join("f1 ", F1, " is not above ", {"Get": "Parameters.limit"}))],
        ),
        *(handler if handled else []),
    ]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Step], Execution]:
    """Return a pipeline and how it ran here."""
    world = World(tmp_path_factory.mktemp("home"))
    pipeline = steps(world, handled=False)
    return pipeline, world.run(pipeline, declared=DECLARED)


def test_stand_ins_are_what_runs_leave_here_but_for_the_names_of_jobs(
    ran: tuple[list[Step], Execution],
) -> None:
    pipeline, execution = ran
    record = execution.record
    definition = {"Version": "2020-12-01", "Parameters": DECLARED, "Steps": pipeline}
    given = Given(
        parameters=record.parameters,
        steps={"measure": GivenStep(files=record.steps[0].files)},
        execution={"StartDateTime": record.started},
    )
    scene = Scene(execution_id=execution.execution_id)
    evaluation = evaluate(definition, given, Outputs(step_types={}), scene, "lab")
    for step in record.steps:
        evaluated = evaluation.steps[step.name]
        assert (step.name, evaluated.status) == (step.name, step.status)
        assert nameless(evaluated.arguments) == nameless(step.arguments or {})
        known = {name: step.properties[name] for name in evaluated.properties}
        assert nameless(evaluated.properties) == nameless(known)


def nameless(value: Any) -> Any:
    """Return JSON without the random endings of the names of jobs."""
    return json.loads(re.sub(r"(pipelines-\w{12}-\w+)-\w{10}", r"\1", json.dumps(value)))


def given_of(execution: Execution) -> Given:
    """Return what the steps of an execution did, as a test would give it."""
    record = execution.record
    return Given(
        parameters=record.parameters,
        steps={
            step.name: GivenStep(
                properties=tuple(((name,), value) for name, value in step.properties.items()),
                files=step.files,
                failure=step.failure_reason if step.type == "Processing" else None,
            )
            for step in record.steps
            if step.type in ("Processing", "Training") and step.properties is not None
        },
        execution={"StartDateTime": record.started},
    )


@pytest.mark.parametrize(
    ("parameters", "handled", "status"),
    [
        ({}, False, "Succeeded"),
        ({"limit": 0.9}, True, "Failed"),
        ({"broken": True}, False, "Failed"),
        ({"broken": True}, True, "CompletedWithFailures"),
    ],
)
def test_what_ran_here_is_what_is_evaluated(
    world: World, parameters: dict[str, Any], handled: bool, status: str
) -> None:
    pipeline = steps(world, handled=handled)
    execution = world.run(pipeline, declared=DECLARED, parameters=parameters)
    definition = {"Version": "2020-12-01", "Parameters": DECLARED, "Steps": pipeline}
    scene = Scene(execution_id=execution.execution_id)
    evaluation = evaluate(definition, given_of(execution), Outputs(step_types={}), scene, "lab")
    assert execution.status == status
    assert (evaluation.status, evaluation.failure) == (execution.status, execution.failure_reason)
    for record in execution.record.steps:
        evaluated = evaluation.steps[record.name]
        assert (record.name, evaluated.status) == (record.name, record.status)
        assert dict(evaluated.arguments) == (record.arguments or {})
        assert evaluated.outcome == record.outcome
        assert [each.text for each in evaluated.conditions] == [
            each["text"] for each in record.conditions
        ]
