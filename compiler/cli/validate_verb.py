"""`pipec validate`: report what is wrong in specs."""

import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import (
    environment,
    fails,
    format_option,
    report,
    seen_from_here,
    spec_files,
    specs_argument,
    strict_option,
    summary,
)
from compiler.compile import validate_file
from compiler.diagnostics.diagnostic import Diagnostic


@click.command("validate")
@specs_argument
@format_option
@strict_option
def command(specs: tuple[Path, ...], format_: str, strict: bool) -> None:
    """Report what is wrong in SPECS, files or folders, for all their targets."""
    diagnostics: list[Diagnostic] = []
    ignored: list[Diagnostic] = []
    files = spec_files(specs)
    for path in files:
        compilation = validate_file(path, environment())
        seen = seen_from_here(compilation.diagnostics, compilation.project)
        diagnostics += [each for each in seen if each not in diagnostics]
        ignored += seen_from_here(compilation.ignored, compilation.project)
    report(diagnostics, format_, ignored=ignored)
    if format_ == "text":
        checked = f"{len(files)} spec{'' if len(files) == 1 else 's'}"
        click.echo(f"{checked}: {summary(diagnostics, len(ignored))}")
    if fails(diagnostics, strict=strict):
        sys.exit(ERRORS)
