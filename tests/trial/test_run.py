"""A test file is read and run: defaults, targets, and what is wrong with the file or its spec."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from compiler.trial.report import REPORTS, Reported
from compiler.trial.run import FileResult, run_file
from tests.specs import Workshop

SPEC = """\
parameters:
  least: {type: float, default: 0.5}
  found: {type: float, default: 0.9}
steps:
  enough:
    type: condition
    if: ${{ parameters.found >= parameters.least }}
    else: [stop]
  stop: {type: fail, message: "below ${{ parameters.least }}"}
targets:
  dev: {default: true}
  prod: {parameters: {least: {type: float, default: 0.8}}}
"""
PASSES = "expect: {branches: {enough: then}}"


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    """Return a project with a spec in it."""
    workshop = Workshop(tmp_path / "project")
    workshop.spec(SPEC)
    return workshop


def run(workshop: Workshop, tests: str, *, target: str | None = None) -> FileResult:
    return run_file(workshop.write("pipelines/spec.test.yaml", tests), target=target)


def verdicts(result: FileResult) -> list[str]:
    return [f"{each.name} {each.target} {each.verdict}" for each in result.results]


def messages(result: FileResult) -> list[str]:
    found = [*result.diagnostics, *(d for each in result.results for d in each.diagnostics)]
    return [f"{each.code.id} {each.span.position} {each.message}" for each in found]


def test_a_test_runs_for_the_default_target_or_for_those_that_it_names(
    workshop: Workshop,
) -> None:
    tests = f"""\
tests:
  a: {{{PASSES}}}
  b: {{target: prod, {PASSES}}}
  c: {{target: [dev, prod], parameters: {{found: 0.7}}, {PASSES}}}
"""
    result = run(workshop, tests)
    expected = ["a dev passed", "b prod passed", "c dev passed", "c prod failed"]
    assert verdicts(result) == expected
    assert not result.has_passed
    assert verdicts(run(workshop, tests, target="prod")) == ["a prod passed", *expected[1:]]


def test_defaults_are_given_to_each_test_and_a_test_goes_before_them(workshop: Workshop) -> None:
    tests = f"""\
defaults: {{target: prod, parameters: {{found: 0.1, least: 0.2}}}}
tests:
  a: {{parameters: {{found: 0.3}}, {PASSES}}}
  b: {{expect: {{branches: {{enough: else}}, failure: below 0.2}}}}
"""
    assert verdicts(run(workshop, tests)) == ["a prod passed", "b prod passed"]


def test_only_chosen_tests_run(workshop: Workshop) -> None:
    path = workshop.write("pipelines/spec.test.yaml", f"tests: {{a: {{{PASSES}}}, b: 3}}")
    assert verdicts(run_file(path, is_chosen=lambda name: name == "a")) == ["a dev passed"]


def test_a_malformed_test_does_not_keep_the_others_from_running(workshop: Workshop) -> None:
    result = run(workshop, f"tests:\n  a: {{expct: {{}}}}\n  b: {{{PASSES}}}\n")
    assert verdicts(result) == ["a None error", "b dev passed"]
    assert messages(result) == ["E201 pipelines/spec.test.yaml:2:7 unknown field `expct`"]


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        ("test: {}", ["E201 pipelines/spec.test.yaml:1:1 unknown field `test`"]),
        (
            "tests: {}",
            ["E205 pipelines/spec.test.yaml:1:1 `tests` has 0, expected at least 1 entry"],
        ),
        ("tests: [a]", ["E203 pipelines/spec.test.yaml:1:1 `tests` is a list, expected a mapping"]),
        ("", ["E107 pipelines/spec.test.yaml:1:1 the file is empty"]),
        (
            f"spec: ../../outside.yaml\ntests: {{a: {{{PASSES}}}}}",
            ["E729 pipelines/spec.test.yaml:1:7 there is no spec `../../outside.yaml` here"],
        ),
        (
            f"defaults: {{steps: {{stop: {{failed: x}}}}}}\ntests: {{a: {{{PASSES}}}}}",
            ["E201 pipelines/spec.test.yaml:1:27 unknown field `failed`"],
        ),
    ],
)
def test_a_malformed_file_is_reported_once(
    workshop: Workshop, tests: str, found: list[str]
) -> None:
    (workshop.root.parent / "outside.yaml").write_text("kind: Pipeline")
    result = run(workshop, tests)
    assert messages(result) == found
    assert not result.has_passed


def test_what_is_wrong_in_the_spec_is_told_once(workshop: Workshop) -> None:
    workshop.spec(SPEC.replace("parameters.found", "parameters.fund"))
    result = run(workshop, f"tests: {{a: {{{PASSES}}}, b: {{{PASSES}}}}}")
    assert verdicts(result) == ["a None error", "b None error"]
    (message,) = messages(result)
    assert message.startswith("E302 pipelines/spec.yaml:")


def test_a_target_that_the_spec_does_not_have_is_told_where_a_test_names_it(
    workshop: Workshop,
) -> None:
    result = run(workshop, f"tests:\n  a: {{target: prd, {PASSES}}}\n")
    (message,) = messages(result)
    assert message.startswith("E209 pipelines/spec.test.yaml:2:15 there is no target `prd`")


def test_each_format_tells_of_each_test(workshop: Workshop) -> None:
    tests = f'tests:\n  "a <&\\a": {{{PASSES}}}\n  b: {{expect: {{status: failed}}}}\n  c: 3\n'
    result = run(workshop, tests)
    reported = Reported(name="x", diagnostics=(), results=result.results)
    (suite,) = ET.fromstring(REPORTS["junit"]([reported]))  # noqa: S314 - it is our own
    assert [suite.get(name) for name in ("tests", "failures", "errors")] == ["3", "1", "1"]
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"]]
    document = json.loads(REPORTS["json"]([reported]))
    found = document["files"][0]["tests"]
    assert [each["verdict"] for each in found] == ["passed", "failed", "error"]
    assert [each["status"] for each in found[0]["execution"]["steps"]] == ["succeeded", "skipped"]
    assert REPORTS["github"]([reported]).count("::error ") == 2
    assert REPORTS["text"]([reported]).endswith("3 tests: 1 passed, 1 failed, 1 could not be run\n")
