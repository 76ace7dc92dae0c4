"""A pipeline with all that belongs to one, in two versions, and AWS to deploy it to."""

from collections.abc import Iterator
from pathlib import Path

import botocore.endpoint
import pytest

from compiler.cli import deploying
from compiler.compile import CompiledPipeline, compile_pipeline
from compiler.deploy.aws import Aws
from tests.aws.conftest import aws, aws_server
from tests.aws.stand_in import AwsStandIn

__all__ = ["aws", "aws_server"]

ROLE = "arn:aws:iam::123456789012:role/ml"
SPEC = """\
kind: Pipeline
name: churn
description: Tell who will leave.
parallelism: 4
tags: {{team: crm, stage: one}}
storage: s3://ml-bucket/pipec
parameters:
  epochs: {{type: integer, default: 1}}
schedule:
  nightly: {{cron: 0 6 ? * MON-FRI *, role: "{role}", parameters: {{epochs: 3}}}}
  weekly: {{rate: 7d, role: "{role}"}}
triggers:
  data: {{s3: s3://ml-bucket/raw/, role: "{role}"}}
  old: {{s3: s3://ml-bucket/old/, role: "{role}"}}
defaults:
  role: {role}
  image: 123456789012.dkr.ecr.us-east-1.amazonaws.com/jobs:1
  instance: ml.m5.large
  cache: 30d
steps:
  prepare:
    type: processing
    code: {{path: src/prepare, entry: prepare.py}}
    inputs: {{raw: s3://ml-bucket/raw/}}
    outputs: [train]
  train:
    type: training
    code: {{path: src/train, entry: train.py}}
    inputs: {{train: "${{{{ steps.prepare.outputs.train }}}}"}}
    hyperparameters: {{epochs: "${{{{ parameters.epochs }}}}", depth: 4}}
  register:
    type: register_model
    model: ${{{{ steps.train.model }}}}
    group: churn
"""


class Shop:
    """A project with the pipeline in it, which a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.spec = root / "pipelines" / "churn.yaml"
        self.write("pipec.yaml", "")
        self.write("pipelines/churn.yaml", SPEC.format(role=ROLE))
        self.write("src/prepare/prepare.py", "print('prepare')\n")
        self.write("src/prepare/rows.py", "ROWS = 10\n")
        self.write("src/train/train.py", "print('train')\n")

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def replace(self, old: str, new: str) -> None:
        text = self.spec.read_text()
        assert old in text, old
        self.spec.write_text(text.replace(old, new))

    def second_version(self) -> None:
        """Change, add and remove something of every kind."""
        self.write("src/train/train.py", "print('train better')\n")
        self.replace("Tell who will leave.", "Tell who will leave, and why.")
        self.replace("parallelism: 4", "parallelism: 8")
        self.replace("team: crm, stage: one", "team: crm2, owner: ann")
        self.replace("epochs: 3", "epochs: 5")
        self.replace("  weekly: {rate: 7d", "  monthly: {rate: 30d")
        self.replace("s3://ml-bucket/raw/, role", "s3://ml-bucket/new/, role")
        self.replace("  old: {", "  new: {")
        self.replace("depth: 4", "depth: 6")
        self.replace("group: churn", "group: churn-2")

    def compile(self) -> CompiledPipeline:
        compilation = compile_pipeline(self.spec)
        assert compilation.diagnostics == ()
        assert compilation.pipeline is not None
        return compilation.pipeline


@pytest.fixture
def shop(tmp_path: Path, aws: AwsStandIn) -> Shop:
    aws.client("s3").create_bucket(Bucket="ml-bucket")
    aws.clear_calls()
    return Shop(tmp_path)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try three times without waiting."""
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda _: None)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")


@pytest.fixture(autouse=True)
def _one_door(client: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands that run in this process use the door that is open."""
    monkeypatch.setattr(deploying, "Aws", lambda **_: client)


@pytest.fixture(scope="session")
def client(aws_server: AwsStandIn) -> Iterator[Aws]:
    """The door to AWS, kept for all tests: opening it reads botocore's models."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in aws_server.environment.items():
            patch.setenv(name, value)
        patch.setenv("AWS_MAX_ATTEMPTS", "3")
        patch.setattr("compiler.deploy.aws.READ_TIMEOUT", 0.4)
        opened = Aws()
        for service in ("sagemaker", "s3", "sts", "scheduler", "events"):
            opened.open(service)
        yield opened
        opened.close()
