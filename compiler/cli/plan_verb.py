"""`pipec plan`: tell what an upsert would do."""

import sys
from pathlib import Path

import click

from compiler.cli.deploying import all_meant, aws_options, failures_of_aws
from compiler.cli.exits import CHANGES
from compiler.cli.specs import spec_files, specs_argument, target_option
from compiler.deploy.plan import Plan
from compiler.deploy.plan_file import plans_json
from compiler.deploy.plan_markdown import plans_markdown
from compiler.deploy.plan_text import plan_text
from compiler.deploy.planning import make_plan
from compiler.deploy.world import read_world
from compiler.write import write_atomically

FORMATS = {
    "text": lambda plans: "\n".join(map(plan_text, plans)),
    "json": plans_json,
    "markdown": plans_markdown,
}


@click.command("plan")
@specs_argument
@target_option
@aws_options
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the plan to, for `pipec upsert --plan`.",
)  # fmt: skip
@click.option("--markdown", type=click.Path(dir_okay=False, path_type=Path),
    help="File to write the comment of a pull request to.",
)  # fmt: skip
@click.option("--detailed-exitcode", is_flag=True, help="Exit with 4 when there are changes.")
@click.option(
    "--format", "format_", type=click.Choice(tuple(FORMATS)), default="text", show_default=True,
    help="How the plan is printed.",
)  # fmt: skip
def command(
    specs: tuple[Path, ...],
    target: str | None,
    region: str | None,
    profile: str | None,
    output: Path | None,
    markdown: Path | None,
    detailed_exitcode: bool,
    format_: str,
) -> None:
    """Tell what an upsert of SPECS would change in AWS, and which steps would run again."""
    plans: list[Plan] = []
    with failures_of_aws():
        found = all_meant(spec_files(specs), target=target, region=region, profile=profile)
        for each in found:
            world = read_world(each.aws, each.pipeline)
            plans.append(make_plan(each.pipeline, world, each.source))
    if output is not None:
        write_atomically(output, plans_json(plans).encode())
    if markdown is not None:
        write_atomically(markdown, plans_markdown(plans).encode())
    click.echo(FORMATS[format_](plans), nl=False)
    # To write the record anew changes nothing that runs.
    if detailed_exitcode and any(plan.changes or plan.uploads or plan.calls for plan in plans):
        sys.exit(CHANGES)
