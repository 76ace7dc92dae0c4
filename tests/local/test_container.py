"""A job sees the container's contract, in a mount namespace and without one."""

import functools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.local.container import (
    Container,
    Exit,
    Isolation,
    Runtime,
    choose_isolation,
    find_python,
    in_text,
    inherited_environment,
    make_shims,
    run_container,
)
from tests.local.world import World, rest_of

PYTHON = find_python(sys.executable)
DUMP = """
import json, os, sys
from pathlib import Path
base = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"))
seen = {"argv": sys.argv, "cwd": os.getcwd(), "environment": dict(os.environ),
        "python": sys.executable,
        "files": {str(p.relative_to(base)): p.read_text() for p in sorted(base.rglob("*"))
                  if p.is_file() and p.suffix != ".gz"}}
print("SEEN", json.dumps(seen))
"""


def entries(folder: str | Path) -> set[str]:
    return {path.name for path in Path(folder).iterdir()}


@functools.cache
def works_here() -> Isolation:
    return choose_isolation(PYTHON)


@pytest.fixture(params=["mount-namespace", "environment"])
def isolation(request: pytest.FixtureRequest) -> Iterator[Isolation]:
    wanted: Isolation = request.param
    if wanted == "mount-namespace" and works_here() != wanted:
        pytest.skip("this system allows no mount namespaces")
    before = entries("/opt") if Path("/opt").is_dir() else None
    yield wanted
    # Making /opt/ml for a job leaves nothing on the machine.
    assert before is None or entries("/opt") == before


def seen_in(log: str) -> dict[str, Any]:
    line = next(line for line in log.splitlines() if line.startswith("SEEN "))
    seen: dict[str, Any] = json.loads(line.removeprefix("SEEN "))
    return seen


