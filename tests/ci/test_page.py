"""The page about CI says what its files say."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import yaml

from tests.conftest import ROOT

PAGE = ROOT / "docs" / "ci.md"
INPUTS = re.compile(r"<!-- inputs -->\n.*?<!-- end -->", re.DOTALL)


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_table_of_inputs_is_current(golden: Callable[[Path, str], None]) -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    rows = ["| input | default | meaning |", "|---|---|---|"]
    for name, each in action["inputs"].items():
        default = f"`{each['default']}`" if each["default"] else ""
        rows.append(f"| `{name}` | {default} | {each['description']} |")
    rows += ["", "| output | meaning |", "|---|---|"]
    rows += [f"| `{name}` | {each['description']} |" for name, each in action["outputs"].items()]
    table = "\n".join(["<!-- inputs -->", *rows, "<!-- end -->"])
    golden(PAGE, INPUTS.sub(lambda _: table, PAGE.read_text("utf-8")))


def test_the_step_for_github_is_that_of_the_example() -> None:
    step = yaml.safe_load(_blocks("yaml")[0])[0]
    workflow = yaml.safe_load((ROOT / "ci" / "github" / "pipec.yml").read_text("utf-8"))
    assert step == workflow["jobs"]["pipec"]["steps"][-1]


def test_what_is_included_in_gitlab_has_the_inputs_that_are_given() -> None:
    given = yaml.safe_load(_blocks("yaml")[1])["include"][0]
    head = (ROOT / given["file"].lstrip("/")).read_text("utf-8").partition("\n---\n")[0]
    assert set(given["inputs"]) <= set(yaml.safe_load(head)["spec"]["inputs"])


def test_the_hooks_for_pre_commit_are_there() -> None:
    named = [each["id"] for each in yaml.safe_load(_blocks("yaml")[2])["repos"][0]["hooks"]]
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert named == [each["id"] for each in hooks]


def test_a_trust_policy_says_whose_token_it_takes() -> None:
    github, gitlab, planning = map(json.loads, _blocks("json"))
    for policy in (github, gitlab):
        (statement,) = policy["Statement"]
        provider = statement["Principal"]["Federated"].partition("oidc-provider/")[2]
        assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
        assert set(statement["Condition"]) == {"StringEquals"}
        assert set(statement["Condition"]["StringEquals"]) == {f"{provider}:aud", f"{provider}:sub"}
    (like,) = planning["StringLike"].values()
    assert like.partition("*")[0] == "project_path:team/shop:ref_type:branch:ref:"
