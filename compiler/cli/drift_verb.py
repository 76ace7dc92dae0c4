"""`pipec drift`: tell what was changed in AWS behind our back."""

import sys
from pathlib import Path

import click

from compiler.cli.deploying import aws_options, failures_of_aws, meant
from compiler.cli.exits import CHANGES
from compiler.cli.specs import spec_files, specs_argument, target_option
from compiler.deploy.drift import Drift, drift_text, drifts_json, find_drift
from compiler.deploy.world import read_world


@click.command("drift")
@specs_argument
@target_option
@aws_options
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How it is printed.",
)  # fmt: skip
def command(
    specs: tuple[Path, ...],
    target: str | None,
    region: str | None,
    profile: str | None,
    format_: str,
) -> None:
    """Tell what of SPECS was changed in AWS since the last upsert; exit with 4 if anything was."""
    found: list[Drift] = []
    with failures_of_aws():
        for path in spec_files(specs):
            each = meant(path, target=target, region=region, profile=profile)
            found.append(find_drift(read_world(each.aws, each.pipeline), each.source))
    if format_ == "json":
        click.echo(drifts_json(found), nl=False)
    else:
        click.echo("\n".join(map(drift_text, found)), nl=False)
    if not all(each.is_none for each in found):
        sys.exit(CHANGES)
