"""What someone has made of a deployment by hand: drift tells it, and an upsert gets over it."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.deploy import objects
from compiler.deploy.aws import Aws, AwsError
from compiler.deploy.deployed import read_deployed
from compiler.deploy.deployment import Deployment, wanted
from compiler.deploy.drift import drift
from compiler.deploy.record import read_record, record_place
from tests.aws.refusals import RefusedError
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import ROLE, Shop
from tests.deploy.disturbed import deploy

ELSEWHERE = {"Arn": "arn:aws:lambda:us-east-1:123456789012:function:f", "RoleArn": ROLE}
RECORD = "pipec/churn/deployed/123456789012.us-east-1.json"


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(pipec, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


def definition(**arguments: Any) -> Deployment:
    step = {"Name": "a", "Type": "Training", "Arguments": arguments}
    return Deployment(definition={"Steps": [step]}, role=None)


@pytest.mark.parametrize(
    ("recorded", "deployed", "wanted_now"),
    [
        ({"A": ["a", "b"]}, {"A": ["a", "HACK"]}, {"A": ["a", "b", "c"]}),
        ({"V": {"S": ["s1"]}}, {"V": {"S": ["EVIL"]}}, {}),
        ({}, {"V": {"S": ["EVIL"]}}, {"V": {"S": ["s1"]}}),
    ],
)
def test_drift_is_told_also_where_the_spec_has_changed(
    recorded: dict[str, Any], deployed: dict[str, Any], wanted_now: dict[str, Any]
) -> None:
    old, there, new = (definition(**each) for each in (recorded, deployed, wanted_now))
    (change,) = drift(old, there, new, "x")
    assert change.name == "a"


def test_what_was_changed_to_what_the_spec_says_is_no_drift() -> None:
    new = definition(A={"x": 2})
    assert list(drift(definition(A={"x": 1}), new, new, "x")) == []


def test_a_schedule_that_starts_something_else_is_set_right(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    deploy(client, shop.compile())
    scheduler = aws.client("scheduler")
    own = {"GroupName": "pipec.churn", "FlexibleTimeWindow": {"Mode": "OFF"}}
    scheduler.update_schedule(
        Name="weekly", ScheduleExpression="rate(7 days)", Target=ELSEWHERE, **own
    )
    scheduler.create_schedule(
        Name="other", ScheduleExpression="rate(1 day)", Target=ELSEWHERE, **own
    )
    status, printed = run("drift", str(shop.spec))
    assert status == 4
    assert "~ schedule weekly" in printed
    assert "other" not in printed
    assert run("upsert", str(shop.spec))[0] == 0
    assert run("drift", str(shop.spec))[0] == 0
    assert scheduler.get_schedule(GroupName="pipec.churn", Name="other")["Target"] == {
        **ELSEWHERE,
        "RetryPolicy": {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185},
    }


def test_a_rule_that_starts_other_things_too_stays_without_our_target(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    deploy(client, shop.compile())
    events = aws.client("events")
    events.put_targets(Rule="pipec.churn.old", Targets=[{"Id": "f", "Arn": ELSEWHERE["Arn"]}])
    shop.second_version()
    status, printed = run("upsert", str(shop.spec))
    assert status == 0, printed
    assert "note: the rule of old has targets of others too, which stay" in printed
    targets = events.list_targets_by_rule(Rule="pipec.churn.old")["Targets"]
    assert [target["Id"] for target in targets] == ["f"]
    assert run("plan", str(shop.spec), "--detailed-exitcode")[0] == 0


def test_what_started_a_pipeline_that_was_deleted_goes_if_the_spec_has_it_no_more(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    deploy(client, shop.compile())
    aws.client("sagemaker").delete_pipeline(PipelineName="churn", ClientRequestToken="x" * 32)
    shop.second_version()
    status, printed = run("upsert", str(shop.spec))
    assert status == 0, printed
    assert "- trigger old" in printed
    assert read_deployed(client, "churn").deployment == wanted(shop.compile())
    assert run("plan", str(shop.spec), "--detailed-exitcode")[0] == 0


def test_an_upload_that_another_one_meets_is_tried_again(
    shop: Shop, aws: AwsStandIn, client: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "CONFLICT_SECONDS", 0.0)
    conflict = RefusedError("ConditionalRequestConflict", "try again", 409)
    aws.fail(conflict, at="s3:PutObject", times=2)
    deploy(client, shop.compile())
    listed = aws.client("s3").list_objects_v2(Bucket="ml-bucket", Prefix="pipec/churn/code/")
    assert listed["KeyCount"] == 3


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        "[]",
        json.dumps({"version": 1, "claim": {"by": "x", "since": 1.0, "until": "soon"}}),
        json.dumps({"version": 1, "deployment": {"tags": None}}),
        json.dumps({"version": 1, "deployment": {"definition": 1, "tags": None}}),
    ],
)
def test_a_record_that_can_not_be_understood_counts_as_none(
    shop: Shop, aws: AwsStandIn, client: Aws, content: str
) -> None:
    aws.client("s3").put_object(Bucket="ml-bucket", Key=RECORD, Body=content.encode())
    assert run("plan", str(shop.spec))[0] == 0
    deploy(client, shop.compile())
    place = record_place("s3://ml-bucket/pipec", "churn", client.account, client.home)
    assert read_record(client, place).deployment == wanted(shop.compile())


def test_a_record_of_a_newer_version_is_left_alone(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    body = json.dumps({"version": 2}).encode()
    aws.client("s3").put_object(Bucket="ml-bucket", Key=RECORD, Body=body)
    aws.clear_calls()
    status, printed = run("upsert", str(shop.spec))
    assert (status, aws.writes) == (3, [])
    assert "is the record of a newer pipec" in printed
    with pytest.raises(AwsError):
        read_record(
            client, record_place("s3://ml-bucket/pipec", "churn", "123456789012", "us-east-1")
        )


def test_tags_of_which_some_were_denied_are_not_taken_for_done(
    shop: Shop, aws: AwsStandIn, client: Aws
) -> None:
    deploy(client, shop.compile())
    shop.second_version()
    aws.fail("denied", at="AddTags", times=1)
    status, printed = run("upsert", str(shop.spec))
    assert status == 3, printed
    assert "AddTags" in printed
    assert run("upsert", str(shop.spec))[0] == 0
