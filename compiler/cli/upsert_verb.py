"""`pipec upsert`: create or update pipelines in AWS."""

import os
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compiler.cli.deploying import Meant, all_meant, aws_options, end_with, failures_of_aws
from compiler.cli.exits import ERRORS, INTERRUPTED, WORLD_FAILED
from compiler.cli.specs import spec_files, specs_argument, target_option
from compiler.deploy.aws import AwsError
from compiler.deploy.plan import Plan
from compiler.deploy.plan_file import PlanFileError, read_plans, why_not
from compiler.deploy.plan_text import plan_text
from compiler.deploy.planning import make_plan
from compiler.deploy.record import WAIT_SECONDS, read_record
from compiler.deploy.upsert import MovedError, TakenOverError, upsert
from compiler.deploy.words import count
from compiler.deploy.world import World, read_world
from compiler.diagnostics.render import json_text, printable
from compiler.operate.refusal import NotDoneError

AGAIN = "; another `pipec upsert` does the rest"


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
    failure: str | None = None
    status = 0
    with failures_of_aws():
        found = all_meant(spec_files(specs), target=target, region=region, profile=profile)
    for each in found:
        try:
            done.append(_upsert(each, planned, is_text=format_ == "text"))
        except NotDoneError as error:
            failure, status = str(error), ERRORS
        except AwsError as error:
            failure, status = f"{each.pipeline.name}: {error}{AGAIN}", WORLD_FAILED
        except KeyboardInterrupt:
            failure, status = f"{each.pipeline.name}: interrupted{AGAIN}", INTERRUPTED
        if failure is not None:
            break
    if format_ == "json":
        say(json_text({"version": 1, "pipelines": done, "failure": failure}), nl=False)
    if failure is not None:
        left = len(found) - len(done) - 1
        more = f"; {count(left, 'pipeline')} after it not begun" if left else ""
        end_with(failure + more, status)


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
        raise NotDoneError(f"{plan.name} is left as it is: {reason}")
    if is_text:
        say(plan_text(plan), nl=False)

    def tell(line: str) -> None:
        if is_text:
            say(printable(f"  ✓ {line}"))

    try:
        result = upsert(each.aws, each.pipeline, world, plan, tell)
    except MovedError as error:
        raise NotDoneError(f"{plan.name} is left as it is: {error}; plan again") from error
    except TakenOverError as error:
        message = f"{plan.name}: it took so long that another upsert has gone on in its place"
        raise NotDoneError(f"{message}; plan again") from error
    status = _status(plan)
    if is_text and not plan.is_empty:
        say(printable(f"{plan.name}: {status}, {result.arn}"))
    return {"pipeline": plan.name, "status": status, **asdict(result)}


def say(text: str, *, nl: bool = True) -> None:
    """Print, if anyone still reads: an upsert does not end halfway because nobody does."""
    try:
        click.echo(text, nl=nl)
    except BrokenPipeError:
        # What is still in the buffer would be tried again at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _status(plan: Plan) -> str:
    if plan.is_empty:
        return "unchanged"
    return "created" if plan.is_new else "updated"


def _world_at_rest(each: Meant) -> World:
    """Return the world once no other upsert of the pipeline is at work."""
    world = read_world(each.aws, each.pipeline)
    record = world.record
    if record is None or record.claim is None or not record.claim.is_active:
        return world
    waiting = f"{world.name}: waiting for an upsert that {record.claim.by} has begun"
    click.echo(printable(waiting), err=True)
    while record.claim is not None and record.claim.is_active:
        time.sleep(min(WAIT_SECONDS, max(0.1, record.claim.until - time.time())))
        record = read_record(each.aws, record.place)
    return _world_at_rest(each)
