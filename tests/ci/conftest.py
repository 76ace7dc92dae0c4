"""A shop's repository, its machine with `pipec` on the path, AWS and a forge."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.aws.conftest import aws, aws_server
from tests.aws.stand_in import REGION, AwsStandIn
from tests.ci.forge import Forge
from tests.conftest import ROOT
from tests.deploy.conftest import Shop

__all__ = ["aws", "aws_server"]

TEST = """\
tests:
  a model is registered:
    expect: {status: succeeded, runs: [prepare, train, register]}
"""
# What a machine of CI has on its path after `pip install pipec[aws]`, which is only written down.
PROGRAMS = {
    "pipec": """\
echo "pipec $*" >> "$CALLS"
PYTHONPATH={root} exec {python} -P -m compiler "$@"
""",
    "pipec-ci": 'exec {root}/ci/pipec-ci "$@"\n',
    "pipec-comment": 'exec {python} {root}/ci/sticky_comment.py "$@"\n',
    "python": """\
case " $* " in *" -m pip install "*) echo "$*" >> "$CALLS"; exit;; esac
exec {python} "$@"
""",
    "python3": 'exec {python} "$@"\n',
}


class Repository(Shop):
    """The shop in git, with a test of its pipeline."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.write("pipelines/churn.test.yaml", TEST)
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit()

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.com")
        command = ["git", *who, *arguments]
        done = subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def commit(self) -> str:
        """Commit all there is; return the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=Change the shop")
        return self.git("rev-parse", "HEAD")

    def commit_if_changed(self) -> str:
        """Commit what there is, if it is not committed; return the commit."""
        return self.commit() if self.git("status", "--short") else self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, aws: AwsStandIn) -> Repository:
    aws.client("s3").create_bucket(Bucket="ml-bucket")
    aws.clear_calls()
    root = tmp_path / "shop"
    root.mkdir()
    return Repository(root)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("programs")
    for name, text in PROGRAMS.items():
        path = folder / name
        path.write_text("#!/bin/sh\n" + text.format(root=ROOT, python=sys.executable))
        path.chmod(0o755)
    return folder


@pytest.fixture
def machine(programs: Path, tmp_path: Path, aws: AwsStandIn) -> dict[str, str]:
    """The environment of a job: no credentials, and AWS is the stand-in."""
    kept = ("AWS_ENDPOINT_URL", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")
    return {
        "PATH": f"{programs}{os.pathsep}{os.defpath}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "CI": "true",
        "CALLS": str(tmp_path / "calls"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
        **{name: aws.environment[name] for name in kept},
    }


@pytest.fixture
def forge() -> Iterator[Forge]:
    with Forge() as server:
        yield server


def calls(machine: dict[str, str]) -> list[str]:
    """Return the commands that were called, and forget them."""
    path = Path(machine["CALLS"])
    lines = path.read_text().splitlines() if path.is_file() else []
    path.unlink(missing_ok=True)
    return lines


def role_credentials(aws: AwsStandIn, role: str, token: str) -> dict[str, str]:
    """Assume a role with a token, as the action of AWS does, and return what it exports."""
    answer = aws.client("sts").assume_role_with_web_identity(
        RoleArn=role, RoleSessionName="job", WebIdentityToken=token
    )
    given = answer["Credentials"]
    return {
        "AWS_ACCESS_KEY_ID": given["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": given["SecretAccessKey"],
        "AWS_SESSION_TOKEN": given["SessionToken"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
    }
