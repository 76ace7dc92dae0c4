"""`pipec watch`: follow an execution until it ends."""

from typing import Any

import click

from compiler.cli.addressed import Addressed, addressing_execution, execution_of
from compiler.cli.following import FORMATS, Manner, follow
from compiler.operate.clock import Clock


@click.command("watch")
@addressing_execution(reads=True)
@click.option(
    "--interval", type=click.FloatRange(min=1), default=30.0, show_default=True, metavar="SECONDS",
    help="Longest time between two looks; the first ones are closer.",
)  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0), metavar="SECONDS",
    help="Watch no longer than this, and exit with 5 if it still runs.",
)  # fmt: skip
@click.option("--logs", is_flag=True, help="Print the last lines of the log of a step that fails.")
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), default="text", show_default=True,
    help="How it is told: for people, a JSON object per line, or with annotations for GitHub.",
)  # fmt: skip
@click.pass_obj
def command(
    clock: Clock | None,
    /,
    *,
    found: Addressed,
    execution: str | None,
    **options: Any,
) -> None:
    """Follow an execution of PIPELINE until it ends: the newest, or the one whose ARN is given.

    PIPELINE is a spec, the name or ARN of a pipeline in AWS, or the ARN of an execution. Exits with
    0 if the execution has succeeded, with 1 if not, and with 3 if AWS fails.
    """
    manner = Manner(
        format=options["format_"],
        interval=options["interval"],
        timeout=options["timeout"],
        logs=options["logs"],
    )
    follow(found, execution_of(found, execution).arn, manner, clock or Clock())
