"""What AWS says does nothing to a terminal or a comment that it is printed in."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from compiler.cli import pipec
from compiler.deploy.markdown import code
from tests.aws.stand_in import AwsStandIn
from tests.deploy.conftest import Shop

# Sets the title, clears the line in one character, and turns the text around.
NASTY = "a\x1b]0;b\x07\x9b2Kc\u202ed"
SPEC = "kind: Pipeline\nname: one\nsteps:\n  stop: {type: fail, message: x}\n"


def run(*arguments: str) -> str:
    done = CliRunner().invoke(pipec, list(arguments))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def is_harmless(printed: str) -> bool:
    return printed.replace("\n", "").isprintable()


@pytest.mark.parametrize("verb", ["plan", "drift", "upsert"])
@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_what_aws_says_is_escaped(
    shop: Shop, aws: AwsStandIn, monkeypatch: pytest.MonkeyPatch, verb: str, format_: str
) -> None:
    if format_ == "markdown" and verb != "plan":
        return
    monkeypatch.chdir(shop.root)
    run("upsert", "pipelines/churn.yaml")
    sagemaker = aws.client("sagemaker")
    described = sagemaker.describe_pipeline(PipelineName="churn")
    definition = json.loads(described["PipelineDefinition"])
    definition["Steps"][1]["Arguments"]["HyperParameters"][NASTY] = NASTY
    definition["Parameters"].append({"Name": NASTY, "Type": "String"})
    sagemaker.update_pipeline(
        PipelineName="churn",
        PipelineDefinition=json.dumps(definition),
        PipelineDescription=NASTY,
    )
    printed = run(verb, "pipelines/churn.yaml", "--format", format_)
    assert is_harmless(printed)
    if format_ == "json":
        assert verb == "upsert" or NASTY in str(json.loads(printed)) or "\\u202e" in printed
    else:
        assert "c\ufffdd" in printed


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_a_comparison_is_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format_: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("one.yaml").write_text(SPEC)
    arguments = {"ErrorMessage": NASTY, NASTY: NASTY}
    steps = [{"Name": "stop", "Type": "Fail", "Arguments": arguments}]
    Path("old.json").write_text(json.dumps({"Version": "2020-12-01", "Steps": steps}))
    printed = run("diff", "one.yaml", "--with", "old.json", "--format", format_)
    assert is_harmless(printed)
    assert "ErrorMessage" in printed


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("a", "`a`"),
        ("a`b", "`` a`b ``"),
        ("a``b` [x](y)", "``` a``b` [x](y) ```"),
        ("```", "```` ``` ````"),
        ("a|b", "`a\\|b`"),
        ("a\nb", "`a b`"),
        ("a\\|`_<b>@me", "<code>a&#92;&#124;&#96;&#95;&#60;b&#62;&#64;me</code>"),
    ],
)
def test_nothing_breaks_out_of_code(text: str, written: str) -> None:
    assert code(text) == written
    assert not re.search(r"(?<!\\)\|", written)
