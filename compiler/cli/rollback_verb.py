"""`pipec rollback`: go back to an older version of a pipeline."""

import click

from compiler.cli.addressed import Addressed, addressing, json_option
from compiler.cli.alias_move import alias_option, print_move
from compiler.cli.confirming import confirm
from compiler.deploy.lines import change_lines
from compiler.diagnostics.render import json_text, printable
from compiler.operate.at_work import holding, read_at_rest
from compiler.operate.refusal import NotDoneError
from compiler.operate.rollback import Rollback, plan_rollback, roll_back
from compiler.operate.versions import (
    list_versions,
    move_alias,
    version_before,
    version_called,
    version_numbered,
)


@click.command("rollback")
@addressing(reads=False)
@click.option("--to", "number", type=click.IntRange(min=1), help="Version; the one before.")
@alias_option(required=False)
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(
    *,
    found: Addressed,
    number: int | None,
    alias: str | None,
    yes: bool,
    format_: str,
) -> None:
    """Make an older definition of PIPELINE the current one, or move an alias back.

    The definition becomes a new version, and what runs the pipeline by no version and no alias runs
    it from then on. Its role, tags, schedules and rules stay as they are.
    """
    if alias is not None:
        _move_back(found, alias, number, format_)
        return
    plan = plan_rollback(found.aws, found.there(), number)
    storage = found.storage or plan.storage
    record = read_at_rest(found.aws, storage, plan.name) if storage is not None else None
    _show(plan, format_)
    made = None
    if plan.changes:
        confirm("make this definition the current one?", yes=yes)
        with holding(found.aws, plan.name, record):
            made = roll_back(found.aws, plan)
    if format_ == "json":
        said = {
            "version": 1,
            "pipeline": plan.name,
            "from": plan.current.number,
            "to": plan.wanted.number,
            "made": made,
            "changes": [change.as_json() for change in plan.changes],
        }
        click.echo(json_text(said), nl=False)
    elif plan.changes:
        click.echo(
            printable(f"{plan.name}: version {plan.wanted.number} is current again")
            + (f", as version {made}" if made is not None else "")
        )


def _show(plan: Rollback, format_: str) -> None:
    to_stderr = format_ == "json"
    head = f"{plan.name}: version {plan.current.number} → version {plan.wanted.number}"
    click.echo(printable(head), err=to_stderr)
    for change in plan.changes:
        for line in change_lines(change):
            click.echo(printable(line), err=to_stderr)
    if not plan.changes:
        click.echo("  no differences: the current definition says the same", err=to_stderr)


def _move_back(found: Addressed, alias: str, number: int | None, format_: str) -> None:
    arn = found.arn()
    versions = list_versions(found.aws, found.pipeline)
    old = version_called(versions, alias)
    if old is None:
        raise NotDoneError(f"no version has the alias `{alias}`: pipec promote gives it to one")
    new = (
        version_before(versions, old.number)
        if number is None
        else version_numbered(versions, number)
    )
    if new != old:
        move_alias(found.aws, arn, alias, old=old, new=new)
    print_move(alias, old, new, format_)
