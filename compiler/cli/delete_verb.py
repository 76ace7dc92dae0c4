"""`pipec delete`: delete a pipeline with all that starts it."""

from collections.abc import Iterator

import click

from compiler.cli.addressed import Addressed, addressing, json_option
from compiler.cli.confirming import confirm_by
from compiler.deploy.words import count
from compiler.diagnostics.diagnostic import listing
from compiler.diagnostics.render import json_text, printable
from compiler.operate.at_work import check_at_rest
from compiler.operate.belongings import Belongings, read_belongings
from compiler.operate.clock import Clock
from compiler.operate.delete import delete
from compiler.operate.refusal import NotDoneError


@click.command("delete")
@addressing(reads=False)
@click.option("--artifacts", is_flag=True, help="Delete its code and definitions in S3, too.")
@click.option("--stop", is_flag=True, help="Stop its executions that run, and wait for them.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def command(
    clock: Clock | None,
    /,
    *,
    found: Addressed,
    artifacts: bool,
    stop: bool,
    yes: bool,
    format_: str,
) -> None:
    """Delete PIPELINE in AWS, with its schedules, its rules and the record of its deployment.

    Model package groups and what its executions have written stay.
    """
    aws = found.aws
    all_ = read_belongings(aws, found.pipeline, found.storage)
    _check(all_, artifacts=artifacts, stop=stop)
    if all_.storage is not None:
        check_at_rest(aws, all_.storage, all_.name)
    for line in _lines(all_, artifacts=artifacts):
        click.echo(printable(line), err=format_ == "json")
    confirm_by(all_.name, "type the name of the pipeline to delete all this", yes=yes)

    def tell(line: str) -> None:
        if format_ == "text":
            click.echo(printable(f"  ✓ {line}"))

    delete(aws, all_, artifacts=artifacts, clock=clock or Clock(), tell=tell)
    if format_ == "json":
        objects = [place.uri for place in all_.objects] if artifacts else []
        record = {"version": 1, **all_.as_json(), "objects": objects}
        click.echo(json_text(record), nl=False)


def _check(found: Belongings, *, artifacts: bool, stop: bool) -> None:
    if found.is_empty and not (artifacts and found.objects):
        raise NotDoneError(f"there is no pipeline `{found.name}`, and nothing that belongs to one")
    if found.running and not stop:
        ids = listing(each.id for each in found.running)
        raise NotDoneError(f"`{found.name}` is running, as {ids}: wait, or give --stop")
    if artifacts and found.storage is None:
        raise click.UsageError("--artifacts: it is not known where they are, so name the spec")
    if artifacts and found.elsewhere:
        places = listing(found.elsewhere)
        raise NotDoneError(f"the code is also that of deployments to {places}, so it has to stay")


def _lines(found: Belongings, *, artifacts: bool) -> Iterator[str]:
    yield f"to be deleted of {found.name}:"
    for execution in found.running:
        yield f"  - execution {execution.id}, which runs and is stopped"
    for rule in found.rules:
        yield f"  - rule {rule.name}" + ("" if rule.is_ours else ": only its target")
    for schedule in found.schedules:
        yield f"  - schedule {schedule}"
    if found.group is not None:
        yield f"  - schedule group {found.group}"
    if found.exists:
        yield f"  - pipeline {found.arn}, with its versions and the history of its executions"
    if artifacts:
        yield f"  - {count(len(found.objects), 'object')} in {found.storage}/{found.name}"
    if found.record is not None:
        yield f"  - record {found.record.uri}"
    kept = "model package groups" if artifacts else "the code in S3, model package groups"
    yield f"what stays: {kept} and what executions have written"
