"""`pipec retry`: go on with an execution that failed or was stopped."""

import uuid

import click

from compiler.cli.addressed import Addressed, addressing_execution, execution_of, json_option
from compiler.diagnostics.render import json_text
from compiler.operate.executions import read_execution
from compiler.operate.retry import retry_execution


@click.command("retry")
@addressing_execution(reads=False)
@json_option
def command(
    *,
    found: Addressed,
    execution: str | None,
    format_: str,
) -> None:
    """Go on with the newest execution of PIPELINE, or the one whose ARN is given.

    It must have failed or been stopped. What has succeeded is not run again; the definition is the
    one that it was started with.
    """
    last = execution_of(found, execution)
    retry_execution(found.aws, last, token=uuid.uuid4().hex)
    again = read_execution(found.aws, last.arn)
    if format_ == "json":
        click.echo(json_text({"version": 1, **again.as_json()}), nl=False)
        return
    click.echo(f"execution {again.id}: {again.status.lower()}")
    click.echo(f"  watch it: pipec watch {again.arn}")
