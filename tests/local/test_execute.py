"""Definitions run as SageMaker would run them."""

import json
import sqlite3
from typing import Any

import pytest

from compiler.local.archive import unpack
from compiler.local.events import (
    ConditionEvaluated,
    ExecutionFinished,
    ExecutionStarted,
    ModelRegistered,
    StepFinished,
    StepMetric,
    StepStarted,
)
from compiler.local.parameters import ParameterError
from compiler.local.step_types import CannotRunHereError
from tests.local.world import (
    CACHED,
    Step,
    World,
    condition,
    equals,
    fail,
    join,
    model_of,
    output_of,
)

PREPARE = """
import os
from pathlib import Path
base = Path(os.environ["PROCESSING_BASE_DIR"])
text = (base / "input/raw/a.txt").read_text()
(base / "output/train/data.txt").write_text(text.upper())
(base.parent / "output/message").write_text("prepared one file")
print("prepared")
"""
TRAIN = """
import argparse, os, sys
from pathlib import Path
parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int)
parser.add_argument("--shuffle")
options = parser.parse_args()
data = Path(os.environ["SM_CHANNEL_TRAIN"], "data.txt").read_text()
for epoch in range(options.epochs):
    print(f"epoch={epoch} loss={1 / (epoch + 1)}", file=sys.stderr)
Path(os.environ["SM_MODEL_DIR"], "weights.txt").write_text(data + options.shuffle)
Path(os.environ["SM_OUTPUT_DATA_DIR"], "notes.txt").write_text("notes")
"""
EVALUATE = """
import json, os, tarfile
from pathlib import Path
base = Path(os.environ["PROCESSING_BASE_DIR"])
with tarfile.open(base / "input/model/model.tar.gz") as archive:
    weights = archive.extractfile("weights.txt").read().decode()
(base / "output/report/evaluation.json").write_text(
    json.dumps({"f1": {"value": 0.81}, "weights": weights}))
"""
DECLARED = [
    {"Name": "epochs", "Type": "Integer", "DefaultValue": 2},
    {"Name": "shuffle", "Type": "Boolean", "DefaultValue": True},
    {"Name": "min_f1", "Type": "Float", "DefaultValue": 0.75},
]
F1 = {
    "Std:JsonGet": {
        "PropertyFile": {"Get": "Steps.evaluate.PropertyFiles.metrics"},
        "Path": "f1.value",
    }
}


def pipeline(world: World) -> list[Step]:
    """Return the small brother of the demo pipeline."""
    world.s3.write("s3://lab/raw/a.txt", b"hello")
    prepare = world.processing(
        "prepare", PREPARE, inputs={"raw": "s3://lab/raw/"}, outputs=("train",), CacheConfig=CACHED
    )
    train = world.training(
        "train",
        TRAIN,
        channels={"train": output_of("prepare", "train")},
        hyperparameters={
            "epochs": join({"Get": "Parameters.epochs"}),
            "shuffle": join({"Get": "Parameters.shuffle"}),
        },
        metrics={"loss": "loss=([0-9.]+)"},
        CacheConfig=CACHED,
    )
    evaluate = world.processing(
        "evaluate",
        EVALUATE,
        inputs={"model": model_of("train")},
        outputs=("report",),
        PropertyFiles=[
            {
                "PropertyFileName": "metrics",
                "OutputName": "report",
                "FilePath": "evaluation.json",
            }
        ],
        CacheConfig=CACHED,
    )
    register = {
        "Name": "register",
        "Type": "RegisterModel",
        "Arguments": {
            "ModelPackageGroupName": "group",
            "ModelApprovalStatus": "Approved",
            "InferenceSpecification": {
                "Containers": [{"Image": "image", "ModelDataUrl": model_of("train")}]
            },
            "ModelMetrics": {
                "ModelQuality": {
                    "Statistics": {
                        "ContentType": "application/json",
                        "S3Uri": join(output_of("evaluate", "report"), "/evaluation.json"),
                    }
                }
            },
        },
    }
    gate = condition(
        "good_enough",
        [{"Type": "GreaterThanOrEqualTo", "LeftValue": F1,
          "RightValue": {"Get": "Parameters.min_f1"}}],
        [register],
        [fail("too_weak", join("f1 ", F1, " is below ", {"Get": "Parameters.min_f1"}))],
    )  # fmt: skip
    # The order in the document does not matter.
    return [gate, evaluate, train, prepare]


