"""`pipec import --into` takes over from AWS or a file, and `pipec plan` says no changes then."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.takeover.line_ends import restored
from tests.aws.stand_in import AwsStandIn

SPEC = """\
kind: Pipeline
name: nightly  # by night
storage: s3://ml-dev/pipec
role: arn:aws:iam::111122223333:role/ml
parameters:
  day: {type: string, default: today}
steps:
  # Asks whether there is anything.
  ask:
    type: lambda
    function: arn:aws:lambda:us-east-1:111122223333:function:ask
    arguments: {day: "${{ parameters.day }}", depth: 3}   # deep
  stop: {type: fail, message: "nothing on ${{ parameters.day }}", after: ask}
"""


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("pipec.yaml").touch()
    path = Path("nightly.yaml")
    path.write_text(SPEC)
    return path


def run(*arguments: str, text: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(pipec, list(arguments), input=text)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def definition() -> Any:
    assert run("compile", "nightly.yaml", "-o", "build")[0] == 0
    return json.loads(next(Path("build").rglob("pipeline.json")).read_text())


def changed() -> str:
    found = definition()
    found["Steps"][0]["Arguments"]["depth"] = 4
    return json.dumps(found)


def test_what_was_changed_in_aws_is_taken_over_and_there_is_nothing_to_plan(
    aws: AwsStandIn, spec: Path
) -> None:
    aws.client("s3").create_bucket(Bucket="ml-dev")
    assert run("upsert", "nightly.yaml")[0] == 0
    client = aws.client("sagemaker")
    found = json.loads(client.describe_pipeline(PipelineName="nightly")["PipelineDefinition"])
    found["Steps"][0]["Arguments"]["depth"] = 4
    found["Parameters"][0]["DefaultValue"] = "monday"
    client.update_pipeline(
        PipelineName="nightly",
        PipelineDefinition=json.dumps(found),
        PipelineDescription="by hand",
        RoleArn="arn:aws:iam::111122223333:role/other",
    )
    assert run("drift", "nightly.yaml")[0] == 4
    assert run("plan", "nightly.yaml", "--detailed-exitcode")[0] == 4
    shown = run("import", "--into", "nightly.yaml", "--diff")
    assert shown[0] == 0
    assert spec.read_text() == SPEC
    status, printed = run("import", "--into", "nightly.yaml")
    assert status == 0, printed
    assert "+  day: {type: string, default: monday}" in printed
    assert "3 changes taken over" in printed
    assert spec.read_text() == (
        SPEC.replace("depth: 3", "depth: 4")
        .replace("default: today", "default: monday")
        .replace("role/ml", "role/other")
        .replace("by night\n", "by night\ndescription: by hand\n")
    )
    assert run("plan", "nightly.yaml", "--detailed-exitcode")[0] == 0
    assert run("drift", "nightly.yaml")[0] == 0


def test_the_account_is_checked(aws: AwsStandIn, spec: Path) -> None:
    assert aws.url
    spec.write_text(SPEC.replace("storage:", 'account: "999988887777"\nstorage:'))
    status, printed = run("import", "--into", "nightly.yaml")
    assert status == 1
    assert "the pipeline is for account `999988887777`" in printed


def test_a_pipeline_that_is_not_deployed_is_told(aws: AwsStandIn) -> None:
    assert aws.url
    assert run("import", "--into", "nightly.yaml") == (
        3, "pipec: there is no pipeline `nightly`\n",
    )  # fmt: skip


def test_a_definition_is_taken_over_from_a_file_or_standard_input(spec: Path) -> None:
    Path("other.json").write_text(changed())
    status, printed = run("import", "--into", "nightly.yaml", "other.json", "--diff")
    assert (status, spec.read_text()) == (0, SPEC)
    assert printed.splitlines()[-1] == "nightly.yaml: 1 change to take over"
    assert run("import", "--into", "nightly.yaml", "-", text=changed())[0] == 0
    assert spec.read_text() == SPEC.replace("depth: 3", "depth: 4")
    assert run("import", "--into", "nightly.yaml", "other.json") == (
        0, "nightly.yaml: nothing to take over\n",
    )  # fmt: skip


def test_what_aws_answers_of_a_pipeline_has_a_role_and_a_description(spec: Path) -> None:
    answer = {
        "PipelineName": "nightly",
        "PipelineDefinition": changed(),
        "RoleArn": "arn:aws:iam::111122223333:role/other",
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2},
    }
    assert run("import", "--into", "nightly.yaml", "-", text=json.dumps(answer))[0] == 0
    assert "role/other\nparallelism: 2\n" in spec.read_text()


def test_what_is_left_is_told_and_the_rest_is_written(spec: Path) -> None:
    found = json.loads(changed())
    found["Steps"][1]["Foo"] = "bar"
    status, printed = run("import", "--into", "nightly.yaml", "-", text=json.dumps(found))
    assert status == 1
    assert "not taken over:" in printed
    assert 'Foo  (none) → "bar"' in printed
    assert spec.read_text() == SPEC.replace("depth: 3", "depth: 4")


def test_line_ends_and_the_mark_at_the_beginning_stay(spec: Path) -> None:
    text = changed()
    content = b"\xef\xbb\xbf" + SPEC.replace("\n", "\r\n").encode()
    content = content.replace(b"parameters:\r\n", b"parameters:\n", 1)
    spec.write_bytes(content)
    assert run("import", "--into", "nightly.yaml", "-", text=text)[0] == 0
    assert spec.read_bytes() == content.replace(b"depth: 3", b"depth: 4")


def test_new_lines_end_as_most_do() -> None:
    assert restored(b"a\r\nb\r\nc\n", "a\nb\nc\n", "a\nx\nb\nc\nd\n") == b"a\r\nx\r\nb\r\nc\nd\r\n"
    assert restored(b"a", "a", "a\nb") == b"a\nb"


def test_a_spec_with_mistakes_is_left_alone(spec: Path) -> None:
    text = changed()
    spec.write_text(SPEC.replace("type: fail", "type: fial"))
    status, printed = run("import", "--into", "nightly.yaml", "-", text=text)
    assert status == 1
    assert "fial" in printed
    assert "fial" in spec.read_text()


@pytest.mark.parametrize("text", ["{", '{"Steps": [{}]}', "[]"])
def test_what_is_no_definition_is_refused(spec: Path, text: str) -> None:
    status, printed = run("import", "--into", "nightly.yaml", "-", text=text)
    assert status == 1
    assert "error[E7" in printed
    assert spec.read_text() == SPEC


def test_options_of_one_way_go_not_with_the_other() -> None:
    assert run("import", "--into", "nightly.yaml", "-o", "a.yaml")[0] == 2
    assert run("import", "a.json", "--diff")[0] == 2


def test_nothing_but_asking_aws_needs_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    text = changed()
    for name in ("compiler.cli.asking_aws", "compiler.cli.deploying", "compiler.deploy.aws"):
        monkeypatch.delitem(__import__("sys").modules, name, raising=False)
    monkeypatch.setitem(__import__("sys").modules, "boto3", None)
    assert run("import", "--into", "nightly.yaml", "-", text=text)[0] == 0
    status, printed = run("import", "--into", "nightly.yaml")
    assert status == 2
    assert "needs boto3" in printed


HORSE = "correct-horse-battery"
OLD_HORSE = "old-horse-staple"


def test_no_secret_is_printed(spec: Path) -> None:
    text = SPEC.replace("day: {type", "db_password: {type: string, default: HORSE}\n  day: {type")
    text = text.replace("depth: 3", 'depth: 3, words: a --token HORSE-2, api_key: "HORSE"')
    text = text.replace('nothing on ${{ parameters.day }}"', 'on ${{ parameters.db_password }}"')
    spec.write_text(text.replace("HORSE", OLD_HORSE))
    there = json.loads(json.dumps(definition()).replace(OLD_HORSE, HORSE))
    there["Steps"][1]["Foo"] = {"password": HORSE, "words": ["--password", HORSE]}
    status, printed = run("import", "--into", "nightly.yaml", "-", text=json.dumps(there))
    assert (status, "not taken over:" in printed) == (1, True)
    assert f"default: {HORSE}" in spec.read_text()
    assert f"a --token {HORSE}-2" in spec.read_text()
    assert "+  db_password: {type: string, default: (hidden)}" in printed
    assert '"password": "(hidden)"' in printed
    assert HORSE not in printed
    assert OLD_HORSE not in printed
