"""`pipec status`: tell how an execution stands."""

import click

from compiler.cli.addressed import Addressed, addressing_execution, execution_of, json_option
from compiler.cli.columns import print_columns
from compiler.cli.execution_words import execution_lines, moment_words
from compiler.cli.failures import failure_of
from compiler.cli.progress import SIGNS
from compiler.diagnostics.render import json_text
from compiler.operate.clock import Clock
from compiler.operate.step_runs import read_step_runs
from compiler.operate.step_words import ending_words


@click.command("status")
@addressing_execution(reads=True)
@json_option
@click.pass_obj
def command(
    clock: Clock | None,
    /,
    *,
    found: Addressed,
    execution: str | None,
    format_: str,
) -> None:
    """Tell how the newest execution of PIPELINE stands, or the one whose ARN is given."""
    now = (clock or Clock()).now()
    shown = execution_of(found, execution)
    runs = read_step_runs(found.aws, shown.arn)
    failures = [failure_of(found, run, logs=False) for run in runs if run.status == "Failed"]
    if format_ == "json":
        more = {failure.run.key: failure.as_json() for failure in failures}
        steps = [{**run.as_json(), **more.get(run.key, {})} for run in runs]
        click.echo(json_text({"version": 1, **shown.as_json(), "steps": steps}), nl=False)
        return
    for line in execution_lines(shown):
        click.echo(line)
    if runs:
        print_columns(
            (
                SIGNS.get(run.status, "▸"),
                run.label,
                moment_words(run.started),
                ending_words(run, now),
            )
            for run in runs
        )
    for failure in failures:
        click.echo(f"{failure.run.label} failed")
        for line in (*(f"  {text}" for text in failure.text), *failure.excerpt):
            click.echo(line)
