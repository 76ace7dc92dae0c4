"""`pipec start`: start an execution of a pipeline in AWS."""

import json
import uuid
from pathlib import Path
from typing import Any

import click

from compiler.cli.addressed import Addressed, addressing
from compiler.cli.following import FORMATS, Manner, follow
from compiler.cli.parameter_file import read_parameters
from compiler.cli.specs import assignment
from compiler.deploy.changes import is_same_definition
from compiler.diagnostics.render import json_text, printable
from compiler.local.parameters import ParameterError
from compiler.operate.arns import execution_id
from compiler.operate.clock import Clock
from compiler.operate.console import studio_address
from compiler.operate.refusal import NotDoneError
from compiler.operate.selection import Selection, select
from compiler.operate.source_execution import Source, find_source
from compiler.operate.start import Runnable, Which, Wish, read_runnable, start


@click.command("start")
@addressing(reads=False)
@click.option(
    "--set", "parameters", multiple=True, callback=assignment, metavar="NAME=VALUE",
    help="Value of a parameter; may be given several times.",
)  # fmt: skip
@click.option(
    "--parameters", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="YAML or JSON file with values of parameters; --set overrules it.",
)  # fmt: skip
@click.option("--name", metavar="NAME", help="Name under which the execution is displayed.")
@click.option("--description", metavar="TEXT", help="What the execution is for.")
@click.option(
    "--select", "words", multiple=True, metavar="STEP",
    help="Run only this step; `STEP+` with all after it, `+STEP` with all before it.",
)  # fmt: skip
@click.option(
    "--source", metavar="EXECUTION", help="Execution to take the results of other steps from."
)
@click.option("--version", type=click.IntRange(min=1), help="Version to run; the newest.")
@click.option("--alias", metavar="ALIAS", help="Alias of the version to run.")
@click.option("--max-parallel", type=click.IntRange(min=1), help="Most steps at a time.")
@click.option("--watch", "is_watched", is_flag=True, help="Follow it until it ends.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How it is told; `github` makes a difference with --watch.",
)  # fmt: skip
@click.pass_obj
def command(
    clock: Clock | None,
    /,
    *,
    found: Addressed,
    **options: Any,
) -> None:
    """Start an execution of PIPELINE: a spec, or the name or ARN of a pipeline in AWS."""
    if options["version"] is not None and options["alias"] is not None:
        raise click.UsageError("--version and --alias say the same thing: give one of them")
    if options["source"] is not None and not options["words"]:
        raise click.UsageError("--source: only steps that are chosen by --select need one")
    which = Which(version=options["version"], alias=options["alias"])
    runnable = read_runnable(found.aws, found.pipeline, which)
    if not which.request:
        _warn_if_other(found, runnable)
    selection, source = _selected(found, runnable, options)
    wish = Wish(
        token=uuid.uuid4().hex,
        which=which,
        parameters={**read_parameters(options["file"]), **options["parameters"]},
        name=options["name"],
        description=options["description"],
        max_parallel=options["max_parallel"],
        selected=selection.steps if selection is not None else (),
        source=source.execution.arn if source is not None else None,
    )
    arn = start(found.aws, _request(wish, runnable))
    is_watched, format_ = options["is_watched"], options["format_"]
    if format_ == "json":
        _tell_machines(found, arn, wish, is_line=is_watched)
    else:
        _tell_people(found, arn, wish)
    if is_watched:
        follow(found, arn, Manner(format=format_), clock or Clock())
    elif format_ != "json":
        click.echo(f"  watch it: pipec watch {arn}")


def _warn_if_other(found: Addressed, runnable: Runnable) -> None:
    spec = found.spec
    if spec is None or is_same_definition(runnable.definition, spec.pipeline.definition):
        return
    click.echo(
        f"warning: {spec.source} compiles to something else than what runs: pipec plan says what",
        err=True,
    )


def _selected(
    found: Addressed, runnable: Runnable, options: dict[str, Any]
) -> tuple[Selection | None, Source | None]:
    if not options["words"]:
        return None, None
    selection = select(runnable.definition, options["words"])
    source = find_source(found.aws, runnable, selection, options["source"])
    if source is not None and source.is_chosen:
        taken = source.execution
        others = ", ".join(selection.needs)
        click.echo(
            printable(
                f"the results of {others} are those of execution {taken.id} ({taken.status})"
            ),
            err=True,
        )
    return selection, source


def _request(wish: Wish, runnable: Runnable) -> dict[str, Any]:
    try:
        return wish.request(runnable)
    except ParameterError as error:
        raise NotDoneError("\n       ".join(error.mistakes)) from error


def _tell_machines(found: Addressed, arn: str, wish: Wish, *, is_line: bool) -> None:
    """Print a record; in one line if the lines of the watching follow."""
    record = {
        "arn": arn,
        "id": execution_id(arn),
        "pipeline_version": wish.which.version,
        "alias": wish.which.alias,
        "selected": list(wish.selected),
        "source": wish.source,
        "studio": studio_address(found.aws, arn),
    }
    if is_line:
        click.echo(json.dumps({"event": "start", **record}))
    else:
        click.echo(json_text({"version": 1, **record}), nl=False)


def _tell_people(found: Addressed, arn: str, wish: Wish) -> None:
    click.echo(f"started {arn}")
    if wish.selected:
        click.echo(printable(f"  only {', '.join(wish.selected)}"))
    studio = studio_address(found.aws, arn)
    if studio is not None:
        click.echo(f"  in Studio: {studio}")
