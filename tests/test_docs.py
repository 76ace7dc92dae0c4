"""The documentation says what the code says, and its examples compile."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import compile_pipeline
from compiler.diagnostics.render import as_text
from compiler.spec.job import (
    CacheSpec,
    CodeSpec,
    ImageSpec,
    InstanceGroupSpec,
    InstanceSpec,
    RetrySpec,
    VpcSpec,
)
from compiler.spec.pipeline import (
    DefaultsSpec,
    EnvironmentVariableSpec,
    ExperimentSpec,
    MlflowSpec,
    ParameterSpec,
    PipelineSpec,
    ScheduleSpec,
    TargetSpec,
    TriggerSpec,
)
from compiler.spec.step import AfterSpec, StepSpec
from compiler.steps import STEP_TYPES
from tests.conftest import ROOT
from tests.step_pages import field_table, page_of, page_text

SPECS: dict[str, type] = {
    "pipeline": PipelineSpec,
    "defaults": DefaultsSpec,
    "parameter": ParameterSpec,
    "environment variable": EnvironmentVariableSpec,
    "target": TargetSpec,
    "experiment": ExperimentSpec,
    "mlflow": MlflowSpec,
    "schedule": ScheduleSpec,
    "trigger": TriggerSpec,
    "step": StepSpec,
    "after": AfterSpec,
    "image": ImageSpec,
    "instance": InstanceSpec,
    "instance group": InstanceGroupSpec,
    "vpc": VpcSpec,
    "cache": CacheSpec,
    "retry": RetrySpec,
    "code": CodeSpec,
}
TABLE = re.compile(r"<!-- fields: ([a-z_ ]+) -->\n.*?<!-- end -->", re.DOTALL)
EXAMPLE = re.compile(r"```yaml\n(kind: Pipeline\n.*?)```", re.DOTALL)
PAGES = ("README.md", "docs/language.md", "docs/rules.md", "docs/recipes.md")
DOCUMENTS = tuple(ROOT / page for page in PAGES)
CODE = {"src/words/train.py": "print('trained')\n", "src/words/inference.py": "model_fn = None\n"}


def test_the_tables_of_fields_are_current(golden: Callable[[Path, str], None]) -> None:
    page = ROOT / "docs" / "language.md"
    text = page.read_text("utf-8")
    assert {match[1] for match in TABLE.finditer(text)} == set(SPECS)
    golden(page, TABLE.sub(_table, text))


def _table(match: re.Match[str]) -> str:
    spec = SPECS[match[1]]
    short = getattr(spec, "SHORTHAND", None)
    note = [f"A bare value is the field `{short}`.", ""] if short else []
    return "\n".join([f"<!-- fields: {match[1]} -->", *note, *field_table(spec), "<!-- end -->"])


@pytest.mark.parametrize("name", STEP_TYPES)
def test_the_page_of_a_step_type_is_current(name: str, golden: Callable[[Path, str], None]) -> None:
    page = page_of(name)
    golden(page, page_text(name, page.read_text("utf-8") if page.is_file() else ""))


def test_the_list_of_step_types_is_current(golden: Callable[[Path, str], None]) -> None:
    rows = [
        f"| [{name}](steps/{name}.md) | {_sagemaker_type(name)} | {_first(each.spec)} |"
        for name, each in STEP_TYPES.items()
    ]
    head = ["| type | in a definition | what it does |", "|---|---|---|"]
    table = "\n".join(["<!-- step types -->", *head, *rows, "<!-- end -->"])
    page = ROOT / "docs" / "language.md"
    text = page.read_text("utf-8")
    golden(page, re.sub(r"<!-- step types -->\n.*?<!-- end -->", table, text, flags=re.DOTALL))


def _sagemaker_type(name: str) -> str:
    found = STEP_TYPES[name].sagemaker_type
    return f"`{found}`" if found else "any"


def _first(spec: type) -> str:
    return (spec.__doc__ or "").strip().splitlines()[0]


def _examples() -> list[tuple[str, str]]:
    return [
        (f"{path.name}-{index}", example)
        for path in DOCUMENTS
        for index, example in enumerate(EXAMPLE.findall(path.read_text("utf-8")))
    ]


@pytest.mark.parametrize(("name", "example"), _examples())
def test_an_example_compiles_without_a_word(name: str, example: str, tmp_path: Path) -> None:
    spec = tmp_path / f"{name}.yaml"
    spec.write_text(example, "utf-8")
    for file, content in CODE.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(content, "utf-8")
    compilation = compile_pipeline(spec)
    assert as_text(compilation.diagnostics) == ""
    assert compilation.pipeline is not None


def test_the_mistake_in_the_readme_prints_what_it_says(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    found = EXAMPLE.search(readme)
    assert found is not None
    (tmp_path / "reviews.yaml").write_text(found[1].replace('["f1.value"] >=', '["f2.value"] >='))
    printed = as_text(compile_pipeline(tmp_path / "reviews.yaml").diagnostics)
    assert f"```text\n{printed}```" in readme


def test_links_to_files_lead_somewhere() -> None:
    for path in (*DOCUMENTS, *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name} links to {target}"
