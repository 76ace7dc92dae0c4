"""`pipec versions`: list the versions of a pipeline."""

import click

from compiler.cli.addressed import Addressed, addressing, json_option
from compiler.cli.columns import print_columns
from compiler.cli.execution_words import moment_words
from compiler.diagnostics.render import json_text
from compiler.operate.arns import execution_id
from compiler.operate.versions import list_versions


@click.command("versions")
@addressing(reads=True)
@json_option
def command(*, found: Addressed, format_: str) -> None:
    """List the versions of PIPELINE, the newest first, with their aliases."""
    versions = list_versions(found.aws, found.there())
    if format_ == "json":
        listed = [each.as_json() for each in versions]
        click.echo(json_text({"version": 1, "versions": listed}), nl=False)
        return
    print_columns([
        ("version", "created", "aliases", "last execution", "description"),
        *(
            (
                str(each.number),
                moment_words(each.created),
                " ".join(each.aliases) or "-",
                execution_id(each.last_execution) if each.last_execution else "-",
                each.description or each.name,
            )
            for each in versions
        ),
    ])  # fmt: skip
