"""`pipec upsert`: create or update pipelines in AWS."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compiler.cli.deploying import Meant, aws_options, end_with, failures_of_aws, meant
from compiler.cli.specs import spec_files, specs_argument, target_option
from compiler.deploy.plan import Plan
from compiler.deploy.plan_file import PlanFileError, read_plans, why_not
from compiler.deploy.plan_text import plan_text
from compiler.deploy.planning import make_plan
from compiler.deploy.record import WAIT_SECONDS
from compiler.deploy.upsert import MovedError, upsert
from compiler.deploy.world import World, read_world
from compiler.diagnostics.render import json_text, printable


@click.command("upsert")
@specs_argument
@target_option
@aws_options
@click.option("--plan", "plan_file", type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Do what this plan says, or nothing if something has changed since.",
)  # fmt: skip
@click.option(
    "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True,
    help="How it is told what was done.",
)  # fmt: skip
def command(
    specs: tuple[Path, ...],
    target: str | None,
    region: str | None,
    profile: str | None,
    plan_file: Path | None,
    format_: str,
) -> None:
    """Create or update the pipelines of SPECS in AWS, with all that belongs to them."""
    planned = _planned(plan_file)
    done: list[dict[str, Any]] = []
    with failures_of_aws():
        found = [
            meant(path, target=target, region=region, profile=profile) for path in spec_files(specs)
        ]
        for each in found:
            done.append(_upsert(each, planned, is_text=format_ == "text"))
    if format_ == "json":
        click.echo(json_text({"version": 1, "pipelines": done}), nl=False)


def _planned(plan_file: Path | None) -> list[Any] | None:
    if plan_file is None:
        return None
    try:
        return read_plans(plan_file.read_text("utf-8"))
    except (PlanFileError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{plan_file.as_posix()}: {error}") from error


def _upsert(each: Meant, planned: list[Any] | None, *, is_text: bool) -> dict[str, Any]:
    world = _world_at_rest(each)
    plan = make_plan(each.pipeline, world, each.source)
    reason = why_not(plan, planned) if planned is not None else None
    if reason is not None:
        end_with(f"{plan.name} is left as it is: {reason}")
    if is_text:
        click.echo(plan_text(plan), nl=False)

    def tell(line: str) -> None:
        if is_text:
            click.echo(printable(f"  ✓ {line}"))

    try:
        result = upsert(each.aws, each.pipeline, world, plan, tell)
    except MovedError as error:
        end_with(f"{plan.name} is left as it is: {error}; plan again")
        raise
    status = _status(plan)
    if is_text and not plan.is_empty:
        click.echo(printable(f"{plan.name}: {status}, {result.arn}"))
    return {"pipeline": plan.name, "status": status, **asdict(result)}


def _status(plan: Plan) -> str:
    if plan.is_empty:
        return "unchanged"
    return "created" if plan.is_new else "updated"


def _world_at_rest(each: Meant) -> World:
    """Return the world once no other upsert of the pipeline is at work."""
    told = False
    while True:
        world = read_world(each.aws, each.pipeline)
        claim = world.record.claim if world.record is not None else None
        if claim is None or not claim.is_active:
            return world
        if not told:
            told = True
            waiting = f"{world.name}: waiting for an upsert that {claim.by} has begun"
            click.echo(printable(waiting), err=True)
        time.sleep(min(WAIT_SECONDS, max(0.1, claim.until - time.time())))
