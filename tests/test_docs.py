"""The documentation says what the code says, and its examples compile."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler import compile_pipeline
from compiler.diagnostics.render import as_text
from compiler.spec.job import CodeSpec, InstanceSpec, RetrySpec, VpcSpec
from compiler.spec.pipeline import (
    DefaultsSpec,
    EnvironmentVariableSpec,
    ParameterSpec,
    PipelineSpec,
    TargetSpec,
)
from compiler.spec.shape import (
    Field,
    FreeShape,
    ListShape,
    ObjectShape,
    ScalarShape,
    Shape,
    TableShape,
    fields_of,
)
from compiler.spec.step import StepSpec
from compiler.steps import STEP_TYPES
from compiler.steps.processing import ProcessingInputSpec, ProcessingOutputSpec
from compiler.steps.register_model import ModelMetricsSpec
from compiler.steps.training_data import ChannelSpec, CheckpointsSpec, SpotSpec
from tests.conftest import ROOT

SPECS: dict[str, type] = {
    "pipeline": PipelineSpec,
    "defaults": DefaultsSpec,
    "parameter": ParameterSpec,
    "environment variable": EnvironmentVariableSpec,
    "target": TargetSpec,
    "step": StepSpec,
    "instance": InstanceSpec,
    "vpc": VpcSpec,
    "spot": SpotSpec,
    "checkpoints": CheckpointsSpec,
    "retry": RetrySpec,
    "code": CodeSpec,
    "processing input": ProcessingInputSpec,
    "processing output": ProcessingOutputSpec,
    "channel": ChannelSpec,
    "model metrics": ModelMetricsSpec,
    **{name: step_type.spec for name, step_type in STEP_TYPES.items()},
}
TABLE = re.compile(r"<!-- fields: ([a-z_ ]+) -->\n.*?<!-- end -->", re.DOTALL)
EXAMPLE = re.compile(r"```yaml\n(kind: Pipeline\n.*?)```", re.DOTALL)
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "language.md", ROOT / "docs" / "rules.md")
EVERY_STEP = {field.key for field in fields_of(StepSpec)}


def test_the_tables_of_fields_are_current(golden: Callable[[Path, str], None]) -> None:
    page = ROOT / "docs" / "language.md"
    text = page.read_text("utf-8")
    assert {match[1] for match in TABLE.finditer(text)} == set(SPECS)
    golden(page, TABLE.sub(_table, text))


def _table(match: re.Match[str]) -> str:
    spec = SPECS[match[1]]
    fields = fields_of(spec)
    if issubclass(spec, StepSpec) and spec is not StepSpec:
        fields = tuple(field for field in fields if field.key not in EVERY_STEP)
    rows = [f"| {_name(field)} | {_kind(field.shape)} | {field.doc} |" for field in fields]
    head = ["| field | takes | meaning |", "|---|---|---|"]
    short = getattr(spec, "SHORTHAND", None)
    note = [f"A bare value is the field `{short}`.", ""] if short else []
    return "\n".join([f"<!-- fields: {match[1]} -->", *note, *head, *rows, "<!-- end -->"])


def test_the_table_of_outputs_is_current(golden: Callable[[Path, str], None]) -> None:
    rows = [
        f"| {name} | `{output}` | {declared.type} | `{declared.path}` |"
        for name, step_type in STEP_TYPES.items()
        for output, declared in step_type.outputs.items()
    ]
    head = ["| step type | name | type | what Describe answers |", "|---|---|---|---|"]
    table = "\n".join(["<!-- outputs -->", *head, *rows, "<!-- end -->"])
    page = ROOT / "docs" / "language.md"
    text = page.read_text("utf-8")
    golden(page, re.sub(r"<!-- outputs -->\n.*?<!-- end -->", table, text, flags=re.DOTALL))


def _name(field: Field) -> str:
    return f"**`{field.key}`**" if field.is_required else f"`{field.key}`"


def _kind(shape: Shape) -> str:
    match shape:
        case ScalarShape(choice=choice) if choice is not None:
            return ", ".join(f"`{value}`" for value in choice.values)
        case ScalarShape(pattern=pattern) if pattern is not None:
            return pattern.expected
        case ScalarShape():
            return " or ".join(shape.types)
        case ListShape():
            item = _kind(shape.item)
            return f"one or a list: {item}" if shape.or_one else f"list: {item}"
        case TableShape():
            return f"by name: {_kind(shape.item)}" + (", or names" if shape.or_names else "")
        case ObjectShape():
            return "fields" if shape.shorthand is None else "fields, or a bare value"
        case FreeShape():
            return "mapping"


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