def test_a_pipeline_runs_from_data_to_the_registered_model(world: World) -> None:
    execution = world.run(pipeline(world), declared=DECLARED, parameters={"epochs": "3"})
    assert execution.status == "Succeeded", execution.failure_reason
    assert world.statuses(execution) == {
        "good_enough": "Succeeded",
        "register": "Succeeded",
        "too_weak": "Skipped",
        "evaluate": "Succeeded",
        "train": "Succeeded",
        "prepare": "Succeeded",
    }
    package = world.registry.package("group")
    assert (package.version, package.approval, package.execution_id) == (
        1,
        "Approved",
        execution.execution_id,
    )
    assert package.metrics == {"f1": {"value": 0.81}, "weights": "HELLOTrue"}
    assert package.model_data is not None
    unpack(world.s3.path(package.model_data), execution.folder / "model")
    assert (execution.folder / "model/weights.txt").read_text() == "HELLOTrue"
    assert world.s3.exists(package.model_data.replace("model.tar.gz", "output.tar.gz"))
    assert world.log(execution, "train").splitlines()[-1].startswith("epoch=2 loss=0.33")
    assert list((execution.folder / "jobs").iterdir()) == []


def test_the_record_on_disk_has_all_of_it(world: World) -> None:
    execution = world.run(
        pipeline(world), declared=DECLARED, source="pipelines/lab.yaml", target="default"
    )
    record = json.loads((execution.folder / "run.json").read_text())
    steps = {step["name"]: step for step in record.pop("steps")}
    assert record.pop("started") < record.pop("ended")
    assert set(record.pop("environment")) == {"python", "platform", "cpus", "isolation"}
    assert record == {
        "version": 1,
        "execution_id": execution.execution_id,
        "pipeline": "lab",
        "source": "pipelines/lab.yaml",
        "target": "default",
        "status": "Succeeded",
        "failure_reason": None,
        "parameters": {"epochs": 2, "shuffle": True, "min_f1": 0.75},
    }
    assert list(steps) == ["good_enough", "register", "too_weak", "evaluate", "train", "prepare"]
    assert [set(step) for step in steps.values()] == [
        {"name", "type", "display_name", "description", "status", "depends_on", "branch", "started",
         "ended", "attempts", "cache_hit", "failure_reason", "log", "arguments", "properties",
         "metrics", "files", "outcome", "conditions", "model_package"}
    ] * 6  # fmt: skip
    gate, register, train = steps["good_enough"], steps["register"], steps["train"]
    assert gate["outcome"] == "true"
    assert gate["conditions"] == [
        {"text": "metrics.f1.value 0.81 >= parameters.min_f1 0.75", "result": True}
    ]
    assert register["branch"] == {"condition": "good_enough", "outcome": "then"}
    assert register["model_package"] == {
        "group": "group",
        "version": 1,
        "arn": "arn:aws:sagemaker:us-east-1:000000000000:model-package/group/1",
        "approval": "Approved",
        "model_data": train["properties"]["ModelArtifacts"]["S3ModelArtifacts"],
    }
    assert (train["attempts"], train["depends_on"], train["log"]) == (1, ["prepare"],
                                                                     "logs/train.log")  # fmt: skip
    assert train["arguments"]["HyperParameters"]["shuffle"] == "true"
    assert [value["value"] for value in train["metrics"][0]["values"]] == [1.0, 0.5]
    assert train["properties"]["TrainingJobStatus"] == "Completed"
    assert train["properties"]["FinalMetricDataList"][0]["Value"] == 0.5
    assert steps["prepare"]["properties"]["ExitMessage"] == "prepared one file"
    assert steps["evaluate"]["files"] == {
        "metrics": {"f1": {"value": 0.81}, "weights": "HELLOTrue"}
    }
    assert steps["too_weak"]["started"] is None


def test_what_happens_is_told_as_it_happens(world: World) -> None:
    world.run(pipeline(world), declared=DECLARED)
    told = [(type(event), getattr(event, "step", None)) for event in world.events]
    assert told == [
        (ExecutionStarted, None),
        (StepStarted, "prepare"),
        (StepFinished, "prepare"),
        (StepStarted, "train"),
        (StepMetric, "train"),
        (StepMetric, "train"),
        (StepFinished, "train"),
        (StepStarted, "evaluate"),
        (StepFinished, "evaluate"),
        (StepStarted, "good_enough"),
        (ConditionEvaluated, "good_enough"),
        (StepFinished, "good_enough"),
        (StepFinished, "too_weak"),
        (StepStarted, "register"),
        (ModelRegistered, "register"),
        (StepFinished, "register"),
        (ExecutionFinished, None),
    ]


