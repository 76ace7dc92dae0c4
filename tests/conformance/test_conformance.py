"""The definitions that pipec compiles mean what those of the SDKs mean."""

import json

import pytest

from compiler.compile import compile_pipeline
from tests.conformance.cases import CASES, Case
from tests.conformance.meaning import differences, normalise
from tests.conformance.rewrite import Json

EXPECTATIONS = [
    pytest.param(case, source, id=f"{case.name}-{source}")
    for case in CASES
    for source in case.sources
]


def compiled(case: Case) -> Json:
    compilation = compile_pipeline(case.spec_path, target=case.target)
    assert compilation.pipeline is not None, [each.message for each in compilation.diagnostics]
    return json.loads(compilation.pipeline.definition_json)


@pytest.mark.parametrize(("case", "source"), EXPECTATIONS)
def test_a_spec_compiles_to_what_is_expected(case: Case, source: str) -> None:
    expected = json.loads(case.expected(source).read_text(encoding="utf-8"))
    assert differences(normalise(compiled(case)), normalise(expected)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_has_a_spec_and_all_its_expected_definitions(case: Case) -> None:
    assert case.sources
    assert set(case.sdks) <= set(case.sources)
    assert case.spec_path.is_file()


@pytest.mark.parametrize(("case", "source"), EXPECTATIONS)
def test_an_expected_definition_is_written_in_one_way(case: Case, source: str) -> None:
    text = case.expected(source).read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True) + "\n"
