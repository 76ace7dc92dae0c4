"""The stand-in for AWS: one server for all tests, emptied before each."""

import time
from collections.abc import Iterator
from types import SimpleNamespace

import botocore.endpoint
import pytest

from tests.aws.stand_in import AwsStandIn

NOT_SET = (
    "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_REGION",
    "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE",
)  # fmt: skip


@pytest.fixture(scope="session")
def aws_server() -> Iterator[AwsStandIn]:
    with AwsStandIn() as server:
        yield server


@pytest.fixture
def aws(aws_server: AwsStandIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[AwsStandIn]:
    """AWS without anything in it, to which the environment points."""
    aws_server.reset()
    for name in NOT_SET:
        monkeypatch.delenv(name, raising=False)
    for name, value in aws_server.environment.items():
        monkeypatch.setenv(name, value)
    yield aws_server
    assert not aws_server.mistakes, "\n".join(aws_server.mistakes)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let botocore retry at once; nobody else's sleep is changed."""
    clock = SimpleNamespace(sleep=lambda _: None, time=time.time)
    monkeypatch.setattr(botocore.endpoint, "time", clock)
