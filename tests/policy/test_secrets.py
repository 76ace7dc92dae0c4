"""No secret is printed, in whatever form diagnostics are printed, and whatever else is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.secrets.texts import form_of, is_secret
from tests.specs import JOB_DEFAULTS, Workshop

HORSE = "correct-horse-battery"
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
SPEC = f"""\
storage: s3://bucket/prefix
parameters:
  mode: {{type: string, default: a, enum: [a, {KEY}]}}
  unused: {{type: string, default: {HORSE}}}
vars:
  password: '{HORSE}'
{JOB_DEFAULTS}\
steps:
  train:
    type: training
    environment: {{DB_PASSWORD: "${{{{ vars.password }}}}", OTHER: {HORSE}}}
    request: {{Environment: {{API_KEY: {HORSE}}}, Unknown{KEY}: 1, RoleArn: {HORSE}}}
    hyperparameters:
      mode: ${{{{ parameters.mode }}}}
      pem: |
        -----BEGIN RSA PRIVATE KEY-----
        aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ
        -----END RSA PRIVATE KEY-----
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    workshop = Workshop(tmp_path)
    workshop.spec(SPEC)
    workshop.write("pipec.yaml", "policy: {secrets: true}\n")
    monkeypatch.chdir(tmp_path)
    return workshop


@pytest.mark.parametrize("verb", ["validate", "compile"])
@pytest.mark.parametrize("format_", ["text", "json", "sarif", "github"])
def test_no_secret_is_printed(project: Workshop, verb: str, format_: str) -> None:
    assert project.root.is_dir()
    done = CliRunner().invoke(pipec, [verb, "pipelines/spec.yaml", "--format", format_])
    assert done.exit_code == 1
    assert done.output.count("E589") >= 4
    assert done.output.count("E501")
    for secret in (HORSE, KEY, "aGVsbG8gd29ybGQgaGVsbG8gd29ybGQ"):
        assert secret not in done.output


@pytest.mark.parametrize("broken", ["{tpye: training", "{type: training, output: 3", "{type: fail"])
def test_a_step_that_is_broken_shows_no_secret(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = Workshop(tmp_path)
    step = f"{broken}, environment: {{PASSWORD: {HORSE}}}}}"
    workshop.spec(f"storage: s3://bucket/x\n{JOB_DEFAULTS}steps:\n  train: {step}\n")
    workshop.write("pipec.yaml", "policy: {secrets: true}\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(pipec, ["validate", "pipelines"])
    assert done.exit_code == 1
    assert "E589" not in done.output
    assert HORSE not in done.output


def test_one_that_is_ignored_is_not_printed_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workshop = Workshop(tmp_path)
    step = f"train: {{type: training, environment: {{PASSWORD: {HORSE}}}}}"
    comment = "# pipec: ignore[E589] of a test database"
    workshop.spec(f"storage: s3://bucket/x\n{JOB_DEFAULTS}steps:\n  {step}  {comment}\n")
    workshop.write("pipec.yaml", "policy: {secrets: true}\n")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(pipec, ["validate", "pipelines", "--format", "sarif"])
    assert done.exit_code == 0
    assert "of a test database" in done.output
    assert HORSE not in done.output


@pytest.mark.parametrize(
    "text",
    [
        KEY,
        "ASIA" + "IOSFODNN7EXAMPLE",
        "ghp_" + "a1" * 18,
        "hf_" + "aB" * 17,
        "sk-" + "a1" * 20,
        "xoxb-" + "1234567890-abc",
        "-----BEGIN " + "PRIVATE KEY-----",
        "eyJhbGciOiJI.eyJzdWIiOiIx".replace("eyJh", "eyJh" + "b" * 8) + "MjM0NTY3.c2ln",
        "use " + KEY + " for it",
    ],
)
def test_a_secret_is_told_by_its_form(text: str) -> None:
    assert form_of(text) is not None


@pytest.mark.parametrize(
    "text", ["", "ask-the-oracle", "hf_model", "s3://bucket/a@b", "https://host/a:b@c", "sk-learn"]
)
def test_other_texts_have_no_such_form(text: str) -> None:
    assert form_of(text) is None


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DB_PASSWORD", "hunter2", True),
        ("dbPassword", "hunter2", True),
        ("dbpassword", "hunter2", True),
        ("API_KEY", "12345", True),
        ("--client-secret", "abc", True),
        ("HF_TOKEN", "abcdefghij", True),
        ("HF_TOKEN", "short", False),
        ("eos_token", "endoftext12", False),
        ("max_tokens", "512", False),
        ("tokenizer", "bert-base-uncased", False),
        ("password_file", "secrets.txt", False),
        ("PASSWORD", "", False),
        ("PASSWORD", "$FROM_STORE", False),
        ("PASSWORD", "arn:aws:secretsmanager:x", False),
        ("PASSWORD", "/team/db/password", False),
        ("PASSWORD", "<your password>", False),
        ("primary_key", "id", False),
        ("keyboard", "qwertyuiop", False),
    ],
)
def test_a_secret_is_told_by_its_name(name: str, value: str, expected: bool) -> None:
    assert is_secret(name, value) is expected
