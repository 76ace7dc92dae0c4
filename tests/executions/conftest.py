"""A pipeline that is deployed, a command line, and a clock that nobody waits for."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.endpoint
import pytest
from click.testing import CliRunner, Result

from compiler.cli import pipec
from compiler.definition import definition_line
from compiler.operate.clock import Clock
from tests.aws.conftest import aws, aws_server
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import ROLE, Shop, client

__all__ = ["aws", "aws_server", "client"]

ARN = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/churn"
SPEC = """\
kind: Pipeline
name: churn
storage: s3://ml-bucket/pipec
parameters:
  epochs: {type: integer, default: 1}
  rate: {type: float, default: 0.1}
  stage: {type: string, enum: [one, two], default: one}
schedule:
  nightly: {cron: 0 6 ? * MON-FRI *, role: "arn:aws:iam::123456789012:role/ml"}
triggers:
  data: {s3: s3://ml-bucket/raw/, role: "arn:aws:iam::123456789012:role/ml"}
defaults:
  role: arn:aws:iam::123456789012:role/ml
  image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
  instance: ml.m5.large
steps:
  prepare:
    type: processing
    code: {path: src/prepare, entry: prepare.py}
    inputs: {raw: s3://ml-bucket/raw/}
    outputs: [train, test]
  train:
    type: training
    code: {path: src/train, entry: train.py}
    inputs: {train: "${{ steps.prepare.outputs.train }}"}
    hyperparameters: {epochs: "${{ parameters.epochs }}", rate: "${{ parameters.rate }}"}
  evaluate:
    type: processing
    code: {path: src/prepare, entry: prepare.py}
    inputs: {model: "${{ steps.train.model }}", test: "${{ steps.prepare.outputs.test }}"}
    outputs: {report: {files: {scores: scores.json}}}
  good_enough:
    type: condition
    if: ${{ steps.evaluate.files.scores.f1 >= 0.8 and parameters.stage == 'one' }}
    then: register
    else: too_bad
  register: {type: register_model, model: "${{ steps.train.model }}", group: churn}
  too_bad: {type: fail, message: too bad}
"""


class Command:
    """Runs `pipec` in this process, with a clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0
        self.slept: list[float] = []
        self.while_asleep: Callable[[], object] = lambda: None

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.while_asleep()

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, sleep=self._sleep)

    def __call__(self, *arguments: str | Path, typed: str | None = None) -> Result:
        words = [str(each) for each in arguments]
        done = CliRunner().invoke(pipec, words, obj=self.clock, input=typed)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        return done

    def ok(self, *arguments: str | Path) -> str:
        """Return what a command prints that succeeds and says nothing on the error stream."""
        done = self(*arguments)
        assert (done.exit_code, done.stderr) == (0, ""), done.output
        return done.stdout

    def json(self, *arguments: str | Path) -> Any:
        """Return the document that a command prints."""
        done = self(*arguments, "--format", "json")
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    def refused(self, *arguments: str | Path, status: int = 1) -> str:
        """Return what a command says that is not done."""
        done = self(*arguments)
        assert (done.exit_code, done.stdout) == (status, ""), done.output
        return done.stderr


@pytest.fixture(scope="session", autouse=True)
def _one_session(aws_server: AwsStandIn) -> Iterator[None]:
    """Let all commands share what botocore has read: its model of SageMaker takes half a second."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_server.environment.items():
            patch.setenv(name, value)
        patch.setattr(boto3, "Session", cache(boto3.Session))
        yield


@pytest.fixture(autouse=True)
def _quick(aws: AwsStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Try three times without waiting; after `aws`, which clears what the environment says."""
    assert aws.url
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")


@pytest.fixture
def command() -> Command:
    return Command()


@pytest.fixture
def shop(tmp_path: Path, aws: AwsStandIn, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A project in the current folder, and AWS with a bucket."""
    aws.client("s3").create_bucket(Bucket="ml-bucket")
    made = Shop(tmp_path)
    made.write("pipelines/churn.yaml", SPEC)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def deployed(shop: Shop, aws: AwsStandIn) -> Shop:
    """The same, with the pipeline in AWS, and nothing around it."""
    text = definition_line(shop.compile().definition)
    aws.client("sagemaker").create_pipeline(
        PipelineName="churn", PipelineDefinition=text, RoleArn=ROLE
    )
    aws.clear_calls()
    return shop


@pytest.fixture
def upserted(shop: Shop, aws: AwsStandIn, command: Command) -> Shop:
    """The same, with all that an upsert makes."""
    command.ok("upsert", shop.spec)
    aws.clear_calls()
    return shop


def made(aws: AwsStandIn) -> list[str]:
    """Return the calls that write, with what they are about."""
    return [f"{call.service}:{call.operation} {call.resource}" for call in aws.writes]


def started(aws: AwsStandIn) -> dict[str, Any]:
    """Return the request of the one execution that was started."""
    (call,) = [call for call in aws.changes if call.operation == "StartPipelineExecution"]
    return call.request
