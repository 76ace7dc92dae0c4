"""`pipec graph`: draw the graph of a spec."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import environment, report, seen_from_here, spec_argument, target_option
from compiler.compile import compile_pipeline
from compiler.report.dot import drawing_to_dot
from compiler.report.drawing import Drawing
from compiler.report.from_definition import drawing_of_definition
from compiler.report.mermaid import drawing_to_mermaid
from compiler.report.svg import drawing_to_svg
from compiler.write import write_atomically

DRAWERS: dict[str, Callable[[Drawing], str]] = {
    "mermaid": drawing_to_mermaid,
    "dot": drawing_to_dot,
    "svg": drawing_to_svg,
}
# Files of text, in which Mermaid is what documents and issue trackers draw.
TEXT = ("", "md", "mmd", "txt")


@click.command("graph")
@spec_argument
@target_option
@click.option(
    "--format", "-f", "format_", type=click.Choice(tuple(DRAWERS)),
    help="Kind of drawing; by the name of the output file when left out, else mermaid.",
)  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="File.")
def command(spec: Path, target: str | None, format_: str | None, output: Path | None) -> None:
    """Draw the graph of SPEC as Mermaid, DOT or SVG."""
    compilation = compile_pipeline(spec, target=target, environment=environment())
    report(seen_from_here(compilation.diagnostics, compilation.project), "text", to_stderr=True)
    pipeline = compilation.pipeline
    if pipeline is None:
        sys.exit(ERRORS)
    if format_ is None:
        suffix = output.suffix.lstrip(".") if output is not None else ""
        if suffix not in DRAWERS and suffix not in TEXT:
            raise click.UsageError(f"`{suffix}` is no format that can be drawn; see --format")
        format_ = suffix if suffix in DRAWERS else "mermaid"
    text = DRAWERS[format_](drawing_of_definition(pipeline.definition, pipeline.name))
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        write_atomically(output, text.encode())
