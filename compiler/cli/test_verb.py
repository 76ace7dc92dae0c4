"""`pipec test`: hold pipelines against their tests, with no job run."""

import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path, PurePath

import click

from compiler.cli.exits import ERRORS
from compiler.cli.specs import environment, seen_from_here, target_option
from compiler.code.project import project_of
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.trial.read import ENDING, SPEC_ENDINGS
from compiler.trial.report import REPORTS, Reported
from compiler.trial.run import FileResult, run_file
from compiler.write import write_atomically

# Folders below which no test of the project lies.
PASSED_OVER = frozenset({"build", "node_modules", "site-packages"})


@click.command("test")
@click.argument("tests", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--name", "-k", "word", metavar="TEXT", help="Run only tests with this text in their name."
)
@target_option
@click.option(
    "--format", "format_", type=click.Choice(tuple(REPORTS)), default="text", show_default=True,
    help="How the results are printed.",
)  # fmt: skip
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the results to; they are printed as text then.",
)  # fmt: skip
def command(
    tests: tuple[Path, ...],
    word: str | None,
    target: str | None,
    format_: str,
    output: Path | None,
) -> None:
    """Run TESTS: test files, tested specs or folders; all tests of the project if none is named.

    A test file `x.test.yaml` lies beside the spec `x.yaml`. Each test gives parameters and what the
    steps do, and states what follows: which steps run and how they end, and with what arguments.
    """

    def is_chosen(name: str) -> bool:
        return word is None or word.casefold() in name.casefold()

    files = list(test_files(tests)) if tests else _files_of_project()
    if not files:
        raise click.UsageError(f"there are no tests here: files that end with `{ENDING}`")
    results = [
        run_file(path, target=target, environment=environment(), is_chosen=is_chosen)
        for path in files
    ]
    if word is not None:
        results = [each for each in results if each.results or each.diagnostics]
        if not any(each.results for each in results):
            raise click.UsageError(f"no test has `{word}` in its name")
    reported = [_seen_from_here(each) for each in results]
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(output, REPORTS[format_](reported).encode())
        format_ = "text"
    click.echo(REPORTS[format_](reported), nl=False)
    if not all(each.has_passed for each in results):
        sys.exit(ERRORS)


def _files_of_project() -> list[Path]:
    """Return the test files of the project that the command runs in, not of others below it."""
    root = project_of(Path.cwd() / "pipeline").root
    return [path for path in test_files((root,)) if project_of(path).root == root]


def test_files(paths: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the test files that are meant, each once."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = sorted(path.rglob(f"*{ENDING}"))
            found.update(dict.fromkeys(each for each in inside if _is_own(each, path)))
        elif path.name.endswith(ENDING):
            found[path] = None
        elif path.suffix in SPEC_ENDINGS:
            beside = path.with_name(path.stem + ENDING)
            if not beside.is_file():
                raise click.UsageError(f"{path} has no tests: there is no {beside.name} beside it")
            found[beside] = None
        else:
            raise click.UsageError(f"{path} is no test file: its name does not end with `{ENDING}`")
    yield from found


def _is_own(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    return path.is_file() and not any(
        part.startswith(".") or part in PASSED_OVER for part in parts[:-1]
    )


def _seen_from_here(file: FileResult) -> Reported:
    def moved(diagnostics: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        return tuple(seen_from_here(diagnostics, file.project))

    return Reported(
        name=PurePath(os.path.relpath(file.path)).as_posix(),
        diagnostics=moved(file.diagnostics),
        results=tuple(replace(each, diagnostics=moved(each.diagnostics)) for each in file.results),
    )
