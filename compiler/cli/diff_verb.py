"""`pipec diff`: show how definitions change, without AWS."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from compiler.cli.commit import files_at
from compiler.cli.exits import CHANGES, ERRORS
from compiler.cli.specs import environment, report, seen_from_here, spec_files, target_option
from compiler.compile import compile_pipeline
from compiler.deploy.comparison import (
    Comparison,
    compare,
    comparisons_json,
    comparisons_markdown,
    comparisons_text,
)
from compiler.deploy.deployment import Deployment, wanted
from compiler.diagnostics.diagnostic import Diagnostics
from compiler.document.file import report_unreadable
from compiler.document.node import plain
from compiler.document.read import decode
from compiler.importer.described import PARALLELISM, read_described

FORMATS = {
    "text": comparisons_text,
    "json": comparisons_json,
    "markdown": comparisons_markdown,
}


@click.command("diff")
@click.argument("specs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--since", metavar="COMMIT", help="Compare with the specs of this commit.")
@click.option(
    "--with", "other", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Compare with this spec or definition.",
)  # fmt: skip
@target_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 4 when there are changes.")
@click.option(
    "--format", "format_", type=click.Choice(tuple(FORMATS)), default="text", show_default=True,
    help="How it is printed.",
)  # fmt: skip
def command(
    specs: tuple[Path, ...],
    since: str | None,
    other: Path | None,
    target: str | None,
    detailed_exitcode: bool,
    format_: str,
) -> None:
    """Show how the definitions of SPECS change, and which steps would run again."""
    if (since is None) == (other is None):
        raise click.UsageError("say --since or --with, one of the two")
    if since is not None:
        found = list(_since(since, specs, target))
    else:
        if len(specs) != 1 or specs[0].is_dir():
            raise click.UsageError("--with compares one spec")
        name, new = _compiled(specs[0], target)
        found = [compare(name, str(other), _other(other or specs[0], target, new), new)]
    click.echo(FORMATS[format_](found), nl=False)
    if detailed_exitcode and any(each.changes for each in found):
        sys.exit(CHANGES)


def _since(commit: str, specs: tuple[Path, ...], target: str | None) -> Iterator[Comparison]:
    """Yield the comparison of each spec that is there now, or was there at the commit."""
    inside = next((spec for spec in specs if spec.exists()), Path())
    with files_at(commit, inside if inside.is_dir() else inside.parent) as (root, before):
        named: dict[Path, None] = {}
        for spec in specs:
            if not spec.resolve().is_relative_to(root):
                raise click.UsageError(f"{spec} is outside of the repository {root.name}")
            relative = spec.resolve().relative_to(root)
            for top in (root, before):
                if (top / relative).exists():
                    files = spec_files([top / relative])
                    named.update(dict.fromkeys(file.relative_to(top) for file in files))
        if not named:
            raise click.UsageError(f"there is no {specs[0]}, neither now nor at {commit}")
        for name in sorted(named):
            pipelines = [
                _compiled(top / name, target) if (top / name).is_file() else None
                for top in (before, root)
            ]
            old, new = pipelines
            pipeline = (new or old or ("", None))[0]
            yield compare(pipeline, commit, old[1] if old else None, new[1] if new else None)


def _compiled(spec: Path, target: str | None) -> tuple[str, Deployment]:
    """Return the pipeline of a spec, or end after telling what is wrong in it."""
    if not spec.is_file():
        raise click.UsageError(f"there is no spec {spec}")
    compilation = compile_pipeline(spec, target=target, environment=environment())
    if compilation.pipeline is None:
        report(seen_from_here(compilation.diagnostics, compilation.project), "text", to_stderr=True)
        sys.exit(ERRORS)
    return compilation.pipeline.name, wanted(compilation.pipeline)


def _other(path: Path, target: str | None, new: Deployment) -> Deployment:
    """Return what a file says; of what a definition can't say, it is taken to say the same."""
    if path.suffix != ".json":
        return _compiled(path, target)[1]
    diagnostics = Diagnostics()
    described = None
    try:
        source = decode(path.as_posix(), path.read_bytes(), diagnostics)
        described = read_described(source, diagnostics) if source is not None else None
    except OSError as error:
        report_unreadable(path.as_posix(), error, diagnostics)
    if described is None:
        report(list(diagnostics), "text", to_stderr=True)
        sys.exit(ERRORS)
    fields = described.fields
    return replace(
        new,
        definition=plain(described.definition),
        role=fields.get("role", new.role),
        description=fields.get("description", new.description),
        parallelism=fields.get(PARALLELISM[2], new.parallelism),
    )
