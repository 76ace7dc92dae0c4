"""What the verbs share: which specs are meant, and how diagnostics are printed."""

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any

import click

from compiler.code.project import Project
from compiler.diagnostics import codes
from compiler.diagnostics.code_quality import as_code_quality
from compiler.diagnostics.diagnostic import Diagnostic, Related
from compiler.diagnostics.render import as_github, as_json, as_text
from compiler.diagnostics.sarif import as_sarif
from compiler.diagnostics.span import SourceFile, Span
from compiler.version import VERSION

SUFFIXES = (".yaml", ".yml")
FORMATS: dict[str, Callable[[list[Diagnostic]], str]] = {
    "text": as_text,
    "json": as_json,
    "sarif": lambda diagnostics: as_sarif(diagnostics, VERSION),
    "github": as_github,
    "gitlab": as_code_quality,
}

format_option = click.option(
    "--format",
    "format_",
    type=click.Choice(tuple(FORMATS)),
    default="text",
    show_default=True,
    help="How diagnostics are printed.",
)
strict_option = click.option("--strict", is_flag=True, help="Exit with 1 on warnings too.")
target_option = click.option("--target", "-t", help="Target to compile for.")
specs_argument = click.argument(
    "specs", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
spec_argument = click.argument("spec", type=click.Path(exists=True, dir_okay=False, path_type=Path))


def spec_files(specs: Iterable[Path]) -> list[Path]:
    """Return the files that are meant: a folder stands for all specs in and below it."""
    found: dict[Path, None] = {}
    for spec in specs:
        if not spec.is_dir():
            found[spec] = None
            continue
        inside = [path for path in sorted(spec.rglob("*")) if _is_spec(path)]
        if not inside:
            raise click.UsageError(f"there is no spec in {spec}, a YAML file with a `kind:`")
        found.update(dict.fromkeys(inside))
    return list(found)


def _is_spec(path: Path) -> bool:
    """Tell specs from other YAML files, such as templates' and workflows'."""
    if path.suffix not in SUFFIXES or (path.exists() and not path.is_file()):
        return False
    return not path.exists() or any(
        line.startswith(b"kind:") for line in path.read_bytes().splitlines()
    )


def environment() -> dict[str, str]:
    """Return the environment; a spec sees of it only what it declares under `env`."""
    return dict(os.environ)


def seen_from_here(diagnostics: Iterable[Diagnostic], project: Project) -> list[Diagnostic]:
    """Return the diagnostics with their files named from the current folder.

    A compilation names files from the root of the project, so that what it makes is the same
    anywhere; people and CI look from where they stand.
    """
    if Path.cwd() == project.root:
        return list(diagnostics)
    return [
        replace(
            each,
            span=place_from_here(each.span, project),
            related=tuple(
                replace(other, span=place_from_here(other.span, project)) for other in each.related
            ),
        )
        for each in diagnostics
    ]


def place_from_here(span: Span, project: Project) -> Span:
    """Return a place with its file named from the current folder."""
    return span._replace(source=_seen_from(Path.cwd(), project.root, span.source))


@lru_cache(maxsize=64)
def _seen_from(here: Path, root: Path, source: SourceFile) -> SourceFile:
    """Return a source under its name here; one object for one, so that places stay equal."""
    name = PurePath(os.path.relpath(root / source.name, here)).as_posix()
    return SourceFile(name, source.text)


def compiled_twice(name: str, place: Span, first: Span) -> Diagnostic:
    """Return the mistake that two specs are the same pipeline."""
    return Diagnostic(
        code=codes.DUPLICATE_PIPELINE,
        message=f"another spec is the pipeline `{name}` too",
        span=place,
        hint="give it a name of its own, or name one of them at a time",
        related=(Related(span=first, message="the other one"),),
    )


def report(
    diagnostics: list[Diagnostic],
    format_: str,
    *,
    ignored: Iterable[Diagnostic] = (),
    to_stderr: bool = False,
) -> None:
    """Print diagnostics; text may go to the error stream, formats for machines never do.

    Those that are ignored are shown where a format can say so.
    """
    if format_ == "sarif":
        diagnostics = [*diagnostics, *ignored]
    text = FORMATS[format_](diagnostics)
    if text:
        click.echo(text, err=to_stderr and format_ == "text", nl=format_ == "text")


def summary(diagnostics: list[Diagnostic], ignored: int = 0) -> str:
    """Return how many errors and warnings there are, and how many are ignored, in words."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    counts = ((errors, "error"), (len(diagnostics) - errors, "warning"))
    said = [f"{count} {noun}{'' if count == 1 else 's'}" for count, noun in counts if count]
    return ", ".join((said or ["no mistakes"]) + ([f"{ignored} ignored"] if ignored else []))


def fails(diagnostics: list[Diagnostic], *, strict: bool) -> bool:
    """Return whether the exit status tells of a failure."""
    return any(diagnostic.is_error or strict for diagnostic in diagnostics)


def assignment(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> dict[str, Any]:
    """Read options of the form NAME=VALUE."""
    found = {}
    for value in values:
        name, separator, text = value.partition("=")
        if not separator or not name:
            raise click.BadParameter(f"`{value}` is not of the form NAME=VALUE")
        found[name] = text
    return found
