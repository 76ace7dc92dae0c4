"""An execution is started with values that fit, of the version that is meant."""

import json

import pytest

from tests.aws.script import step
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import ARN, Command, made, started

SPEC = "pipelines/churn.yaml"


@pytest.mark.parametrize("pipeline", [SPEC, "churn", ARN])
def test_a_pipeline_is_started_by_spec_name_and_arn(
    deployed: Shop, aws: AwsStandIn, command: Command, pipeline: str
) -> None:
    printed = command.ok("start", pipeline)
    execution = f"{ARN}/execution/e00000000001"
    assert printed == f"started {execution}\n  watch it: pipec watch {execution}\n"
    request = started(aws)
    assert len(request.pop("ClientRequestToken")) == 32
    assert request == {"PipelineName": "churn" if pipeline == SPEC else pipeline}
    assert deployed.spec.is_file()


def test_all_that_can_be_said_is_sent(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    deployed.write("values.yaml", "epochs: 3\nrate: 0.5\n")
    record = command.json(
        "start", SPEC, "--parameters", "values.yaml", "--set", "rate=1e-3", "--set", "stage=two",
        "--name", "monday", "--description", "a try", "--version", "1", "--max-parallel", "2",
    )  # fmt: skip
    request = started(aws)
    assert len(request.pop("ClientRequestToken")) == 32
    assert request == {
        "PipelineName": "churn",
        "PipelineExecutionDisplayName": "monday",
        "PipelineExecutionDescription": "a try",
        "PipelineParameters": [
            {"Name": "epochs", "Value": "3"},
            {"Name": "rate", "Value": "1e-3"},
            {"Name": "stage", "Value": "two"},
        ],
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2},
        "PipelineVersionId": 1,
    }
    assert record == {
        "version": 1,
        "arn": f"{ARN}/execution/e00000000001",
        "id": "e00000000001",
        "pipeline_version": 1,
        "alias": None,
        "selected": [],
        "source": None,
        "studio": None,
    }


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("epoch=3", "the pipeline has no parameter `epoch`: did you mean `epochs`?"),
        ("zzz=3", "the pipeline has no parameter `zzz`: known are `epochs`, `rate`, `stage`"),
        ("epochs=many", "parameter `epochs`: `many` is not of type Integer"),
        ("stage=three", "parameter `stage`: `three` is not one of `one`, `two`"),
    ],
)
def test_values_that_do_not_fit_start_nothing(
    deployed: Shop, aws: AwsStandIn, command: Command, value: str, said: str
) -> None:
    assert command.refused("start", deployed.spec, "--set", value) == f"pipec: {said}\n"
    assert aws.writes == []


def test_all_mistakes_are_told_at_once(deployed: Shop, command: Command) -> None:
    said = command.refused("start", deployed.spec, "--set", "epoch=1", "--set", "rate=x")
    assert said.count("\n") == 2
    assert "`epoch`" in said
    assert "`rate`" in said


def test_a_parameter_without_a_default_needs_a_value(deployed: Shop, command: Command) -> None:
    deployed.replace("epochs: {type: integer, default: 1}", "epochs: {type: integer}")
    deployed.replace(
        'role: "arn:aws:iam::123456789012:role/ml"}\ntriggers:',
        'role: "arn:aws:iam::123456789012:role/ml", parameters: {epochs: 1}}\ntriggers:',
    )
    deployed.replace(
        'role: "arn:aws:iam::123456789012:role/ml"}\ndefaults:',
        'role: "arn:aws:iam::123456789012:role/ml", parameters: {epochs: 1}}\ndefaults:',
    )
    command.ok("upsert", deployed.spec)
    said = command.refused("start", "churn")
    assert said == "pipec: parameter `epochs` needs a value: it has no default\n"
    command.ok("start", "churn", "--version", "1")


def test_what_is_checked_is_the_version_that_runs(deployed: Shop, command: Command) -> None:
    deployed.replace("  stage: {type", "  phase: {type")
    deployed.replace("parameters.stage", "parameters.phase")
    command.ok("upsert", deployed.spec)
    command.ok("promote", "churn", "--version", "1", "--alias", "old")
    command.ok("start", "churn", "--set", "phase=two")
    command.ok("start", "churn", "--alias", "old", "--set", "stage=two")
    assert "no parameter `stage`" in command.refused("start", "churn", "--set", "stage=two")


