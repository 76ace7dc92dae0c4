"""Configurations of Terraform: the provider knows each argument, each reference leads somewhere.

There is no Terraform here to ask, so its reading of templates and references is done by hand; the
provider's arguments stand in `provider.json`.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import tfparse

from compiler.compile import CompiledPipeline
from compiler.infrastructure.emit import infrastructure_files
from compiler.infrastructure.terraform import terraform
from compiler.starts import rule_name, schedule_group
from compiler.write import build_files, write
from tests.conftest import ROOT
from tests.infrastructure.specs import (
    DEMO,
    EVERYTHING,
    SPECS,
    example_pipeline,
    examples,
    large_spec,
    name_of,
    pipeline_of,
)

GOLDEN = ROOT / "tests" / "golden" / "infrastructure"
PROVIDER = json.loads(Path(__file__).with_name("provider.json").read_text("utf-8"))["resources"]
RULE = "aws_cloudwatch_event_rule"
# What Terraform itself adds to every resource.
META = {"count", "for_each", "depends_on"}
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
# What an expression may name that is declared nowhere.
BUILT_IN = ("each.value", "path.module")
TEMPLATE = re.compile(r"\$\$\{|%%\{|\$\{((?:[^{}\"]|\"(?:[^\"\\]|\\.)*\")*)\}|%\{")


def _configuration(pipeline: CompiledPipeline) -> dict[str, Any]:
    configuration = terraform(pipeline)
    assert isinstance(configuration, dict)
    return configuration


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, member in value.items():
                yield name
                yield from _texts(member)
        case list():
            for item in value:
                yield from _texts(item)


def _evaluated(text: str, values: Mapping[str, str]) -> str:
    """Read a text as Terraform does; one that it would not take fails."""

    def replaced(match: re.Match[str]) -> str:
        if match[0] in {"$${", "%%{"}:
            return match[0][1:]
        assert match[1] is not None, f"`{match[0]}` begins what does not end in {text!r}"
        return values[match[1]]

    return TEMPLATE.sub(replaced, text)


def _references(configuration: dict[str, Any]) -> Iterator[str]:
    """Yield what is named in expressions, without the texts in them but with theirs."""
    for text in _texts(configuration):
        for match in TEMPLATE.finditer(text):
            assert match[0] != "%{", text
            yield from _names(match[1] or "")
    for resources in configuration["resource"].values():
        for resource in resources.values():
            yield from resource.get("depends_on", ())


def _names(expression: str) -> Iterator[str]:
    for quoted in re.findall(r'"((?:[^"\\]|\\.)*)"', expression):
        for match in TEMPLATE.finditer(quoted):
            yield from _names(match[1] or "")
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "", expression)
    yield from re.findall(r"[a-z_][\w-]*(?:\.[\w-]+)+", bare)


def _check_references(configuration: dict[str, Any]) -> None:
    declared = {f"var.{name}" for name in configuration["variable"]}
    for kind, resources in configuration["resource"].items():
        declared |= {f"{kind}.{name}" for name in resources}
    named = set(_references(configuration)) - set(BUILT_IN)
    for name in named:
        assert ".".join(name.split(".")[:2]) in declared, name
    unused = {name for name in declared if name.startswith("var.")} - named
    assert unused == set()


def _check_arguments(block: dict[str, Any], known: dict[str, Any], place: str) -> None:
    blocks = known.get("blocks", {})
    arguments = {name: value for name, value in block.items() if name not in blocks}
    assert set(arguments) <= {*known["required"], *known["optional"]}, place
    assert set(known["required"]) <= set(arguments), place
    for name in set(block) & set(blocks):
        for each in block[name] if isinstance(block[name], list) else [block[name]]:
            _check_arguments(each, blocks[name], f"{place}.{name}")


def _check(configuration: dict[str, Any]) -> None:
    _check_references(configuration)
    for kind, resources in configuration["resource"].items():
        for name, resource in resources.items():
            assert IDENTIFIER.fullmatch(name)
            block = {key: value for key, value in resource.items() if key not in META}
            _check_arguments(block, PROVIDER[kind], f"{kind}.{name}")
    assert all(IDENTIFIER.fullmatch(name) for name in configuration["variable"])


def _defaults(configuration: dict[str, Any]) -> dict[str, str]:
    return {
        f"var.{name}": _evaluated(each["default"], {})
        for name, each in configuration["variable"].items()
        if isinstance(each["default"], str)
    }


def _definition(configuration: dict[str, Any]) -> Any:
    pipeline = configuration["resource"]["aws_sagemaker_pipeline"]["pipeline"]
    return json.loads(_evaluated(pipeline["pipeline_definition"], _defaults(configuration)))


@pytest.mark.parametrize("spec", SPECS, ids=name_of)
def test_a_configuration_is_sound_and_gives_the_definition_by_default(spec: Path) -> None:
    pipeline = pipeline_of(spec)
    configuration = _configuration(pipeline)
    _check(configuration)
    assert _definition(configuration) == pipeline.definition


@pytest.mark.parametrize(("name", "text"), examples())
def test_the_configuration_of_an_example_is_sound(name: str, text: str, tmp_path: Path) -> None:
    pipeline = example_pipeline(text, tmp_path)
    configuration = _configuration(pipeline)
    _check(configuration)
    assert _definition(configuration) == pipeline.definition, name


def test_the_code_is_uploaded_from_the_build_folder_to_where_the_definition_looks_for_it() -> None:
    pipeline = pipeline_of(DEMO)
    objects = _configuration(pipeline)["resource"]["aws_s3_object"]["code"]
    names = json.loads(objects["for_each"].removeprefix("${toset(").removesuffix(")}"))
    built = {file.path.as_posix() for file in build_files(pipeline, Path())}
    uploaded = set()
    for name in names:
        values = {"each.value": name, "path.module": "bert-reviews/dev"}
        values |= {"var.storage_bucket": "ml-dev", "var.storage_prefix": "pipec"}
        assert _evaluated(objects["source"], values) in built
        uploaded.add(f"s3://ml-dev/{_evaluated(objects['key'], values)}")
    assert uploaded == set(pipeline.uploads())


def test_texts_of_the_spec_are_no_templates() -> None:
    pipeline = pipeline_of(EVERYTHING)
    resources = _configuration(pipeline)["resource"]
    own = resources["aws_sagemaker_pipeline"]["pipeline"]
    assert own["pipeline_description"] == 'Costs $${5} or %%{6}, "quoted".'
    pattern = _evaluated(resources["aws_cloudwatch_event_rule"]["ours"]["event_pattern"], {})
    assert json.loads(pattern)["detail"]["text"] == ["${detail}", "%{detail}"]
    given = resources["aws_scheduler_schedule"]["nightly_2a3b62b5"]["target"]
    assert given["sagemaker_pipeline_parameters"]["pipeline_parameter"] == [
        {"name": "day", "value": "$${day} %%{x}"},
        {"name": "limit", "value": "0.25"},
    ]


def test_schedules_and_rules_are_called_as_they_are_when_they_are_deployed() -> None:
    pipeline = pipeline_of(EVERYTHING)
    resources = _configuration(pipeline)["resource"]

    def names(kind: str) -> list[str]:
        return [each["name"] for each in resources[kind].values()]

    assert names("aws_scheduler_schedule_group") == [schedule_group(pipeline.name)]
    assert names("aws_scheduler_schedule") == [name for name, _ in pipeline.spec.schedule]
    assert names("aws_cloudwatch_event_rule") == [
        rule_name(pipeline.name, name) for name, _ in pipeline.spec.triggers
    ]


def test_a_large_definition_is_a_file_beside_it(tmp_path: Path) -> None:
    pipeline = example_pipeline(large_spec(), tmp_path)
    configuration = _configuration(pipeline)
    _check(configuration)
    resources = configuration["resource"]
    source = resources["aws_s3_object"]["definition"]["source"]
    files = infrastructure_files(pipeline, ("terraform",), Path())
    written = {f"${{path.module}}/{'/'.join(file.path.parts[2:])}": file for file in files}
    assert written[source].content.decode() == pipeline.definition_line
    assert resources["aws_sagemaker_pipeline"]["pipeline"]["pipeline_definition_s3_location"] == {
        "bucket": "${var.storage_bucket}",
        "object_key": "${aws_s3_object.definition.key}",
    }


@pytest.mark.parametrize("spec", [DEMO, EVERYTHING], ids=name_of)
def test_a_configuration_is_what_it_was(spec: Path, golden: Callable[[Path, str], None]) -> None:
    text = json.dumps(_configuration(pipeline_of(spec)), indent=2, ensure_ascii=False) + "\n"
    golden(GOLDEN / f"{spec.stem}.tf.json", text)


@pytest.mark.parametrize("spec", [DEMO, EVERYTHING], ids=name_of)
def test_terraforms_own_reader_finds_the_same(spec: Path, tmp_path: Path) -> None:
    pipeline = pipeline_of(spec)
    files = [
        *build_files(pipeline, tmp_path),
        *infrastructure_files(pipeline, ("terraform",), tmp_path),
    ]
    write(files)
    found = tfparse.load_from_path(str(files[0].path.parent))
    configuration = _configuration(pipeline)
    for kind, resources in configuration["resource"].items():
        names = {each["__tfmeta"]["path"].split(".")[1].partition("[")[0] for each in found[kind]}
        assert names == set(resources)
    [own] = found["aws_sagemaker_pipeline"]
    assert json.loads(own["pipeline_definition"]) == pipeline.definition
    assert own["role_arn"] == pipeline.role
    assert own["pipeline_description"] == pipeline.manifest["description"]
    rules = {each["name"]: json.loads(each["event_pattern"]) for each in found.get(RULE, ())}
    triggers = pipeline.manifest["triggers"]
    assert isinstance(triggers, dict)
    for name, trigger in triggers.items():
        assert isinstance(trigger, dict)
        assert rules[rule_name(pipeline.name, name)] == trigger["EventPattern"]
