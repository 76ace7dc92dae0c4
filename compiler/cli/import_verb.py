"""`pipec import`: make a spec of a definition."""

import sys
from pathlib import Path

import click

from compiler.cli.exits import ERRORS
from compiler.cli.json_source import STANDARD_INPUT, json_source
from compiler.cli.specs import format_option, report, summary, target_option
from compiler.cli.taking_over import asking_aws, take_over_into
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.diagnostics.render import printable
from compiler.diagnostics.span import SourceFile
from compiler.importer.import_definition import Imported, import_definition, name_from
from compiler.write import write_atomically


@click.command("import")
@click.argument("definition", required=False, type=click.Path(allow_dash=True))
@click.option("--pipeline", metavar="NAME", help="Ask AWS for the definition of this pipeline.")
@click.option(
    "--into",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="SPEC",
    help="Take over into this spec what is deployed of it, or DEFINITION.",
)
@target_option
@click.option("--diff", is_flag=True, help="With --into, only show what would be edited.")
@click.option("--region", metavar="REGION", help="Where the pipeline is.")
@click.option("--profile", metavar="NAME", help="Profile of the AWS configuration.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="Spec to write; it is printed when left out.",
)  # fmt: skip
@click.option(
    "--name", metavar="NAME", help="Name of the pipeline; that in AWS or the file's when left out."
)
@click.option(
    "--force",
    is_flag=True,
    help="Overwrite a spec that is there; with --into, give up code and templates of steps.",
)
@format_option
def command(
    definition: str | None,
    pipeline: str | None,
    into: Path | None,
    target: str | None,
    diff: bool,
    region: str | None,
    profile: str | None,
    output: Path | None,
    name: str | None,
    force: bool,
    format_: str,
) -> None:
    """Make a spec of DEFINITION, a JSON file or `-`, or of a pipeline in AWS.

    With --into, take over into a spec that is there what was changed in AWS, or in DEFINITION.
    """
    if into is not None:
        if any(each is not None for each in (pipeline, output, name)):
            raise click.UsageError("--into goes neither with --pipeline nor --output nor --name")
        take_over_into(
            into,
            definition,
            target=target,
            region=region,
            profile=profile,
            is_shown_only=diff,
            force=force,
            format_=format_,
        )
        return
    if target is not None or diff:
        raise click.UsageError("--target and --diff go with --into")
    if (definition is None) == (pipeline is None):
        raise click.UsageError("name a definition or --pipeline, one of the two")
    if output is not None and output.exists() and not force:
        raise click.UsageError(f"{output.as_posix()} is there; --force overwrites it")
    diagnostics = Diagnostics()
    if pipeline is not None:
        answer = asking_aws("--pipeline").answer_of(pipeline, region, profile)
        source: SourceFile | None = SourceFile(pipeline, answer)
    else:
        source = json_source(str(definition), diagnostics)
    chosen = name or name_from(pipeline or _stem(str(definition)))
    _make(source, chosen, diagnostics, output, format_, is_chosen=name is not None)


def _make(
    source: SourceFile | None,
    name: str,
    diagnostics: Diagnostics,
    output: Path | None,
    format_: str,
    *,
    is_chosen: bool,
) -> None:
    """Make a spec of its own, or end after telling why there is none."""
    imported = None
    if source is not None:
        imported = import_definition(source, name, diagnostics, is_chosen=is_chosen)
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


def _stem(definition: str) -> str:
    return "" if definition == STANDARD_INPUT else Path(definition).stem