def test_a_spec_that_is_not_deployed_as_it_is_gives_a_warning(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    deployed.replace("default: 0.1", "default: 0.2")
    done = command("start", deployed.spec)
    assert done.exit_code == 0
    assert done.stderr == (
        "warning: pipelines/churn.yaml compiles to something else than what runs:"
        " pipec plan says what\n"
    )
    assert started(aws)["PipelineName"] == "churn"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing"], "there is no pipeline `nothing`"),
        (["churn", "--version", "7"], "`churn` has no version 7: pipec versions lists them"),
        (["churn", "--alias", "prod"], "`churn` has no alias `prod`: it has no aliases"),
        ([f"{ARN}x"], f"there is no pipeline `{ARN}x`"),
    ],
)
def test_what_is_not_there_is_said(
    deployed: Shop, command: Command, words: list[str], said: str
) -> None:
    assert deployed.spec.is_file()
    assert command.refused("start", *words) == f"pipec: {said}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["no.yaml"], "there is no such file, and no pipeline has such a name"),
        (["arn:aws:s3:::bucket"], "the ARN is not that of a pipeline or an execution"),
        ([f"{ARN}/execution/e1"], "that is an execution, not a pipeline"),
        ([ARN, "--region", "eu-west-1"], "--region eu-west-1: the ARN is of us-east-1"),
        (["churn", "--target", "prod"], "only a spec has targets"),
        (["churn", "--version", "1", "--alias", "a"], "give one of them"),
        (["churn", "--source", "e1"], "only steps that are chosen by --select need one"),
    ],
)
def test_wrong_use_is_told_before_anything_is_asked(
    aws: AwsStandIn, command: Command, words: list[str], said: str
) -> None:
    assert said in " ".join(command.refused("start", *words, status=2).split())
    assert {call.operation for call in aws.calls} <= {"GetCallerIdentity"}


def test_a_request_whose_answer_is_lost_starts_one_execution(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    aws.fail("lost", at="StartPipelineExecution")
    printed = command.ok("start", deployed.spec)
    assert "execution/e00000000001" in printed
    assert len(made(aws)) == 2
    assert len(command.json("list", "churn")["executions"]) == 1


def test_a_failure_of_aws_ends_with_3(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    aws.fail("denied", at="StartPipelineExecution")
    said = command.refused("start", deployed.spec, status=3)
    assert said.startswith("pipec: StartPipelineExecution: User: ")


def test_the_address_in_studio_is_told_when_there_is_one_domain(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    made_ = aws.client("sagemaker").create_domain(
        DomainName="d", AuthMode="IAM", DefaultUserSettings={}, SubnetIds=["subnet-1"], VpcId="v"
    )
    domain = made_["DomainArn"].rpartition("/")[2]
    assert command.json("start", deployed.spec)["studio"] == (
        f"https://studio-{domain}.studio.us-east-1.sagemaker.aws/pipelines/view/churn"
        "/executions/e00000000001/graph"
    )


def test_it_can_be_watched_at_once(deployed: Shop, aws: AwsStandIn, command: Command) -> None:
    aws.play_execution([[step("prepare", "Executing")], [step("prepare")]])
    done = command("start", deployed.spec, "--watch", "--format", "json")
    assert done.exit_code == 0, done.output
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["event"] for each in events] == ["start", "step", "execution", "step", "execution"]
    assert events[-1]["status"] == "Succeeded"


def test_github_is_told_of_what_is_watched_at_once(
    deployed: Shop, aws: AwsStandIn, command: Command
) -> None:
    aws.play_execution([[step("train", "Failed", FailureReason="why")]], status="Failed")
    done = command("start", deployed.spec, "--watch", "--format", "github")
    assert done.exit_code == 1
    assert done.stdout.startswith(f"started {ARN}/execution/")
    assert "::error file=pipelines/churn.yaml,line=22," in done.stdout
