"""`pipec import`: make a spec of a definition."""

import importlib
import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS, WORLD_FAILED
from compiler.cli.specs import format_option, report, summary
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import printable
from compiler.diagnostics.span import SourceFile
from compiler.document.file import report_unreadable
from compiler.document.read import decode
from compiler.importer.import_definition import Imported, import_definition, name_from
from compiler.write import write_atomically

STANDARD_INPUT = "-"


@click.command("import")
@click.argument("definition", required=False, type=click.Path(allow_dash=True))
@click.option("--pipeline", metavar="NAME", help="Ask AWS for the definition of this pipeline.")
@click.option("--region", metavar="REGION", help="Where that pipeline is.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="Spec to write; it is printed when left out.",
)  # fmt: skip
@click.option(
    "--name", metavar="NAME", help="Name of the pipeline; that in AWS or the file's when left out."
)
@click.option("--force", is_flag=True, help="Overwrite a spec that is there.")
@format_option
def command(
    definition: str | None,
    pipeline: str | None,
    region: str | None,
    output: Path | None,
    name: str | None,
    force: bool,
    format_: str,
) -> None:
    """Make a spec of DEFINITION, a JSON file or `-`, or of a pipeline in AWS."""
    if (definition is None) == (pipeline is None):
        raise click.UsageError("name a definition or --pipeline, one of the two")
    if output is not None and output.exists() and not force:
        raise click.UsageError(f"{output.as_posix()} is there; --force overwrites it")
    diagnostics = Diagnostics()
    if pipeline is not None:
        source: SourceFile | None = SourceFile(pipeline, _described(pipeline, region))
    else:
        source = _read(str(definition), diagnostics)
    imported = None
    if source is not None:
        chosen = name or name_from(pipeline or _stem(str(definition)))
        imported = import_definition(source, chosen, diagnostics, is_chosen=name is not None)
    report(list(diagnostics), format_, to_stderr=True)
    if source is None or imported is None:
        if format_ == "text":
            click.echo(summary(list(diagnostics)), err=True)
        sys.exit(ERRORS)
    if output is None:
        click.echo(imported.text, nl=False)
        _tell_mistakes(imported, "")
    else:
        _write(imported, source.name, output, format_)


def _write(imported: Imported, source: str, output: Path, format_: str) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(output, imported.text.encode())
    if format_ == "text":
        count = f"{imported.steps} step{'' if imported.steps == 1 else 's'}"
        click.echo(printable(f"{source} -> {output.as_posix()} ({count})"))
    _tell_mistakes(imported, f" {output.as_posix()}")


def _tell_mistakes(imported: Imported, place: str) -> None:
    if imported.mistakes:
        count = f"{imported.mistakes} mistake{'' if imported.mistakes == 1 else 's'}"
        click.echo(printable(f"{count} in it, see them with `pipec validate{place}`"), err=True)


def _read(definition: str, diagnostics: Diagnostics) -> SourceFile | None:
    if definition == STANDARD_INPUT:
        return decode("<stdin>", sys.stdin.buffer.read(), diagnostics)
    path = Path(definition)
    try:
        content = path.read_bytes()
    except OSError as error:
        report_unreadable(path.as_posix(), error, diagnostics)
        return None
    return decode(path.as_posix(), content, diagnostics)


def _stem(definition: str) -> str:
    return "" if definition == STANDARD_INPUT else Path(definition).stem


def _described(pipeline: str, region: str | None) -> str:
    """Return what AWS answers of a pipeline, or end with the reason why there is none."""
    try:
        describe = importlib.import_module("compiler.importer.describe")
    except ModuleNotFoundError as error:
        raise click.UsageError("--pipeline needs boto3: pip install 'pipec[aws]'") from error
    try:
        text: str = describe.answer_of(pipeline, region)
    except describe.DescribeError as error:
        click.echo(f"pipec: {printable(str(error))}", err=True)
        sys.exit(WORLD_FAILED)
    return text
