"""Pipelines of all kinds to make templates and policies of: those of the tests and of the docs."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from compiler import compile_pipeline
from compiler.compile import CompiledPipeline
from compiler.document.node import ScalarNode
from compiler.spec.declared import with_fields
from compiler.steps import STEP_TYPES
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases"
EVERYTHING = CASES / "infrastructure" / "everything.yaml"
DEMO = ROOT / "pipelines" / "bert_reviews.yaml"
STEPS = sorted(path for name in STEP_TYPES for path in (CASES / "steps" / name).glob("*.yaml"))
CONFORMANCE = sorted((ROOT / "tests" / "conformance").glob("*/spec.yaml"))
SPECS = [EVERYTHING, DEMO, *STEPS, *CONFORMANCE]
PAGES = ("README.md", "docs/language.md", "docs/recipes.md")
EXAMPLE = re.compile(r"```yaml\n(kind: Pipeline\n.*?)```", re.DOTALL)
CODE = {"src/words/train.py": "print('trained')\n", "src/words/inference.py": "model_fn = None\n"}
ROLE = "arn:aws:iam::111122223333:role/pipeline"


def name_of(path: Path) -> str:
    """Return a short name of a spec, for the name of a test."""
    return f"{path.parent.name}/{path.stem}"


@cache
def pipeline_of(path: Path) -> CompiledPipeline:
    """Compile a spec; one without a role gets one."""
    pipeline = compile_pipeline(path).pipeline
    assert pipeline is not None
    return with_role(pipeline)


def with_role(pipeline: CompiledPipeline) -> CompiledPipeline:
    """Return a pipeline that can be deployed: it and what starts it have roles."""
    spec = pipeline.spec
    role = ScalarNode(ROLE, spec.name.span)
    fields: dict[str, Any] = {} if pipeline.role is not None else {"role": role}
    for name in ("schedule", "triggers"):
        starts = getattr(spec, name)
        entries = {
            key: start if start.role is not None else with_fields(start, role=role)
            for key, start in starts
        }
        fields[name] = replace(starts, entries=entries)
    return replace(pipeline, spec=with_fields(spec, **fields))


def examples() -> list[tuple[str, str]]:
    """Return the specs in the documentation, each with a name."""
    return [
        (f"{Path(page).stem}-{index}", text)
        for page in PAGES
        for index, text in enumerate(EXAMPLE.findall((ROOT / page).read_text("utf-8")))
    ]


def example_pipeline(text: str, folder: Path) -> CompiledPipeline:
    """Compile a spec of the documentation, with the code that it names."""
    for name, content in {"spec.yaml": text, **CODE}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
    pipeline = compile_pipeline(folder / "spec.yaml").pipeline
    assert pipeline is not None
    return with_role(pipeline)


def large_spec(count: int = 260) -> str:
    """Return a spec whose definition fits into no template."""
    environment = ", ".join(f"V{number}: {'x' * 60}" for number in range(5))
    steps = "".join(
        f"  step-{number}: {{type: processing, instance: ml.m5.large, outputs: [o], "
        f"environment: {{{environment}}}}}\n"
        for number in range(count)
    )
    return (
        "kind: Pipeline\nname: large\nstorage: s3://ml-dev/pipec\n"
        f'defaults: {{image: example.com/image:1, role: "{ROLE}"}}\nsteps:\n{steps}'
    )
