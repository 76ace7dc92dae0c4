"""`pipec list`: list pipelines in AWS, or the executions of one."""

from itertools import islice

import click

from compiler.cli.addressed import addressed, endings, json_option
from compiler.cli.columns import print_columns
from compiler.cli.deploying import aws_options
from compiler.cli.execution_words import moment_words
from compiler.cli.specs import target_option
from compiler.deploy.aws import Answer, Aws
from compiler.diagnostics.render import json_text
from compiler.operate.executions import STATUSES, Execution, list_executions, time_text


@click.command("list")
@click.argument("pipeline", required=False)
@target_option
@aws_options
@click.option(
    "--status", "statuses", multiple=True, type=click.Choice(STATUSES, case_sensitive=False),
    help="Only executions in this status; may be given several times.",
)  # fmt: skip
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Most to list."
)
@json_option
def command(
    pipeline: str | None,
    target: str | None,
    region: str | None,
    profile: str | None,
    statuses: tuple[str, ...],
    limit: int,
    format_: str,
) -> None:
    """List the executions of PIPELINE, or the pipelines of the region if none is given."""
    if pipeline is None:
        if statuses:
            raise click.UsageError("--status: only executions have one, so name a PIPELINE")
        with endings():
            _pipelines(Aws(region=region, profile=profile), limit, format_)
        return
    with endings():
        found = addressed(pipeline, target=target, region=region, profile=profile)
        executions = (
            each
            for each in list_executions(found.aws, found.there())
            if not statuses or each.status in statuses
        )
        _print_executions(list(islice(executions, limit)), format_)


def _pipelines(aws: Aws, limit: int, format_: str) -> None:
    listed = list(
        islice(
            aws.pages(
                "sagemaker", "ListPipelines", "PipelineSummaries", SortBy="Name",
                SortOrder="Ascending",
            ),
            limit,
        )
    )  # fmt: skip
    newest = [next(list_executions(aws, each["PipelineName"]), None) for each in listed]
    rows = list(zip(listed, newest, strict=True))
    if format_ == "json":
        found = [_record(each, last) for each, last in rows]
        click.echo(json_text({"version": 1, "pipelines": found}), nl=False)
        return
    if not rows:
        click.echo(f"no pipelines in {aws.home}")
        return
    print_columns([
        ("pipeline", "changed", "last execution", "status"),
        *(
            (
                each["PipelineName"],
                moment_words(each.get("LastModifiedTime")),
                moment_words(last.started) if last is not None else "-",
                last.status if last is not None else "-",
            )
            for each, last in rows
        ),
    ])  # fmt: skip


def _record(summary: Answer, last: Execution | None) -> dict[str, object]:
    return {
        "pipeline": summary["PipelineName"],
        "arn": summary["PipelineArn"],
        "changed": time_text(summary.get("LastModifiedTime")),
        "last_execution": last.as_json() if last is not None else None,
    }


def _print_executions(executions: list[Execution], format_: str) -> None:
    if format_ == "json":
        found = [each.as_json() for each in executions]
        click.echo(json_text({"version": 1, "executions": found}), nl=False)
        return
    if not executions:
        click.echo("no executions")
        return
    print_columns([
        ("execution", "started", "status", "name", "why"),
        *(
            (each.id, moment_words(each.started), each.status, each.name, _first(each.reason))
            for each in executions
        ),
    ])  # fmt: skip


def _first(text: str) -> str:
    return text.partition("\n")[0]