def test_a_fail_step_ends_the_execution_with_its_message(world: World) -> None:
    execution = world.run(pipeline(world), declared=DECLARED, parameters={"min_f1": 0.9})
    assert (execution.status, execution.failure_reason) == ("Failed", "f1 0.81 is below 0.9")
    assert world.statuses(execution)["register"] == "Skipped"
    assert world.registry.packages() == ()


def test_unchanged_steps_are_taken_from_the_cache(world: World) -> None:
    steps = pipeline(world)
    first = world.run(steps, declared=DECLARED)
    second = world.run(steps, declared=DECLARED)
    hits = {step.name: step.cache_hit for step in second.record.steps if step.cache_hit}
    assert hits == dict.fromkeys(("prepare", "train", "evaluate"), first.execution_id)
    assert second.record.steps[3].files == first.record.steps[3].files
    assert second.status == "Succeeded"
    assert world.registry.package("group", 2).metrics == world.registry.package("group", 1).metrics
    changed = world.run(steps, declared=DECLARED, parameters={"epochs": 1})
    assert [step.cache_hit is not None for step in changed.record.steps[3:]] == [False, False, True]
    without = world.run(steps, declared=DECLARED, use_cache=False)
    assert not [step for step in without.record.steps if step.cache_hit]
    other = world.run(steps, declared=DECLARED, pipeline="other")
    assert not [step for step in other.record.steps if step.cache_hit]


def test_a_result_whose_files_are_gone_is_not_taken(world: World) -> None:
    steps = pipeline(world)
    first = world.run(steps, declared=DECLARED)
    model = first.record.steps[4].properties["ModelArtifacts"]["S3ModelArtifacts"]
    world.s3.path(model).unlink()
    second = world.run(steps, declared=DECLARED)
    hits = {step.name: step.cache_hit is not None for step in second.record.steps}
    assert (hits["prepare"], hits["train"]) == (True, False)


def test_a_result_that_is_too_old_is_not_taken(world: World) -> None:
    step = world.processing("one", "print(1)", CacheConfig={"Enabled": True, "ExpireAfter": "P1D"})
    world.run([step])
    with sqlite3.connect(world.home / "cache.db") as database:
        database.execute("UPDATE steps SET ended = '2020-01-01T00:00:00.000Z'")
    assert world.run([step]).record.steps[0].cache_hit is None


def test_a_failing_script_fails_once_and_its_last_words_are_the_reason(world: World) -> None:
    retried = [{"ExceptionType": ["Step.SERVICE_FAULT", "SageMaker.JOB_INTERNAL_ERROR"]}]
    bad = world.processing("bad", "raise ValueError('no such column')", RetryPolicies=retried)
    after = world.processing("after", "print(1)", DependsOn=["bad"])
    execution = world.run([bad, after])
    assert execution.status == "Failed"
    assert execution.failure_reason == (
        "step `bad`: AlgorithmError: ValueError: no such column, exit code: 1"
    )
    assert world.statuses(execution) == {"bad": "Failed", "after": "NotStarted"}
    assert execution.record.steps[0].attempts == 1
    assert [(kept.step, kept.what) for kept in execution.kept] == [("bad", "job folder")]


