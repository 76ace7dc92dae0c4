"""`pipec import` reads a file, standard input or AWS, and writes a spec."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from tests.conftest import ROOT

STEP = {"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "never"}}
DEFINITION = json.dumps({"Version": "2020-12-01", "Steps": [STEP]})


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("my_pipeline.json").write_text(DEFINITION)


def run(*arguments: str, text: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(pipec, ["import", *arguments], input=text)
    return done.exit_code, done.output


def test_a_file_becomes_a_spec_that_is_named_after_it() -> None:
    assert run("my_pipeline.json", "-o", "specs/a.yaml") == (
        0, "my_pipeline.json -> specs/a.yaml (1 step)\n",
    )  # fmt: skip
    assert Path("specs/a.yaml").read_text().startswith("kind: Pipeline\nname: my-pipeline\n")
    assert CliRunner().invoke(pipec, ["validate", "specs/a.yaml"]).exit_code == 0


def test_standard_input_is_read_and_a_spec_without_file_is_printed() -> None:
    status, printed = run("-", "--name", "other", text=DEFINITION)
    assert status == 0
    assert printed.startswith("kind: Pipeline\nname: other\n")


def test_nothing_is_overwritten_unless_forced() -> None:
    Path("a.yaml").write_text("mine\n")
    status, printed = run("my_pipeline.json", "-o", "a.yaml")
    assert status == 2
    assert "a.yaml is there; --force overwrites it" in printed
    assert Path("a.yaml").read_text() == "mine\n"
    assert run("my_pipeline.json", "-o", "a.yaml", "--force")[0] == 0
    assert Path("a.yaml").read_text() != "mine\n"


def test_what_is_refused_writes_nothing() -> None:
    Path("twice.json").write_text(json.dumps({"Steps": [STEP, STEP]}))
    status, printed = run("twice.json", "-o", "a.yaml")
    assert status == 1
    assert "E704" in printed
    assert not Path("a.yaml").exists()


def test_mistakes_are_counted() -> None:
    Path("wrong.json").write_text(json.dumps({"Steps": [{**STEP, "Foo": 1}]}))
    status, printed = run("wrong.json", "-o", "a.yaml")
    assert status == 0
    assert "1 mistake in it, see them with `pipec validate a.yaml`" in printed


def test_a_definition_without_steps_is_a_mistake() -> None:
    Path("empty.json").write_text('{"Steps": []}')
    status, printed = run("empty.json")
    assert status == 0
    assert printed.endswith("steps: {}\n1 mistake in it, see them with `pipec validate`\n")


def test_a_type_that_a_parameter_can_not_have_is_the_only_mistake() -> None:
    parameter = {"Name": "reason", "Type": "Strin", "DefaultValue": "x"}
    step = {**STEP, "Arguments": {"ErrorMessage": {"Get": "Parameters.reason"}}}
    Path("typed.json").write_text(json.dumps({"Parameters": [parameter], "Steps": [step]}))
    assert "1 mistake in it" in run("typed.json", "-o", "a.yaml")[1]
    assert "message: ${{ parameters.reason }}" in Path("a.yaml").read_text()


def answer(**members: Any) -> str:
    return json.dumps({"PipelineName": "Nightly", "PipelineDefinition": DEFINITION, **members})


def test_what_the_aws_cli_prints_of_a_pipeline_is_taken_as_well() -> None:
    described = answer(
        PipelineDescription="costs ${{ much }}",
        RoleArn="arn:aws:iam::111122223333:role/ml",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 4},
        CreationTime="2026-01-01T00:00:00+00:00",
    )
    status, printed = run("-", text=described)
    assert status == 0
    assert printed.startswith(
        "kind: Pipeline\nname: Nightly\ndescription: costs $${{ much }}\n"
        "role: arn:aws:iam::111122223333:role/ml\nparallelism: 4\n"
    )
    assert "\nname: other\n" in run("-", "--name", "other", text=described)[1]


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"PipelineDefinition": '{"Steps"'}, "--> <stdin>#PipelineDefinition:1:9"),
        (
            {"PipelineDefinition": '{"Version": "2020-12-01"}'},
            "`$.Steps`: expected a list of steps",
        ),
        ({"PipelineDefinition": None}, "`$`: expected an object with `Steps`"),
    ],
)
def test_an_answer_without_a_definition_is_refused(members: dict[str, Any], said: str) -> None:
    status, printed = run("-", text=answer(**members))
    assert status == 1
    assert said in printed


def test_a_file_that_is_not_there_is_reported() -> None:
    status, printed = run("nowhere.json")
    assert status == 1
    assert "error[E109] unreadable-file: can't read the file: no such file" in printed


def test_one_source_is_named() -> None:
    assert run()[0] == 2
    assert run("my_pipeline.json", "--pipeline", "x")[0] == 2


def test_a_pipeline_in_aws_is_asked_for_its_definition() -> None:
    boto3 = pytest.importorskip("boto3")
    server_of = pytest.importorskip("moto.server").ThreadedMotoServer
    server = server_of(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        names = {
            "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x", "AWS_DEFAULT_REGION": "us-east-1",
        }  # fmt: skip
        client = boto3.client(
            "sagemaker", endpoint_url=names["AWS_ENDPOINT_URL"], region_name="us-east-1",
            aws_access_key_id="x", aws_secret_access_key="x",  # noqa: S106
        )  # fmt: skip
        client.create_pipeline(
            PipelineName="deployed",
            PipelineDefinition=DEFINITION,
            ClientRequestToken="x" * 32,
            RoleArn="arn:aws:iam::111122223333:role/ml-pipeline",
        )
        found = command(names, "--pipeline", "deployed", "-o", "a.yaml")
        assert (found.returncode, found.stdout) == (0, "deployed -> a.yaml (1 step)\n")
        written = (
            "kind: Pipeline\nname: deployed\nrole: arn:aws:iam::111122223333:role/ml-pipeline\n"
        )
        assert Path("a.yaml").read_text().startswith(written)
        missing = command(names, "--pipeline", "nowhere")
        assert (missing.returncode, missing.stderr) == (
            3, "pipec: there is no pipeline `nowhere`\n",
        )  # fmt: skip
    finally:
        server.stop()


def command(names: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **names, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", "compiler", "import", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
