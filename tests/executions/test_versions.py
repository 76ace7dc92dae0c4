"""Versions are listed, named by aliases that move, and gone back to."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from compiler.deploy.aws import Aws
from compiler.deploy.objects import Place
from compiler.deploy.record import claim, read_record
from tests.aws.calls import Call
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import ARN, Command, made

RECORD = "pipec/churn/deployed/123456789012.us-east-1.json"
# The same call claims the record and gives it back.
CLAIM = f"s3:PutObject ml-bucket/{RECORD}"


@pytest.fixture
def three(upserted: Shop, aws: AwsStandIn, command: Command) -> Shop:
    """Three versions of the pipeline: the number of epochs is theirs."""
    for number in (1, 2):
        upserted.replace(f"integer, default: {number}", f"integer, default: {number + 1}")
        command.ok("upsert", upserted.spec)
    aws.clear_calls()
    return upserted


def aliases(command: Command) -> dict[int, list[str]]:
    found = command.json("versions", "churn")["versions"]
    return {each["version"]: each["aliases"] for each in found}


def test_versions_are_listed(three: Shop, command: Command) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    command.ok("start", "churn", "--alias", "prod")
    lines = command.ok("versions", three.spec).splitlines()
    assert [line.split()[0] for line in lines] == ["version", "3", "2", "1"]
    assert lines[2].endswith("UTC  prod     e00000000001")
    record = command.json("versions", "churn")["versions"][1]
    assert record.pop("created").endswith("+00:00")
    assert record == {
        "version": 2, "name": None, "description": None, "aliases": ["prod"],
        "last_execution": f"{ARN}/execution/e00000000001",
    }  # fmt: skip


def test_an_alias_is_moved(three: Shop, aws: AwsStandIn, command: Command) -> None:
    assert command.ok("promote", three.spec, "--alias", "prod") == "prod: nothing → version 3\n"
    moved = command.json("promote", "churn", "--version", "1", "--alias", "prod")
    assert moved == {"version": 1, "alias": "prod", "from": 3, "to": 1}
    assert aliases(command) == {3: [], 2: [], 1: ["prod"]}
    writes = len(aws.writes)
    assert command.ok("promote", "churn", "--version", "1", "--alias", "prod") == (
        "prod is on version 1 already\n"
    )
    assert len(aws.writes) == writes == 3


def test_an_alias_that_can_not_be_moved_stays(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    aws.fail("denied", at=lambda call: "Add" in str(call.request))
    said = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert said.startswith("pipec: UpdatePipelineVersion: User")
    assert aliases(command) == {3: [], 2: ["prod"], 1: []}
    aws.fail("denied", at=lambda call: "Add" in str(call.request), times=2)
    said = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert "and `prod` could not be put back on version 2" in said
    assert "so that it is on none" in said


def does(what: str) -> Callable[[Call], bool]:
    """Return which calls change the alias in a way."""
    return lambda call: call.operation == "UpdatePipelineVersion" and what in str(call.request)


@pytest.mark.parametrize("what", ["Remove", "Add"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_lost_answer_is_no_failure(
    three: Shop, aws: AwsStandIn, command: Command, what: str, times: int
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    aws.fail("lost", at=does(what), times=times)
    assert command.ok("promote", "churn", "--alias", "prod") == "prod: version 2 → version 3\n"
    assert aliases(command) == {3: ["prod"], 2: [], 1: []}


def test_an_alias_whose_first_version_is_told_too_late_is_given(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    aws.fail("lost", at=does("Add"), times=3)
    assert command.ok("promote", three.spec, "--alias", "prod") == "prod: nothing → version 3\n"
    aws.fail("reset", at=does("Add"), times=3)
    command.refused("promote", "churn", "--alias", "new", status=3)
    assert aliases(command) == {3: ["prod"], 2: [], 1: []}


def test_an_alias_that_can_not_be_taken_stays(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    aws.fail("reset", at=does("Remove"), times=3)
    said = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert said.startswith("pipec: UpdatePipelineVersion: ")
    assert "and" not in said
    assert aliases(command) == {3: [], 2: ["prod"], 1: []}


def test_an_alias_whose_return_is_told_too_late_is_back(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    aws.fail("denied", at=does("Add"))
    aws.fail("lost", at=does("Add"), times=3)
    said = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert "put back" not in said
    assert aliases(command) == {3: [], 2: ["prod"], 1: []}


@pytest.mark.parametrize(
    ("what", "said"), [("Remove", "on version 2 or on none"), ("Add", "on version 3 or on none")]
)
def test_where_an_alias_is_that_can_not_be_asked_is_said_as_far_as_it_is_known(
    three: Shop, aws: AwsStandIn, command: Command, what: str, said: str
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")
    aws.fail("lost", at=does(what), times=3)
    at = does(what)
    aws.before(at, lambda _: aws.fail("denied", at="ListPipelineVersions"), times=3)
    told = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert f"; and `prod` is {said}, which could not be asked (User" in told


@pytest.mark.parametrize("what", ["Remove", "Add"])
def test_an_alias_that_somebody_else_moves_meanwhile_is_said_to_be_there(
    three: Shop, aws: AwsStandIn, command: Command, what: str
) -> None:
    command.ok("promote", three.spec, "--version", "2", "--alias", "prod")

    def move(_: Call) -> None:
        pipeline = aws.world.pipelines[ARN]
        first, second, _third = pipeline.versions
        pipeline = aws.world.keep_version(pipeline, replace(second, aliases=()))
        aws.world.keep_version(pipeline, replace(first, aliases=("prod",)))

    aws.before(does(what), move)
    aws.fail("lost", at=does(what), times=3)
    said = command.refused("promote", "churn", "--alias", "prod", status=3)
    assert "; and `prod` is on version 1 now" in said
    assert aliases(command) == {3: [], 2: [], 1: ["prod"]}


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["promote", "churn", "--alias", "12"], 2, "`12` is no alias"),
        (["promote", "churn", "--alias", "a b"], 2, "`a b` is no alias"),
        (["promote", "churn", "--version", "9", "--alias", "a"], 1,
         "there is no version 9: there are 1 to 3"),
        (["rollback", "churn", "--alias", "a"], 1,
         "no version has the alias `a`: pipec promote gives it to one"),
        (["rollback", "churn", "--to", "3"], 1, "version 3 is the current one"),
        (["rollback", "churn", "--to", "4"], 1, "there is no version 4: there are 1 to 3"),
        (["rollback", "other"], 1, "there is no pipeline `other`"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("three")
def test_versions_and_aliases_must_be_there(
    aws: AwsStandIn, command: Command, words: list[str], status: int, said: str
) -> None:
    assert said in command.refused(*words, status=status)
    assert aws.writes == []


def test_an_alias_is_moved_back(three: Shop, command: Command) -> None:
    command.ok("promote", three.spec, "--alias", "prod")
    assert command.ok("rollback", "churn", "--alias", "prod") == "prod: version 3 → version 2\n"
    command.ok("rollback", "churn", "--alias", "prod", "--to", "1")
    assert aliases(command) == {3: [], 2: [], 1: ["prod"]}
    assert command.refused("rollback", "churn", "--alias", "prod") == (
        "pipec: there is no version before version 1\n"
    )


def test_the_definition_before_becomes_the_current_one(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    old = aws.client("sagemaker").describe_pipeline(PipelineName="churn", PipelineVersionId=2)
    assert (
        command.ok("rollback", three.spec, "--yes")
        == """\
