"""What plan, upsert and drift print, from the first version to changes behind our back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.deploy import record
from tests.aws.stand_in import AwsStandIn
from tests.conftest import ROOT
from tests.deploy.conftest import Shop

GOLDEN = ROOT / "tests" / "golden" / "deploy"


class _FixedTime:
    """A clock that stands still."""

    @staticmethod
    def now(_: object) -> "_FixedTime":
        return _FixedTime()

    @staticmethod
    def isoformat(**_: str) -> str:
        return "2026-11-24T06:00:00+00:00"


def _session(shop: Shop, *commands: str) -> str:
    printed = ""
    for command in commands:
        done = CliRunner().invoke(pipec, command.split()[1:])
        assert done.exception is None or isinstance(done.exception, SystemExit)
        printed += f"$ {command}\n{done.output}"
        printed += f"exit status {done.exit_code}\n\n" if done.exit_code else "\n"
    return printed.replace(str(shop.root), ".").rstrip("\n") + "\n"


@pytest.fixture(autouse=True)
def _here(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shop.root)
    monkeypatch.setattr(record, "datetime", _FixedTime)


def test_the_first_upsert(shop: Shop, golden: Callable[[Path, str], None]) -> None:
    commands = ("pipec plan pipelines/churn.yaml", "pipec upsert pipelines/churn.yaml")
    again = ("pipec upsert pipelines/churn.yaml",)
    golden(GOLDEN / "first.txt", _session(shop, *commands, *again))


def test_a_change(shop: Shop, golden: Callable[[Path, str], None]) -> None:
    _session(shop, "pipec upsert pipelines/churn.yaml")
    shop.second_version()
    commands = (
        "pipec plan pipelines/churn.yaml --detailed-exitcode",
        "pipec plan pipelines/churn.yaml --format markdown",
        "pipec plan pipelines/churn.yaml --format json",
        "pipec upsert pipelines/churn.yaml",
        "pipec plan pipelines/churn.yaml --detailed-exitcode",
    )
    golden(GOLDEN / "change.txt", _session(shop, *commands))


def test_drift(shop: Shop, aws: AwsStandIn, golden: Callable[[Path, str], None]) -> None:
    _session(shop, "pipec upsert pipelines/churn.yaml")
    before = _session(shop, "pipec drift pipelines/churn.yaml")
    s3 = aws.client("s3")
    (code, *_) = s3.list_objects_v2(Bucket="ml-bucket", Prefix="pipec/churn/code/")["Contents"]
    s3.delete_object(Bucket="ml-bucket", Key=code["Key"])
    sagemaker = aws.client("sagemaker")
    described = sagemaker.describe_pipeline(PipelineName="churn")
    definition = json.loads(described["PipelineDefinition"])
    train = definition["Steps"][1]["Arguments"]
    train["HyperParameters"]["depth"] = "9"
    train["Environment"] = {"DB_PASSWORD": "hunter2hunter2"}
    del definition["Steps"][2]
    sagemaker.update_pipeline(
        PipelineName="churn",
        PipelineDefinition=json.dumps(definition),
        PipelineDescription="Someone's",
    )
    sagemaker.add_tags(
        ResourceArn=described["PipelineArn"], Tags=[{"Key": "owner", "Value": "someone"}]
    )
    aws.client("scheduler").delete_schedule(Name="weekly", GroupName="pipec.churn")
    after = _session(
        shop,
        "pipec drift pipelines/churn.yaml",
        "pipec drift pipelines/churn.yaml --format json",
        "pipec plan pipelines/churn.yaml",
        "pipec upsert pipelines/churn.yaml",
        "pipec drift pipelines/churn.yaml",
    )
    assert "hunter2" not in after
    golden(GOLDEN / "drift.txt", before + "\n" + after)


def test_a_pipeline_that_was_deleted(
    shop: Shop, aws: AwsStandIn, golden: Callable[[Path, str], None]
) -> None:
    first = _session(shop, "pipec drift pipelines/churn.yaml", "pipec upsert pipelines/churn.yaml")
    aws.client("sagemaker").delete_pipeline(PipelineName="churn", ClientRequestToken="x" * 32)
    then = _session(shop, "pipec drift pipelines/churn.yaml", "pipec upsert pipelines/churn.yaml")
    golden(GOLDEN / "deleted.txt", first + "\n" + then)


def test_without_storage_there_is_no_record(
    shop: Shop, golden: Callable[[Path, str], None]
) -> None:
    shop.spec.write_text(
        "kind: Pipeline\nname: plain\nrole: arn:aws:iam::999999999999:role/r\nsteps:\n"
        "  stop: {type: fail, message: stopped}\n"
    )
    commands = (
        "pipec drift pipelines/churn.yaml",
        "pipec upsert pipelines/churn.yaml",
        "pipec drift pipelines/churn.yaml",
    )
    golden(GOLDEN / "no_storage.txt", _session(shop, *commands))
