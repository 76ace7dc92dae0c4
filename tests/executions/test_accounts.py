"""An ARN of another account never leads to what the caller's own account has."""

from dataclasses import replace

import pytest

from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.executions.conftest import ARN, Command

OTHER = ARN.replace("123456789012", "999988887777")
SAID = (
    "pipec: the pipeline is of account `999988887777`, the credentials are of `123456789012`: {}\n"
)


@pytest.mark.usefixtures("upserted")
@pytest.mark.parametrize(
    "words",
    [
        ["delete", "--yes"],
        ["delete", "--yes", "--stop", "--artifacts"],
        ["promote", "--alias", "prod"],
        ["rollback", "--yes"],
        ["rollback", "--alias", "prod"],
        ["start"],
        ["stop"],
        ["retry"],
    ],
)
def test_nothing_is_changed_by_an_arn_of_another_account(
    aws: AwsStandIn, command: Command, words: list[str]
) -> None:
    verb, *options = words
    assert command.refused(verb, OTHER, *options) == SAID.format(OTHER)
    assert aws.writes == []
    assert [call.service for call in aws.calls] == ["sts"]


@pytest.mark.usefixtures("upserted")
@pytest.mark.parametrize("verb", ["stop", "retry"])
def test_no_execution_of_another_account_or_pipeline_is_changed(
    aws: AwsStandIn, command: Command, verb: str
) -> None:
    for pipeline in (OTHER, f"{ARN}2"):
        execution = f"{pipeline}/execution/e1"
        said = command.refused(verb, "churn", "--execution", execution)
        assert said == f"pipec: `{execution}` is no execution of `churn`\n"
    execution = f"{OTHER}/execution/e1"
    assert command.refused(verb, execution) == SAID.format(execution)
    assert aws.writes == []


@pytest.mark.usefixtures("upserted")
def test_a_pipeline_that_another_account_shares_is_read(aws: AwsStandIn, command: Command) -> None:
    aws.world.keep(replace(aws.world.pipelines[ARN], arn=OTHER))
    assert len(command.json("versions", OTHER)["versions"]) == 1
    assert command.ok("list", OTHER) == "no executions\n"
    assert "has no execution yet" in command.refused("status", OTHER)
    assert "has no execution yet" in command.refused("watch", OTHER)


def test_an_arn_of_a_pipeline_that_is_gone_is_the_one_that_was_given(
    upserted: Shop, aws: AwsStandIn, command: Command
) -> None:
    aws.client("sagemaker").delete_pipeline(PipelineName="churn")
    record = command.json("delete", ARN, "--yes")
    assert (record["arn"], record["exists"], record["schedules"]) == (ARN, False, ["nightly"])
    assert upserted.spec.is_file()
