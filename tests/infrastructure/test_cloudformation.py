"""Templates of CloudFormation: cfn-lint has nothing to say, and they say what the spec does."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.compile import CompiledPipeline
from compiler.infrastructure.cloudformation import cloudformation
from compiler.starts import rule_name, schedule_group
from tests.conftest import ROOT
from tests.infrastructure.cfn import complaints
from tests.infrastructure.specs import (
    DEMO,
    EVERYTHING,
    ROLE,
    SPECS,
    example_pipeline,
    examples,
    large_spec,
    name_of,
    pipeline_of,
)

GOLDEN = ROOT / "tests" / "golden" / "infrastructure"


def _template(pipeline: CompiledPipeline) -> dict[str, Any]:
    template = cloudformation(pipeline)
    assert isinstance(template, dict)
    return template


def _substituted(value: Any, parameters: dict[str, str]) -> str:
    """Do what `Fn::Sub` does."""
    if isinstance(value, str):
        return value
    text: str = value["Fn::Sub"]

    def replaced(match: re.Match[str]) -> str:
        name = match[1]
        return f"${{{name[1:]}}}" if name.startswith("!") else parameters[name]

    return re.sub(r"\$\{([^}]*)\}", replaced, text)


def _defaults(template: dict[str, Any]) -> dict[str, str]:
    return {name: each["Default"] for name, each in template.get("Parameters", {}).items()}


def _body(template: dict[str, Any], parameters: dict[str, str]) -> Any:
    definition = template["Resources"]["Pipeline"]["Properties"]["PipelineDefinition"]
    return json.loads(_substituted(definition["PipelineDefinitionBody"], parameters))


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_a_template_has_no_faults_and_gives_the_definition_by_default(spec: Path) -> None:
    pipeline = pipeline_of(spec)
    template = _template(pipeline)
    assert complaints(template) == []
    assert _body(template, _defaults(template)) == pipeline.definition


@pytest.mark.parametrize(("name", "text"), examples())
def test_the_template_of_an_example_has_no_faults(name: str, text: str, tmp_path: Path) -> None:
    pipeline = example_pipeline(text, tmp_path)
    template = _template(pipeline)
    assert complaints(template) == [], name
    assert _body(template, _defaults(template)) == pipeline.definition


def test_a_fault_is_found() -> None:
    template = _template(pipeline_of(DEMO))
    template["Resources"]["Pipeline"]["Properties"]["RoleArn"] = "nobody"
    template["Parameters"]["More"] = {"Type": "String"}
    assert {each[1:6] for each in complaints(template)} >= {"E1156", "W2001"}


def test_another_account_gets_its_own_roles_and_storage() -> None:
    template = _template(pipeline_of(EVERYTHING))
    roles = {name: f"arn:aws:iam::9:role/{name}" for name in _defaults(template) if "Role" in name}
    body = json.dumps(_body(template, roles | {"StorageBucket": "ml-prod", "StoragePrefix": "a/b"}))
    assert "arn:aws:iam::111122223333" not in body
    assert {name for name in roles if name in body} == {"RoleArn", "TrainRoleArn"}
    left = set(re.findall(r"s3://ml-dev[\w./-]*", body))
    assert left == {"s3://ml-dev/pipec-of-another/x"}
    assert '\\"s3://ml-prod/a/b/x\\"' in body
    assert '"s3://ml-prod/a/b"' in body


def test_parameters_are_what_is_left_open_and_nothing_else() -> None:
    defaults = _defaults(_template(pipeline_of(EVERYTHING)))
    assert defaults["RoleArn"] == "arn:aws:iam::111122223333:role/service-role/ml-pipeline"
    assert defaults["StorageBucket"] == "ml-dev"
    assert defaults["StoragePrefix"] == "pipec"
    assert defaults["NightlyScheduleScheduleExpression"] == "rate(1 day)"
    assert defaults["NightlyScheduleScheduleState"] == "DISABLED"
    assert defaults["ApprovedTriggerState"] == "DISABLED"
    assert defaults["CreateModelPackageGroups"] == "true"


def test_schedules_and_rules_are_called_as_they_are_when_they_are_deployed() -> None:
    pipeline = pipeline_of(EVERYTHING)
    resources = _template(pipeline)["Resources"].values()
    named: dict[str, list[str]] = {}
    for each in resources:
        named.setdefault(each["Type"], []).append(each["Properties"].get("Name"))
    assert named["AWS::Scheduler::ScheduleGroup"] == [schedule_group(pipeline.name)]
    assert named["AWS::Scheduler::Schedule"] == [name for name, _ in pipeline.spec.schedule]
    assert named["AWS::Events::Rule"] == [
        rule_name(pipeline.name, name) for name, _ in pipeline.spec.triggers
    ]


def test_a_large_definition_is_taken_from_s3(tmp_path: Path) -> None:
    pipeline = example_pipeline(large_spec(), tmp_path)
    template = _template(pipeline)
    assert complaints(template) == []
    place = template["Resources"]["Pipeline"]["Properties"]["PipelineDefinition"]
    location = place["PipelineDefinitionS3Location"]
    assert location["Bucket"] == {"Ref": "StorageBucket"}
    key = _substituted(location["Key"], _defaults(template))
    assert re.fullmatch(r"pipec/large/definitions/[0-9a-f]{64}\.json", key)
    assert set(_defaults(template)) == {"RoleArn", "StorageBucket", "StoragePrefix"}
    assert _defaults(template)["RoleArn"] == ROLE


@pytest.mark.parametrize("spec", [DEMO, EVERYTHING], ids=name_of)
def test_a_template_is_what_it_was(spec: Path, golden: Callable[[Path, str], None]) -> None:
    text = json.dumps(_template(pipeline_of(spec)), indent=2, ensure_ascii=False) + "\n"
    golden(GOLDEN / f"{spec.stem}.cloudformation.json", text)
