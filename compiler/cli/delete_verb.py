"""`pipec delete`: delete a pipeline with all that starts it."""

from collections.abc import Iterator
from dataclasses import replace

import click

from compiler.cli.addressed import Addressed, addressing, json_option
from compiler.cli.confirming import confirm_by
from compiler.deploy.words import count
from compiler.diagnostics.diagnostic import listing
from compiler.diagnostics.render import json_text, printable
from compiler.operate.at_work import holding, read_at_rest
from compiler.operate.belongings import Belongings, read_belongings
from compiler.operate.clock import Clock
from compiler.operate.delete import Extent, delete
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
    aws, extent = found.aws, Extent(artifacts=artifacts, stop=stop)
    listed = read_belongings(aws, found.pipeline, found.storage)
    _check(listed, extent)
    storage, name = listed.storage, listed.name
    record = read_at_rest(aws, storage, name) if storage is not None else None
    for line in _lines(listed, extent):
        click.echo(printable(line), err=format_ == "json")
    confirm_by(name, "type the name of the pipeline to delete all this", yes=yes)

    def tell(line: str) -> None:
        if format_ == "text":
            click.echo(printable(f"  ✓ {line}"))

    with holding(aws, name, record) as hold:
        all_ = read_belongings(aws, found.pipeline, found.storage)
        _check_again(listed, all_, extent)
        delete(aws, all_, extent, hold=hold, clock=clock or Clock(), tell=tell)
    if format_ == "json":
        objects = [place.uri for place in all_.objects] if artifacts else []
        click.echo(json_text({"version": 1, **all_.as_json(), "objects": objects}), nl=False)


def _check(found: Belongings, extent: Extent) -> None:
    if found.is_empty and not (extent.artifacts and found.objects):
        raise NotDoneError(f"there is no pipeline `{found.name}`, and nothing that belongs to one")
    if found.running and not extent.stop:
        ids = listing(each.id for each in found.running)
        raise NotDoneError(f"`{found.name}` is running, as {ids}: wait, or give --stop")
    if extent.artifacts and found.storage is None:
        raise click.UsageError("--artifacts: it is not known where they are, so name the spec")
    if extent.artifacts and found.elsewhere:
        places = listing(found.elsewhere)
        raise NotDoneError(f"the code is also that of deployments to {places}, so it has to stay")


def _check_again(listed: Belongings, now: Belongings, extent: Extent) -> None:
    """Raise NotDoneError if there is now something else than what was listed.

    Executions may have ended; of those that have begun, only the ones to be stopped are let be.
    """
    _check(now, extent)
    before, after = (tuple(_lines(replace(each, running=()), extent)) for each in (listed, now))
    if before != after:
        raise NotDoneError(
            f"what there is of `{now.name}` is no longer what was listed: look again"
        )


def _lines(found: Belongings, extent: Extent) -> Iterator[str]:
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
    if extent.artifacts:
        yield f"  - {count(len(found.objects), 'object')} in {found.storage}/{found.name}"
    if found.record is not None:
        yield f"  - record {found.record.uri}"
    kept = "model package groups" if extent.artifacts else "the code in S3, model package groups"
    yield f"what stays: {kept} and what executions have written"
