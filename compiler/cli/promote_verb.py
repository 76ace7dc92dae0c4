"""`pipec promote`: let an alias name another version."""

import click

from compiler.cli.addressed import Addressed, addressing, json_option
from compiler.cli.alias_move import alias_option, print_move
from compiler.operate.versions import list_versions, move_alias, version_called, version_numbered


@click.command("promote")
@addressing(reads=False)
@click.option("--version", "number", type=click.IntRange(min=1), help="Version; the newest.")
@alias_option(required=True)
@json_option
def command(
    *,
    found: Addressed,
    number: int | None,
    alias: str,
    format_: str,
) -> None:
    """Move an alias of PIPELINE to its newest version, or to the one given."""
    arn = found.arn()
    versions = list_versions(found.aws, found.pipeline)
    new = version_numbered(versions, number)
    old = version_called(versions, alias)
    if old != new:
        move_alias(found.aws, arn, alias, old=old, new=new)
    print_move(alias, old, new, format_)
