"""The definitions that pipec compiles mean what those of the SDKs mean."""

import json

import pytest

from compiler.compile import compile_pipeline
from tests.conformance.cases import CASES, Case
from tests.conformance.meaning import Json, differences, normalise

EXPECTATIONS = [
    pytest.param(case, sdk, id=f"{case.name}-{sdk}") for case in CASES for sdk in case.sdks
]


def compiled(case: Case) -> Json:
    compilation = compile_pipeline(case.spec_path, target=case.target)
    assert compilation.pipeline is not None, [each.message for each in compilation.diagnostics]
    return json.loads(compilation.pipeline.definition_json)


@pytest.mark.parametrize(("case", "sdk"), EXPECTATIONS)
def test_a_spec_compiles_to_what_the_sdk_makes(case: Case, sdk: str) -> None:
    expected = json.loads(case.expected(sdk).read_text(encoding="utf-8"))
    assert differences(normalise(compiled(case)), normalise(expected)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_is_built_by_an_sdk_at_least(case: Case) -> None:
    assert case.sdks
    assert case.spec_path.is_file()


@pytest.mark.parametrize(("case", "sdk"), EXPECTATIONS)
def test_an_expected_definition_is_written_in_one_way(case: Case, sdk: str) -> None:
    text = case.expected(sdk).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
