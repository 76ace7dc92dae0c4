"""The alias that `pipec promote` and `pipec rollback` move, and what they tell of it."""

import re
from collections.abc import Callable
from typing import Any

import click

from compiler.diagnostics.render import json_text
from compiler.operate.versions import Version

# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdatePipelineVersion.html
FORM = re.compile(r"(?!\d+$)[a-zA-Z0-9._-]{1,128}")


def _alias(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is not None and not FORM.fullmatch(value):
        raise click.BadParameter(
            f"`{value}` is no alias: letters, digits, `.`, `_` and `-`, and not only digits"
        )
    return value


def alias_option(*, required: bool) -> Callable[[Any], Any]:
    """Return the option --alias."""
    return click.option(
        "--alias", required=required, callback=_alias, metavar="ALIAS", help="Alias to move."
    )


def print_move(alias: str, old: Version | None, new: Version, format_: str) -> None:
    """Print from where to where an alias was moved."""
    before = old.number if old is not None else None
    if format_ == "json":
        record = {"version": 1, "alias": alias, "from": before, "to": new.number}
        click.echo(json_text(record), nl=False)
    elif before == new.number:
        click.echo(f"{alias} is on version {new.number} already")
    else:
        click.echo(
            f"{alias}: {f'version {before}' if before else 'nothing'} → version {new.number}"
        )
