"""`pipec stop`: stop an execution."""

import click

from compiler.cli.addressed import Addressed, addressing_execution, execution_of, json_option
from compiler.diagnostics.render import json_text
from compiler.operate.executions import RUNNING, read_execution
from compiler.operate.refusal import NotDoneError
from compiler.operate.stop import stop_execution


@click.command("stop")
@addressing_execution(reads=False)
@json_option
def command(
    *,
    found: Addressed,
    execution: str | None,
    format_: str,
) -> None:
    """Stop the newest execution of PIPELINE that runs, or the one whose ARN is given.

    Its jobs are stopped. A step that waits for a callback or a Lambda function is waited for.
    """
    running = execution_of(found, execution, RUNNING)
    if running.is_over:
        raise NotDoneError(f"execution {running.id} is {running.status} already")
    if running.status == "Executing":
        stop_execution(found.aws, running.arn)
        running = read_execution(found.aws, running.arn)
    if format_ == "json":
        click.echo(json_text({"version": 1, **running.as_json()}), nl=False)
        return
    click.echo(f"execution {running.id}: {running.status.lower()}")
    click.echo(f"  watch it end: pipec watch {running.arn}")
