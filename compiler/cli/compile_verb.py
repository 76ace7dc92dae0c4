"""`pipec compile`: write definitions and scripts."""

import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import (
    environment,
    fails,
    format_option,
    report,
    spec_files,
    specs_argument,
    strict_option,
    summary,
    target_option,
)
from compiler.compile import Compilation, compile_pipeline
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.write import (
    behind_links,
    build_files,
    not_generated,
    remove_left_over,
    script_files,
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
    default=Path("build"),
    show_default=True,
    help="Folder for definitions.",
)
@click.option("--check", is_flag=True, help="Write nothing; fail if committed scripts are stale.")
@format_option
@strict_option
def command(
    specs: tuple[Path, ...],
    target: str | None,
    output: Path,
    check: bool,
    format_: str,
    strict: bool,
) -> None:
    """Compile SPECS, files or folders, to SageMaker definitions and scripts."""
    diagnostics: list[Diagnostic] = []
    done: list[str] = []
    for path in spec_files(specs):
        compilation = compile_pipeline(path, target=target, environment=environment())
        found = list(compilation.diagnostics)
        if compilation.pipeline is not None:
            found += _in_the_way(compilation, output, check=check)
        if not any(diagnostic.is_error for diagnostic in found) and not check:
            done.append(_write(compilation, output))
        diagnostics += found
    report(diagnostics, format_, to_stderr=True)
    if format_ == "text":
        for line in done:
            click.echo(line)
        if diagnostics or check:
            click.echo(summary(diagnostics), err=True)
    if fails(diagnostics, strict=strict):
        sys.exit(ERRORS)


def _in_the_way(compilation: Compilation, output: Path, *, check: bool) -> list[Diagnostic]:
    """Return why the files can't be written, or under `check` which would be."""
    pipeline, root = compilation.pipeline, compilation.project.root
    if pipeline is None:
        return []
    scripts = script_files(pipeline, root)
    links = list(behind_links(scripts, root, root))
    if not check:
        links += behind_links(build_files(pipeline, output), output, root)
    return links or list(stale(scripts, root) if check else not_generated(scripts, root))


def _write(compilation: Compilation, output: Path) -> str:
    pipeline = compilation.pipeline
    if pipeline is None or compilation.source is None:
        return ""
    scripts = script_files(pipeline, compilation.project.root)
    built = build_files(pipeline, output)
    write([*built, *scripts])
    remove_left_over(scripts)
    steps = len(pipeline.step_types)
    count = f"{steps} step{'' if steps == 1 else 's'}"
    if scripts:
        files = f"{len(scripts)} file{'' if len(scripts) == 1 else 's'}"
        count += f", {files} in training_scripts/"
    return f"{compilation.source.name} -> {built[0].path.as_posix()} ({count})"
