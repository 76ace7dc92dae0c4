"""Of two upserts at once one wins, and the other says so."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from compiler.compile import CompiledPipeline
from compiler.deploy import record
from compiler.deploy.aws import Aws
from compiler.deploy.deployed import read_deployed
from compiler.deploy.deployment import wanted
from compiler.deploy.planning import make_plan
from compiler.deploy.record import claim, read_record, record_place
from compiler.deploy.upsert import MovedError, TakenOverError, upsert
from compiler.deploy.world import read_world
from tests.aws.stand_in import AwsStandIn
from tests.conftest import ROOT
from tests.deploy.conftest import Shop
from tests.deploy.disturbed import deploy


def run(spec: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "compiler", "upsert", str(spec), *options],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.parametrize("is_new", [True, False], ids=["of a new pipeline", "of one that is there"])
def test_of_two_processes_one_wins(shop: Shop, client: Aws, aws: AwsStandIn, is_new: bool) -> None:
    if not is_new:
        deploy(client, shop.compile())
    shop.second_version()
    other = Shop(shop.root / "other")
    other.second_version()
    other.replace("depth: 6", "depth: 7")
    # Both have planned when either begins to write.
    meeting = aws.meet("s3:PutObject")
    processes = [run(shop.spec), run(other.spec)]
    ended = [(process, *process.communicate(timeout=60)) for process in processes]
    assert meeting.met
    assert sorted(process.returncode for process, _, _ in ended) == [0, 1]
    winner, loser = sorted(ended, key=lambda each: each[0].returncode)
    assert "churn is left as it is: " in loser[2]
    assert "another upsert of this pipeline has begun since the plan; plan again" in loser[2]
    assert f"churn: {'created' if is_new else 'updated'}" in winner[1]
    deployed = read_deployed(client, "churn")
    won = shop if winner[0] is processes[0] else other
    assert deployed.deployment == wanted(won.compile())


def test_a_change_by_hand_after_the_plan_is_not_overwritten(
    shop: Shop, client: Aws, aws: AwsStandIn
) -> None:
    deploy(client, shop.compile())
    shop.second_version()
    pipeline = shop.compile()
    world = read_world(client, pipeline)
    plan = make_plan(pipeline, world, "churn.yaml")
    sagemaker = aws.client("sagemaker")
    sagemaker.update_pipeline(PipelineName="churn", PipelineDescription="by hand")
    with pytest.raises(MovedError, match="what is deployed has changed since the plan"):
        upsert(client, pipeline, world, plan, lambda _: None)
    assert sagemaker.describe_pipeline(PipelineName="churn")["PipelineDescription"] == "by hand"
    found = read_record(client, record_place("s3://ml-bucket/pipec", "churn", *_home(client)))
    assert found.claim is None


def test_an_upsert_waits_for_one_that_is_at_work(
    shop: Shop, client: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline = shop.compile()
    deploy(client, pipeline)
    monkeypatch.setattr(record, "LEASE_SECONDS", 3.0)
    place = record_place("s3://ml-bucket/pipec", "churn", *_home(client))
    claim(client, read_record(client, place))
    shop.second_version()
    started = time.monotonic()
    process = run(shop.spec)
    printed, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert "churn: waiting for an upsert that arn:aws:sts::123456789012:" in told
    assert "churn: updated" in printed
    assert time.monotonic() - started > 1.5


def test_an_upsert_that_takes_too_long_is_told_that_another_has_taken_over(
    shop: Shop, client: Aws, aws: AwsStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "LEASE_SECONDS", 0.0)
    first = shop.compile()
    deploy(client, first)
    shop.second_version()
    second = shop.compile()
    world = read_world(client, second)
    plan = make_plan(second, world, "churn.yaml")

    def take_over(_: object) -> None:
        place = record_place("s3://ml-bucket/pipec", "churn", *_home(client))
        claim(client, read_record(client, place))

    aws.before("CreateModelPackageGroup", take_over)
    with pytest.raises(TakenOverError):
        upsert(client, second, world, plan, lambda _: None)
    assert read_deployed(client, "churn").deployment == wanted(first)


def test_many_at_once_leave_one_whole(shop: Shop, client: Aws) -> None:
    versions: list[CompiledPipeline] = []
    for depth in range(4, 9):
        shop.spec.write_text(
            shop.spec.read_text().replace(f"depth: {depth}", f"depth: {depth + 1}")
        )
        versions.append(shop.compile())
    refused: list[str] = []

    def one(pipeline: CompiledPipeline) -> None:
        try:
            deploy(client, pipeline)
        except MovedError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=one, args=(each,)) for each in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deployed = read_deployed(client, "churn")
    assert json.dumps(deployed.deployment.definition) in [
        json.dumps(each.definition) for each in versions
    ]
    assert len(refused) < len(versions)


def _home(client: Aws) -> tuple[str, str]:
    return client.account, client.home
