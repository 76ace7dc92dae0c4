"""`pipec compile`: write definitions and scripts."""

import importlib
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from types import ModuleType

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import (
    compiled_twice,
    environment,
    fails,
    format_option,
    report,
    seen_from_here,
    spec_files,
    specs_argument,
    strict_option,
    summary,
    target_option,
)
from compiler.compile import Compilation, CompiledPipeline, compile_pipeline
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.diagnostics.render import printable
from compiler.diagnostics.span import Span
from compiler.infrastructure import FORMS
from compiler.write import (
    Generated,
    behind_links,
    build_files,
    left_over,
    not_generated,
    remove,
    script_files,
    script_folder,
    stale,
    write,
)


@click.command("compile")
@specs_argument
@target_option
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for definitions; `build` in the project when left out.",
)
@click.option(
    "--emit",
    multiple=True,
    type=click.Choice(tuple(FORMS)),
    help="Write it as a template too, beside the definition; may be repeated.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if committed scripts are stale.")
@format_option
@strict_option
def command(
    specs: tuple[Path, ...],
    target: str | None,
    output: Path | None,
    emit: tuple[str, ...],
    check: bool,
    format_: str,
    strict: bool,
) -> None:
    """Compile SPECS, files or folders, to SageMaker definitions and scripts."""
    diagnostics: list[Diagnostic] = []
    ignored: list[Diagnostic] = []
    done: list[str] = []
    taken: dict[str, Span] = {}
    for path in spec_files(specs):
        compilation = compile_pipeline(path, target=target, environment=environment())
        found = list(compilation.diagnostics)
        plan = _plan(compilation, output or compilation.project.root / "build")
        if plan is not None:
            missing = list(_emitters().check_emittable(plan.pipeline)) if emit else []
            plan = _with_forms(plan, emit) if emit and not missing else plan
            found += missing or _compiled_twice(plan, taken) or _in_the_way(plan, check=check)
        if plan is not None and not check and not any(each.is_error for each in found):
            done.append(f"{path.as_posix()} -> {_write(plan)}")
        seen = seen_from_here(found, compilation.project)
        diagnostics += [each for each in seen if each not in diagnostics]
        ignored += seen_from_here(compilation.ignored, compilation.project)
    report(diagnostics, format_, ignored=ignored, to_stderr=True)
    if format_ == "text":
        for line in done:
            click.echo(printable(line))
        if diagnostics or check:
            click.echo(summary(diagnostics, len(ignored)), err=True)
    if fails(diagnostics, strict=strict):
        sys.exit(ERRORS)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """What is to be written and removed for a spec."""

    pipeline: CompiledPipeline
    root: Path
    output: Path
    built: list[Generated]
    scripts: list[Generated]
    left: list[Path]


def _plan(compilation: Compilation, output: Path) -> _Plan | None:
    pipeline, root = compilation.pipeline, compilation.project.root
    if pipeline is None or compilation.source is None:
        return None
    spec_name = compilation.source.name
    scripts = script_files(pipeline, root, spec_name)
    return _Plan(
        pipeline=pipeline,
        root=root,
        output=output,
        built=build_files(pipeline, output),
        scripts=scripts,
        left=left_over(scripts, pipeline, root, spec_name),
    )


def _with_forms(plan: _Plan, forms: tuple[str, ...]) -> _Plan:
    built = _emitters().infrastructure_files(plan.pipeline, forms, plan.output)
    return replace(plan, built=[*plan.built, *built])


def _compiled_twice(plan: _Plan, taken: dict[str, Span]) -> list[Diagnostic]:
    """Return why a spec would overwrite what another has become; add what it takes itself."""
    name, place = plan.pipeline.name, plan.pipeline.spec.name.span
    folders = (f"{name}/{plan.pipeline.target}", str(plan.root / script_folder(plan.pipeline)))
    first = next((taken[folder] for folder in folders if folder in taken), None)
    taken |= dict.fromkeys(folders, place)
    if first is None:
        return []
    return [compiled_twice(name, place, first)]


def _in_the_way(plan: _Plan, *, check: bool) -> list[Diagnostic]:
    """Return why the files can't be written, or under `check` which would be."""
    root, scripts, place = plan.root, plan.scripts, plan.pipeline.spec.name.span
    links = list(behind_links(scripts, root, root))
    if not check:
        links += behind_links(plan.built, plan.output, root)
    found = links or list(not_generated(scripts, plan.left, root, place))
    return found or (stale(scripts, plan.left, root, place) if check else [])


def _write(plan: _Plan) -> str:
    write([*plan.built, *plan.scripts])
    remove(plan.left)
    steps = len(plan.pipeline.step_types)
    count = f"{steps} step{'' if steps == 1 else 's'}"
    if plan.scripts:
        scripts = len(plan.scripts) - 1  # without the list of them
        count += f", {scripts} file{'' if scripts == 1 else 's'} in training_scripts/"
    return f"{PurePath(os.path.relpath(plan.built[0].path)).as_posix()} ({count})"


def _emitters() -> ModuleType:
    """Return what writes templates, which most compilations do without."""
    return importlib.import_module("compiler.infrastructure.emit")