def test_a_training_script_sees_the_training_contract(
    world: World, isolation: Isolation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("GITHUB_TOKEN", "secret")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    world.s3.write("s3://b/data/part/a.txt", b"a")
    world.s3.write("s3://b/model.tar.gz", b"not unpacked")
    step = world.training(
        "fit",
        DUMP,
        channels={"train": "s3://b/data/", "model": "s3://b/model.tar.gz"},
        hyperparameters={"epochs": "3", "learning-rate": "0.1", "where": "/opt/ml/x"},
        arguments={"Environment": {"MINE": "1"}},
    )
    execution = world.run([step], isolation=isolation)
    assert execution.status == "Succeeded", execution.failure_reason
    seen = seen_in(world.log(execution, "fit"))
    base = "/opt/ml" if isolation == "mount-namespace" else f"{execution.folder}/jobs/fit"
    environment = seen["environment"]
    assert seen["cwd"] == f"{base}/code"
    assert seen["argv"] == [
        "train.py",
        *("--epochs", "3", "--learning-rate", "0.1", "--where", f"{base}/x"),
    ]
    assert seen["python"] == str(PYTHON)
    assert environment["SM_MODEL_DIR"] == f"{base}/model"
    assert environment["SM_CHANNEL_TRAIN"] == f"{base}/input/data/train"
    assert json.loads(environment["SM_TRAINING_ENV"])["model_dir"] == f"{base}/model"
    job_name = environment["TRAINING_JOB_NAME"]
    assert job_name.startswith(f"pipelines-{execution.execution_id}-fit-")
    assert environment["MINE"] == "1"
    assert environment["HF_HUB_OFFLINE"] == "1"
    assert environment["LC_ALL"] == "C.UTF-8"
    assert environment["PYTHONUNBUFFERED"] == "1"
    assert {name for name in environment if name.startswith("AWS_")} == {"AWS_REGION"}
    assert "GITHUB_TOKEN" not in environment
    assert ("SAGEMAKER_BASE_DIR" in environment) == (isolation == "environment")
    files = seen["files"]
    assert files["input/data/train/part/a.txt"] == "a"
    config = {name: json.loads(files[f"input/config/{name}.json"]) for name in (
        "hyperparameters", "inputdataconfig", "resourceconfig")}  # fmt: skip
    assert config["hyperparameters"]["epochs"] == "3"
    assert config["inputdataconfig"]["train"]["TrainingInputMode"] == "File"
    assert config["resourceconfig"]["hosts"] == ["algo-1"]
    assert config["resourceconfig"]["current_instance_type"] == "ml.g5.xlarge"


def test_a_processing_script_sees_the_processing_contract(
    world: World, isolation: Isolation
) -> None:
    world.s3.write("s3://b/raw/a.txt", b"a")
    step = world.processing(
        "prep", DUMP, inputs={"raw": "s3://b/raw/"}, outputs=("out",), environment={"MINE": "1"}
    )
    step["Arguments"]["AppSpecification"]["ContainerArguments"] = ["--to", "/opt/ml/processing/o"]
    execution = world.run([step], isolation=isolation)
    assert execution.status == "Succeeded", execution.failure_reason
    seen = seen_in(world.log(execution, "prep"))
    base = "/opt/ml" if isolation == "mount-namespace" else f"{execution.folder}/jobs/prep"
    main = f"{base}/processing/input/code/main.py"
    assert seen["argv"] == [main, "--to", f"{base}/processing/o"]
    assert seen["environment"]["MINE"] == "1"
    assert not [name for name in seen["environment"] if name.startswith("SM_")]
    if isolation == "environment":
        assert seen["environment"]["PROCESSING_BASE_DIR"] == f"{base}/processing"
    files = seen["files"]
    assert files["processing/input/raw/a.txt"] == "a"
    assert json.loads(files["config/resourceconfig.json"])["hosts"] == ["algo-1"]
    described = json.loads(files["config/processingjobconfig.json"])
    assert described["ProcessingInputs"][0]["InputName"] == "raw"
    assert described["ProcessingJobName"] == seen["environment"]["PROCESSING_JOB_NAME"]


def test_a_home_with_a_space_in_its_path_is_no_hindrance(tmp_path: Path) -> None:
    world = World(tmp_path / "my 'own' home")
    step = world.processing("prep", "print('ran')")
    entry = step["Arguments"]["AppSpecification"]["ContainerEntrypoint"]
    step["Arguments"]["AppSpecification"]["ContainerEntrypoint"] = [
        "/bin/sh", "-c", f"exec python3 {entry[1]}"]  # fmt: skip
    execution = world.run([step])
    assert execution.status == "Succeeded", execution.failure_reason
    assert world.log(execution, "prep") == "ran\n"


def test_a_script_that_names_opt_ml_is_warned_about_where_there_is_none(world: World) -> None:
    step = world.processing("prep", "print('/opt/ml/processing')")
    execution = world.run([step], isolation="environment")
    assert "[pipec] main.py names /opt/ml" in world.log(execution, "prep")


def run(
    tmp_path: Path, command: tuple[str, ...], *, timeout: float | None = None, grace: float = 60
) -> tuple[Exit, str]:
    folder = tmp_path / "job"
    folder.mkdir()
    output: list[bytes] = []
    runtime = Runtime(
        shims=make_shims(tmp_path / "bin", PYTHON),
        python=PYTHON,
        isolation="environment",
        grace_seconds=grace,
    )
    container = Container(command=command, environment={}, folder=folder, timeout=timeout)
    return run_container(container, runtime, output=output.append), b"".join(output).decode()


def test_stdout_and_stderr_come_in_the_order_they_were_written(tmp_path: Path) -> None:
    script = "import sys\nfor n in range(50): print(n, file=(sys.stdout, sys.stderr)[n % 2])"
    exit_, output = run(tmp_path, ("python3", "-c", script))
    assert exit_ == Exit(code=0)
    assert output.split() == [str(n) for n in range(50)]


@pytest.mark.parametrize(
    ("command", "exit_", "output"),
    [
        (("/bin/sh", "-c", "echo bye; exit 3"), Exit(code=3), "bye\n"),
        (("/bin/sh", "-c", "kill -KILL $$"), Exit(code=137, signal=9), ""),
        (
            ("./no-such-command",),
            Exit(code=127),
            "cannot run `./no-such-command`: No such file or directory\n",
        ),
    ],
)
def test_the_exit_status_is_told(
    tmp_path: Path, command: tuple[str, ...], exit_: Exit, output: str
) -> None:
    assert run(tmp_path, command) == (exit_, output)


def test_a_job_over_its_time_is_asked_to_end(tmp_path: Path) -> None:
    script = "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(5))\nsignal.pause()"
    exit_, _ = run(tmp_path, ("python3", "-c", script), timeout=0.5)
    assert exit_ == Exit(code=5, timed_out=True)


def test_a_job_that_does_not_end_in_its_grace_is_killed(tmp_path: Path) -> None:
    script = "import signal\nsignal.signal(15, signal.SIG_IGN)\nwhile True: signal.pause()"
    exit_, _ = run(tmp_path, ("python3", "-c", script), timeout=0.5, grace=0.2)
    assert exit_ == Exit(code=137, signal=9, timed_out=True)


@pytest.mark.parametrize("session", [True, False])
def test_what_a_job_leaves_running_ends_with_it(tmp_path: Path, session: bool) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    # The one left behind holds the pipe open: its end of file is the process's end.
    script = f"""
import os, subprocess
alive = os.open({str(fifo)!r}, os.O_WRONLY)
subprocess.Popen(["tail", "-f", "/dev/null"], pass_fds=[alive], start_new_session={session},
                 stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""
    exit_, _ = run(tmp_path, ("python3", "-c", script))
    assert exit_ == Exit(code=0)
    assert rest_of(reader) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/opt/ml", "/job"),
        ("/opt/ml/model", "/job/model"),
        ("--dir=/opt/ml/x:/opt/ml", "--dir=/job/x:/job"),
        ('{"a":"/opt/ml/b"}', '{"a":"/job/b"}'),
        ("/opt/mlflow", "/opt/mlflow"),
        ("/my/opt/ml", "/my/opt/ml"),
        ("s3://bucket/opt/ml/x", "s3://bucket/opt/ml/x"),
    ],
)
def test_only_the_path_itself_is_replaced(text: str, expected: str) -> None:
    assert in_text(text, "/job") == expected


def test_the_chosen_interpreter_comes_first_on_the_path(tmp_path: Path) -> None:
    runtime = Runtime(
        shims=tmp_path / "bin", python=PYTHON, isolation="environment", grace_seconds=1
    )
    path = inherited_environment(runtime)["PATH"].split(os.pathsep)
    assert path[:2] == [str(tmp_path / "bin"), str(PYTHON.parent)]
    assert entries(make_shims(tmp_path / "bin", PYTHON)) == {"pip", "pip3", "python", "python3"}
