"""`pipec run`: run a pipeline on this machine."""

import gc
import os
import shlex
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from compiler.cli.exits import ERRORS
from compiler.cli.progress import Progress
from compiler.cli.specs import (
    assignment,
    environment,
    report,
    seen_from_here,
    spec_argument,
    target_option,
)
from compiler.code.project import project_of
from compiler.compile import CompiledPipeline, compile_pipeline
from compiler.diagnostics.render import printable
from compiler.local.container import InterpreterError
from compiler.local.execute import Execution, execute
from compiler.local.graph import InvalidDefinitionError
from compiler.local.parameters import ParameterError
from compiler.local.record import (
    ExecutionBusyError,
    UnknownExecutionError,
    UnreadableRecordError,
    read_record,
)
from compiler.local.s3 import LocalS3, S3Error
from compiler.local.step_types import CannotRunHereError
from compiler.report.page import page_of_run
from compiler.write import write_atomically

HOME = ".pipec"


@click.command("run")
@spec_argument
@target_option
@click.option(
    "--set", "parameters", multiple=True, callback=assignment, metavar="NAME=VALUE",
    help="Value of a pipeline parameter; may be given several times.",
)  # fmt: skip
@click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path),
    help=f"Folder for local S3, runs and registry; {HOME} in the project when left out.",
)  # fmt: skip
@click.option("--resume", metavar="ID", help="Go on with an execution that failed or was stopped.")
@click.option("--no-cache", is_flag=True, help="Run every step, whatever has been run before.")
@click.option(
    "--max-parallel", type=click.IntRange(min=1), help="Most steps at a time; one per processor."
)
@click.option(
    "--python", type=click.Path(exists=True, dir_okay=False), default=sys.executable,
    help="Python that runs the scripts; pipec's own when left out.",
)  # fmt: skip
def command(spec: Path, target: str | None, home: Path | None, **options: Any) -> None:
    """Compile SPEC and run it here: each job in a process that sees the container's contract."""
    gc.enable()
    again = _same_again(spec, target, home, options["python"])
    home = (home or project_of(spec).root / HOME).resolve()
    try:
        target = _target_to_resume(home, options["resume"], target)
    except (UnknownExecutionError, UnreadableRecordError) as error:
        _end_with(error)
    compilation = compile_pipeline(spec, target=target, environment=environment())
    report(seen_from_here(compilation.diagnostics, compilation.project), "text", to_stderr=True)
    pipeline = compilation.pipeline
    if pipeline is None or compilation.source is None:
        sys.exit(ERRORS)
    progress = Progress(pipeline)
    try:
        execution = _execute(pipeline, compilation.source.name, home, progress, options)
    except ParameterError as mistakes:
        raise click.UsageError("\n       ".join(mistakes.mistakes)) from None
    except InterpreterError as error:
        raise click.UsageError(f"--python: {error}") from None
    except (
        InvalidDefinitionError,
        CannotRunHereError,
        UnknownExecutionError,
        UnreadableRecordError,
        ExecutionBusyError,
        S3Error,
    ) as error:
        _end_with(error)
    _show_end(execution, progress, again)
    if execution.status != "Succeeded":
        sys.exit(ERRORS)


def _end_with(error: Exception) -> NoReturn:
    lines = (printable(line) for line in str(error).split("\n"))
    click.echo("pipec: " + "\n".join(lines), err=True)
    sys.exit(ERRORS)


def _target_to_resume(home: Path, resume: str | None, target: str | None) -> str | None:
    """Return the target of the execution to go on with, which can't be another."""
    if resume is None:
        return target
    before = read_record(home, resume)["target"]
    if before is None or target not in (None, before):
        raise click.UsageError(f"execution {resume} is of the target `{before}`; resuming keeps it")
    return str(before)


def _same_again(spec: Path, target: str | None, home: Path | None, python: str) -> str:
    """Return the command line that runs the same spec in the same way."""
    words = ["pipec", "run", str(spec)]
    words += ["--target", target] if target is not None else []
    words += ["--home", str(home)] if home is not None else []
    words += ["--python", python] if python != sys.executable else []
    return shlex.join(words)


def _show_end(execution: Execution, progress: Progress, again: str) -> None:
    page = execution.folder / "report.html"
    write_atomically(page, page_of_run(execution.folder).encode())
    failed = execution.listener_error
    try:
        if failed is None:
            progress.end(execution, Path(os.path.relpath(page)), again)
    except OSError as error:
        failed = error
    if failed is not None:
        _give_up_printing(failed)


def _give_up_printing(error: Exception) -> None:
    """Go on to the exit status: whoever reads has gone away, or the output cannot be written."""
    if not isinstance(error, BrokenPipeError):
        click.echo(f"pipec: what happened could not be printed: {error!r}", err=True)
    if isinstance(error, OSError):
        # What is still in the buffer would be tried again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _execute(
    pipeline: CompiledPipeline,
    source: str,
    home: Path,
    progress: Progress,
    options: dict[str, Any],
) -> Execution:
    storage = LocalS3(home / "s3")
    for uri, content in pipeline.uploads().items():
        if not storage.exists(uri):
            storage.write(uri, content)
    return execute(
        pipeline.definition,
        pipeline=pipeline.name,
        home=home,
        parameters=options["parameters"],
        python=options["python"],
        max_parallel=options["max_parallel"],
        resume=options["resume"],
        use_cache=not options["no_cache"],
        listener=progress,
        source=source,
        target=pipeline.target,
    )
