"""Odd settings, several specs at once, and endings: told in a line, with the right status."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import deploying, pipec
from compiler.deploy.aws import Aws
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop
from tests.specs import Workshop


def run(*arguments: str | Path) -> tuple[int, str, str]:
    done = CliRunner().invoke(pipec, [str(each) for each in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.stdout, done.stderr


def second(shop: Shop, name: str) -> Path:
    path = shop.root / "pipelines" / "second.yaml"
    path.write_text(shop.spec.read_text().replace("name: churn", f"name: {name}"))
    return path


@pytest.mark.parametrize("verb", ["plan", "upsert"])
def test_two_specs_of_one_pipeline_are_refused(shop: Shop, aws: AwsStandIn, verb: str) -> None:
    status, _, told = run(verb, shop.spec, second(shop, "churn"))
    assert status == 1
    assert "E612" in told
    assert aws.writes == []


def test_what_was_done_before_a_failure_is_told(shop: Shop, aws: AwsStandIn) -> None:
    aws.fail("denied", at=lambda call: call.request.get("PipelineName") == "later", times=None)
    specs = (shop.spec, second(shop, "later"))
    status, printed, told = run("upsert", *specs, "--format", "json")
    assert status == 3
    content = json.loads(printed)
    assert [each["status"] for each in content["pipelines"]] == ["created"]
    assert content["failure"].startswith("later: DescribePipeline: ")
    assert "another `pipec upsert` does the rest" in told


def test_an_interrupted_upsert_says_how_to_go_on(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("compiler.deploy.upsert._made", interrupted)
    status, _, told = run("upsert", shop.spec)
    assert status == 130
    assert told == "pipec: churn: interrupted; another `pipec upsert` does the rest\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AWS_ENDPOINT_URL", "nonsense", "pipec: Invalid endpoint: nonsense"),
        ("AWS_MAX_ATTEMPTS", "x", "pipec: AWS_MAX_ATTEMPTS is `x`, expected a number from 1"),
        ("AWS_DEFAULT_REGION", "", "pipec: no region: "),
        ("AWS_PROFILE", "nope", "pipec: The config profile (nope) could not be found"),
    ],
)
def test_odd_settings_are_told_in_a_line(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setattr(deploying, "Aws", Aws)
    monkeypatch.setenv(name, value)
    status, _, told = run("plan", shop.spec)
    assert status == 3
    assert told.startswith(said)
    assert told.count("\n") == 1


def test_a_tag_without_a_value_is_given_to_those_that_take_it(shop: Shop, aws: AwsStandIn) -> None:
    shop.replace("stage: one", 'stage: ""')
    status, _, told = run("upsert", shop.spec)
    assert status == 0, told
    (group,) = [call for call in aws.writes if call.operation == "CreateScheduleGroup"]
    assert group.request["Tags"] == [{"Key": "team", "Value": "crm"}]


def test_a_start_with_an_empty_parameter_is_a_mistake(tmp_path: Path) -> None:
    found = Workshop(tmp_path).messages(
        "parameters:\n  a: {type: string, default: x}\n"
        'schedule:\n  often: {rate: 1h, parameters: {a: ""}}\n'
        "steps:\n  stop: {type: fail, message: '${{ parameters.a }}'}\n"
    )
    assert found == ["E204 4:37 `a` is empty, and EventBridge gives no parameter an empty value"]


def test_a_plan_file_of_any_depth_is_read(shop: Shop) -> None:
    path = shop.root / "plan.json"
    path.write_text("[" * 100_000)
    status, _, told = run("upsert", shop.spec, "--plan", path)
    assert status == 2
    assert "it is no JSON" in told
