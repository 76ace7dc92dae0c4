"""The forms of infrastructure that a pipeline is written in, beside its definition."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from compiler.compile import CompiledPipeline
from compiler.definition import Json, is_inline
from compiler.deployable import check_deployable
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.infrastructure import FORMS
from compiler.infrastructure.cloudformation import cloudformation
from compiler.infrastructure.opened import definition_path
from compiler.infrastructure.terraform import terraform
from compiler.write import Generated

WRITERS: Mapping[str, Callable[[CompiledPipeline], Json]] = MappingProxyType(
    {"cloudformation": cloudformation, "terraform": terraform}
)


def check_emittable(pipeline: CompiledPipeline) -> Iterator[Diagnostic]:
    """Yield what is missing for a template: roles, and a place for what does not fit into one."""
    yield from check_deployable(pipeline)
    if not is_inline(pipeline.definition_line) and not pipeline.storage:
        yield Diagnostic(
            code=codes.MISSING_STORAGE,
            message="the definition is too large to stand in a template",
            span=pipeline.spec.name.span,
            hint="add `storage: s3://bucket/prefix`, from where the template can take it",
        )


def infrastructure_files(
    pipeline: CompiledPipeline, forms: tuple[str, ...], folder: Path
) -> list[Generated]:
    """Return what goes into the build folder for the forms that are asked for."""
    place = folder / pipeline.name / pipeline.target
    span = pipeline.spec.name.span
    texts = {}
    for form in dict.fromkeys(forms):
        text = json.dumps(WRITERS[form](pipeline), indent=2, ensure_ascii=False)
        texts[FORMS[form]] = text + "\n"
    if texts and not is_inline(pipeline.definition_line):
        texts[definition_path(pipeline)] = pipeline.definition_line
    return [
        Generated(path=place / name, content=text.encode(), span=span)
        for name, text in texts.items()
    ]