def test_the_failure_file_is_the_reason(world: World) -> None:
    script = """
    import os, sys
    from pathlib import Path
    Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text("the loss is not finite" + "!" * 2000)
    print("last line")
    sys.exit(7)
    """
    execution = world.run([world.training("fit", script)])
    reason = execution.failure_reason or ""
    assert reason.startswith("step `fit`: AlgorithmError: the loss is not finite!!!")
    assert reason.endswith("!, exit code: 7")
    assert len(reason) < 1100


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ('{"v": NaN}', "is not JSON: `NaN` is no number of JSON, line 1, column 7"),
        ("v = 1", "is not JSON: expecting value, line 1, column 1"),
        ("[1, 2]", "the file is a list of 2 items: they are chosen by [0], not by `v`"),
        ('{"v": [1]}', "a list of 1 item cannot be compared"),
        ("", "is not JSON: expecting value, line 1, column 1"),
    ],
)
@pytest.mark.parametrize("by_address", [False, True])
def test_a_value_that_a_file_does_not_have_fails_the_step_that_asks(
    world: World, content: str, reason: str, by_address: bool
) -> None:
    script = f"""
    import os
    from pathlib import Path
    Path(os.environ["PROCESSING_BASE_DIR"], "output/report/e.json").write_text({content!r})
    """
    file = {"PropertyFileName": "e", "OutputName": "report", "FilePath": "e.json"}
    one = world.processing("one", script, outputs=("report",), PropertyFiles=[file])
    source: dict[str, Any] = {"PropertyFile": {"Get": "Steps.one.PropertyFiles.e"}}
    if by_address:
        source = {"S3Uri": join(output_of("one", "report"), "/e.json")}
    value = {"Std:JsonGet": {**source, "Path": "v"}}
    ask = {"Type": "GreaterThan", "LeftValue": value, "RightValue": 0.5}
    steps = [one, condition("gate", [ask], [fail("then")], [fail("else")])]
    execution = world.run(steps)
    assert world.statuses(execution)["one"] == "Succeeded"
    assert world.statuses(execution)["gate"] == "Failed"
    assert reason in (execution.failure_reason or "")
    if "not JSON" in reason:
        assert "/one/report/e.json" in (execution.failure_reason or "")
    again = world.run(steps, resume=execution.execution_id)
    assert again.failure_reason == execution.failure_reason


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("print('epoch 1'); import os; os.kill(os.getpid(), 9)", "killed by signal 9 (SIGKILL)"),
        ("print('epoch 1'); import os; os.abort()", "killed by signal 6 (SIGABRT)"),
        ("print('epoch 1'); import os; os.kill(os.getpid(), 40)",
         "killed by signal 40 (a real-time signal)"),
        ("print('loss=0.5'); raise SystemExit(137)", "see the log, exit code: 137"),
        ("raise SystemExit('no data')", "no data, exit code: 1"),
    ],
)  # fmt: skip
def test_the_reason_says_how_the_script_ended(world: World, script: str, reason: str) -> None:
    execution = world.run([world.training("fit", script, metrics={"loss": "loss=(.*)"})])
    assert execution.failure_reason == f"step `fit`: AlgorithmError: {reason}"


def test_the_log_keeps_all_of_a_long_line(world: World) -> None:
    script = "print('loss=0.5 ' + '.' * 30_000_000)"
    execution = world.run([world.training("fit", script, metrics={"loss": "loss=([0-9.]+) "})])
    assert execution.status == "Succeeded"
    assert len(world.log(execution, "fit")) == len("loss=0.5 \n") + 30_000_000
    assert execution.record.steps[0].metrics[0]["values"][0]["value"] == 0.5


def in_network_isolation(world: World, script: str, **options: Any) -> Step:
    """Return a training step that finds its code in a channel, as one without a network must."""
    step = world.training("fit", script, **options)
    arguments = step["Arguments"]
    code = arguments["HyperParameters"]["sagemaker_submit_directory"]
    arguments["HyperParameters"]["sagemaker_submit_directory"] = json.dumps(
        "/opt/ml/input/data/code/sourcedir.tar.gz"
    )
    arguments["EnableNetworkIsolation"] = True
    arguments["InputDataConfig"].append(
        {"ChannelName": "code", "DataSource": {"S3DataSource": {"S3Uri": code}}}
    )
    return step


def test_code_that_a_channel_brings_is_run(world: World) -> None:
    world.s3.write("s3://lab/raw/a.txt", b"hello")
    script = """
    import os, helper
    print(os.environ["SM_CHANNELS"], os.listdir(os.environ["SM_CHANNEL_CODE"]), helper.WORD)
    assert os.environ["SM_MODULE_DIR"].endswith("/input/data/code/sourcedir.tar.gz")
    """
    step = in_network_isolation(
        world, script, channels={"train": "s3://lab/raw/"}, files={"helper.py": "WORD = 'hi'"}
    )
    execution = world.run([step])
    assert execution.status == "Succeeded", execution.failure_reason
    assert world.log(execution, "fit") == """["code","train"] ['sourcedir.tar.gz'] hi\n"""


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("/opt/ml/input/data/other/sourcedir.tar.gz",
         "the code: no channel has brought /opt/ml/input/data/other/sourcedir.tar.gz"),
        ("/etc/passwd", "the path /etc/passwd does not lie below /opt/ml"),
    ],
)  # fmt: skip
def test_code_that_no_channel_brings_fails_the_step(world: World, place: str, reason: str) -> None:
    step = in_network_isolation(world, "print(1)")
    step["Arguments"]["HyperParameters"]["sagemaker_submit_directory"] = place
    assert world.run([step]).failure_reason == f"step `fit`: {reason}"