churn: version 3 → version 2
  ~ parameter epochs
      DefaultValue  3 → 2
churn: version 2 is current again, as version 4
"""
    )
    new = aws.client("sagemaker").describe_pipeline(PipelineName="churn")
    assert new["PipelineDefinition"] == old["PipelineDefinition"]
    assert made(aws) == [CLAIM, "sagemaker:UpdatePipeline churn", CLAIM]
    plan = command.ok("plan", three.spec)
    assert "DefaultValue  2 → 3" in plan
    done = command("rollback", "churn", "--to", "1", "--yes", "--format", "json")
    record = json.loads(done.stdout)
    assert (record["from"], record["to"], record["made"]) == (4, 1, 5)
    assert [change["name"] for change in record["changes"]] == ["epochs"]


def test_a_rollback_is_asked_for(
    three: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command("rollback", three.spec)
    assert done.exit_code == 2
    assert "give --yes" in done.stderr
    monkeypatch.setattr("compiler.cli.confirming.is_terminal", lambda: True)
    done = command("rollback", three.spec, typed="n\n")
    assert (done.exit_code, done.stderr) == (1, "pipec: nothing was done\n")
    assert aws.writes == []
    assert command("rollback", three.spec, typed="y\n").exit_code == 0
    assert made(aws) == [CLAIM, "sagemaker:UpdatePipeline churn", CLAIM]


def test_a_version_that_somebody_else_makes_meanwhile_is_not_rolled_back(
    three: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = aws.client("sagemaker")
    text = client.describe_pipeline(PipelineName="churn", PipelineVersionId=1)["PipelineDefinition"]
    monkeypatch.setattr(
        "compiler.cli.rollback_verb.confirm",
        lambda *_, **__: client.update_pipeline(PipelineName="churn", PipelineDefinition=text),
    )
    done = command("rollback", three.spec)
    assert done.exit_code == 1
    assert done.stderr == "pipec: `churn` has got version 4 meanwhile: look again\n"
    assert made(aws) == ["sagemaker:UpdatePipeline churn", CLAIM, CLAIM]


def test_an_upsert_that_begins_while_somebody_is_asked_is_not_disturbed(
    three: Shop, aws: AwsStandIn, command: Command, client: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "compiler.cli.rollback_verb.confirm",
        lambda *_, **__: claim(client, read_record(client, Place("ml-bucket", RECORD))),
    )
    done = command("rollback", three.spec)
    assert (done.exit_code, done.stderr) == (
        1, "pipec: somebody else has begun to work on `churn` meanwhile: look again\n",
    )  # fmt: skip
    assert "UpdatePipeline" not in str(made(aws))


def test_code_that_goes_while_somebody_is_asked_is_told(
    three: Shop, aws: AwsStandIn, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = aws.client("s3")
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket="ml-bucket")["Contents"]]
    gone = {"Objects": [{"Key": key} for key in keys if "/code/" in key]}
    monkeypatch.setattr(
        "compiler.cli.rollback_verb.confirm",
        lambda *_, **__: s3.delete_objects(Bucket="ml-bucket", Delete=gone),
    )
    done = command("rollback", three.spec)
    assert done.exit_code == 1
    assert "version 2 needs code that is no longer in S3" in done.stderr
    assert "UpdatePipeline" not in str(made(aws))


def test_a_rollback_to_the_same_definition_does_nothing(
    three: Shop, aws: AwsStandIn, command: Command
) -> None:
    command.ok("rollback", three.spec, "--yes")
    aws.clear_calls()
    printed = command.ok("rollback", three.spec, "--to", "2")
    assert "no differences: the current definition says the same" in printed
    assert aws.writes == []


def test_code_that_is_gone_is_told(three: Shop, aws: AwsStandIn, command: Command) -> None:
    s3 = aws.client("s3")
    listed = s3.list_objects_v2(Bucket="ml-bucket", Prefix="pipec/churn/code/")["Contents"]
    for each in listed:
        s3.delete_object(Bucket="ml-bucket", Key=each["Key"])
    aws.clear_calls()
    said = command.refused("rollback", three.spec, "--yes")
    first, *uris = said.splitlines()
    assert first == "pipec: version 2 needs code that is no longer in S3:"
    assert len(uris) == 2
    assert all(uri.startswith("  s3://ml-bucket/pipec/churn/code/") for uri in uris)
    assert aws.writes == []


def test_a_definition_that_is_too_large_for_a_request_is_put_into_s3(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    upserted.replace("message: too bad", f"message: {'too bad ' * 400}")
    client = aws.client("sagemaker")
    text = client.describe_pipeline(PipelineName="churn")["PipelineDefinition"]
    large = json.dumps({**json.loads(text), "Metadata": {"x": "x" * 120_000}})
    client.update_pipeline(PipelineName="churn", PipelineDefinition=large)
    client.update_pipeline(PipelineName="churn", PipelineDefinition=text)
    aws.clear_calls()
    command.ok("rollback", "churn", "--yes")
    assert [call.operation for call in aws.writes] == [
        "PutObject", "PutObject", "UpdatePipeline", "PutObject",
    ]  # fmt: skip
    assert "PipelineDefinitionS3Location" in aws.writes[2].request
    assert client.describe_pipeline(PipelineName="churn")["PipelineDefinition"] == large