def test_a_reference_without_a_value_fails_the_step_that_has_it(world: World) -> None:
    one = world.processing("one", "print(1)")
    two = condition("two", [equals({"Get": "Steps.one.ExitMessage"}, "x")], [fail("never")])
    execution = world.run([one, two])
    assert execution.status == "Failed"
    assert (execution.failure_reason or "").startswith(
        "step `two`: `Steps.one.ExitMessage`: step `one` has no `ExitMessage`; it has"
    )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"Type": "Lambda"},
         "step `fit`: its type is `lambda`"),
        ({"Type": "Newest"},
         "step `fit`: its type is `Newest`"),
        ({"CacheConfig": {"Enabled": True, "ExpireAfter": "banana"}},
         "step `fit`: ExpireAfter: `banana` is not a duration such as P30D or PT12H"),
        ({"HyperParameters": {"epochs": "1"}},
         ("step `fit`: without sagemaker_program and sagemaker_submit_directory only the image"
         " knows what to run")),
        ({"InputDataConfig": [{"ChannelName": "x", "DataSource": {"FileSystemDataSource": {}}}]},
         "step `fit`: channel `x`: only an S3DataSource can be brought to this machine"),
        ({"AlgorithmSpecification": {"ContainerEntrypoint": ["amazon_sagemaker_scheduler"]}},
         "step `fit`: a notebook is run by a program that only its image has"),
    ],
)  # fmt: skip
def test_what_cannot_run_here_is_told_before_anything_starts(
    world: World, change: dict[str, Any], refusal: str
) -> None:
    step = world.training("fit", "print(1)")
    for key, value in change.items():
        (step if key in ("Type", "CacheConfig") else step["Arguments"])[key] = value
    first = world.processing("first", "print(1)")
    with pytest.raises(CannotRunHereError) as error:
        world.run([first, condition("gate", [equals(1, 2)], [step])])
    assert error.value.mistakes == (refusal,)
    assert not (world.home / "runs").exists()


def test_wrong_parameters_are_told_before_anything_starts(world: World) -> None:
    with pytest.raises(ParameterError):
        world.run(pipeline(world), declared=DECLARED, parameters={"epoch": 1})
    assert not (world.home / "runs").exists()


def test_inputs_that_are_not_there_fail_the_step(world: World) -> None:
    step = world.processing("prep", "print(1)", inputs={"raw": "s3://lab/nowhere/"})
    execution = world.run([step])
    assert "step `prep`: input `raw`: s3://lab/nowhere/: there is nothing in local S3" in (
        execution.failure_reason or ""
    )


def test_a_path_out_of_the_container_is_refused(world: World) -> None:
    step = world.processing("prep", "print(1)", inputs={"raw": "s3://lab/code/"})
    local = "/opt/ml/processing/../../../etc"
    step["Arguments"]["ProcessingInputs"][0]["S3Input"]["LocalPath"] = local
    assert "does not lie below /opt/ml/processing" in (world.run([step]).failure_reason or "")


@pytest.mark.parametrize(
    ("requirement", "status"), [("pip", "Succeeded"), ("./no-such-package", "Failed")]
)
def test_requirements_are_installed_before_the_script_starts(
    world: World, monkeypatch: pytest.MonkeyPatch, requirement: str, status: str
) -> None:
    monkeypatch.setenv("PIP_BREAK_SYSTEM_PACKAGES", "1")
    step = world.training("fit", "print('started')", files={"requirements.txt": requirement})
    execution = world.run([step])
    assert execution.status == status
    assert ("started" in world.log(execution, "fit")) == (status == "Succeeded")
    assert ("no-such-package" in world.log(execution, "fit")) == (status == "Failed")


def test_a_container_with_its_own_entrypoint_runs_it(world: World) -> None:
    world.s3.write("s3://lab/src/run.sh", b'echo "ran $1 for $TRAINING_JOB_NAME"; touch "$2/m"')
    step = world.training("fit", "", channels={"code": "s3://lab/src/"})
    algorithm = step["Arguments"]["AlgorithmSpecification"]
    algorithm["ContainerEntrypoint"] = ["/bin/sh", "/opt/ml/input/data/code/run.sh"]
    algorithm["ContainerArguments"] = ["it", "/opt/ml/model"]
    step["Arguments"]["HyperParameters"] = {"n": {"Get": "Parameters.epochs"}}
    execution = world.run([step], declared=DECLARED)
    assert execution.status == "Succeeded", execution.failure_reason
    assert world.log(execution, "fit").startswith("ran it for pipelines-")
